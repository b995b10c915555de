// NftSession: the kernel's nftables, reached in process.
//
// Commands go through libnftables, elements of sets through netlink messages (nft_elements.h). One
// worker thread owns both for its whole life; requests are run in the order they were made and
// their handlers are posted to the loop. Everything else is called on the loop's thread.
// Destruction waits for the request that is being run (milliseconds, rarely a second with huge
// sets) and drops the others with their handlers.
#pragma once

#include <functional>
#include <memory>
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

  explicit NftSession(boost::asio::io_context& loop);
  ~NftSession();
  NftSession(const NftSession&) = delete;
  NftSession& operator=(const NftSession&) = delete;

  // One nft command line ("add table inet f2b-table"). The error is what nft prints for it.
  void run(std::string command, CommandHandler handler);

  // Adds and deletes many elements in their order; one result each.
  void apply(std::vector<NftElementChange> changes, ElementHandler handler);

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace gaoler::sys
