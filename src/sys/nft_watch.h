// NftWatch: notices when somebody else takes tables, chains, sets or rules out of nftables.
//
// Listens to the kernel's own announcements, so it costs nothing while nothing happens. Changes
// made by an NftSession are not reported, nor those made while it is paused: whoever runs nft as a
// child pauses it for so long. Elements of sets are not watched. Reports come in bundles, kSettle
// after the first change. Lives on the loop's thread; destruction ends the reports.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "base/result.h"

namespace boost::asio {
class io_context;
}

namespace gaoler::sys {

class NftWatch {
 public:
  // Long enough for a script that rebuilds a ruleset in several calls of nft.
  static constexpr std::chrono::milliseconds kSettle{500};

  using Handler = std::function<void()>;

  static base::Result<std::unique_ptr<NftWatch>> open(boost::asio::io_context& loop,
                                                      Handler handler);
  ~NftWatch();
  NftWatch(const NftWatch&) = delete;
  NftWatch& operator=(const NftWatch&) = delete;

  // Paused as long as one of the tokens lives; what has happened until its end was us. A token may
  // outlive the watch.
  std::shared_ptr<void> pause();

 private:
  struct State;
  explicit NftWatch(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
};

}  // namespace gaoler::sys
