// NftSession: the kernel's nftables.
//
// Commands go through libnftables (nft_command.h), elements of sets through netlink messages
// (nft_elements.h) and only what those cannot do through libnftables. One worker thread for its
// whole life; requests are run in the order they were made, their handlers are posted to the loop.
// Everything else is called on the loop's thread. Destruction waits for the request that is being
// run (milliseconds, rarely a second with huge sets) and drops the others; no handler is called
// after it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sys/nft_elements.h"

namespace boost::asio {
class io_context;
}

namespace gaoler::sys {

class NftSession {
 public:
  using CommandHandler = std::function<void(base::Result<void>)>;
  using ElementHandler = std::function<void(std::vector<base::Result<void>>)>;

  // Of the worker, as ps and the kernel's announcements show it.
  static constexpr const char* kThreadName = "f2b/nft";

  // Refused where the kernel has no nftables or we may not use them.
  static base::Result<std::unique_ptr<NftSession>> open(boost::asio::io_context& loop);
  ~NftSession();
  NftSession(const NftSession&) = delete;
  NftSession& operator=(const NftSession&) = delete;

  // One nft command line ("add table inet f2b-table"). The error is what nft prints for it.
  void run(std::string command, CommandHandler handler);

  // The elements of the set that `like` names, as far as they are networks; nothing if there is no
  // such set, or one of another kind.
  using Listed = std::optional<std::vector<base::Network>>;
  void list(NftElementChange like, std::function<void(Listed)> handler);

  // Adds and deletes many elements in their order; one result each.
  void apply(std::vector<NftElementChange> changes, ElementHandler handler);

 private:
  class Worker;
  explicit NftSession(std::unique_ptr<Worker> worker);

  std::unique_ptr<Worker> worker_;
};

}  // namespace gaoler::sys
