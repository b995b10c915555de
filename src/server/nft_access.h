// NftAccess: the one nftables session that all jails share, opened when the first step needs it.
//
// Whether the library can be used is found out then; where it cannot (no rights, no kernel
// support), nft steps go through the shell, which is said once. One thread: the loop's.
#pragma once

#include <memory>

#include "base/log.h"
#include "sys/nft_session.h"

namespace gaoler::server {

enum class NftMode { library, shell };

class NftAccess {
 public:
  // Both are lent.
  NftAccess(boost::asio::io_context& loop, base::LogSink& log, NftMode mode = NftMode::library)
      : loop_(loop), log_(log), mode_(mode) {}

  NftMode mode() const { return mode_; }

  // nullptr: use the shell.
  sys::NftSession* session();

  // Requests that wait are dropped, their handlers not called.
  void close() { session_.reset(); }

 private:
  boost::asio::io_context& loop_;
  base::LogSink& log_;
  NftMode mode_;
  std::unique_ptr<sys::NftSession> session_;
};

}  // namespace gaoler::server
