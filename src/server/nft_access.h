// NftAccess: the one nftables session that all jails share, opened when the first step needs it.
//
// Whether the library can be used is found out then; where it cannot (no rights, no kernel
// support), nft steps go through the shell, which is said once. One thread: the loop's.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "base/log.h"
#include "sys/nft_session.h"
#include "sys/nft_watch.h"

namespace gaoler::server {

enum class NftMode { library, shell };

class NftAccess {
 public:
  // Both are lent.
  NftAccess(boost::asio::io_context& loop, base::LogSink& log, NftMode mode = NftMode::library)
      : loop_(loop), log_(log), mode_(mode) {}

  NftMode mode() const { return mode_; }
  void set_mode(NftMode mode) { mode_ = mode; }

  // nullptr: use the shell.
  sys::NftSession* session();

  // Called soon after somebody else has taken something out of nftables. Watched from the first
  // nft step on; before it there is nothing of ours to lose.
  void on_foreign_change(sys::NftWatch::Handler handler) { foreign_change_ = std::move(handler); }
  // What is done to nftables by others as long as the token lives is done for us: a step in a
  // shell.
  std::shared_ptr<void> own_work() { return watch_ ? watch_->pause() : nullptr; }

  // Requests that wait are dropped, their handlers not called.
  void close() {
    watch_.reset();
    session_.reset();
  }

 private:
  void open_watch();

  boost::asio::io_context& loop_;
  base::LogSink& log_;
  NftMode mode_;
  std::unique_ptr<sys::NftSession> session_;
  std::unique_ptr<sys::NftWatch> watch_;
  sys::NftWatch::Handler foreign_change_;
};

}  // namespace gaoler::server
