// NftWatch: notices when somebody else takes tables, chains, sets or rules out of nftables.
//
// Listens to the kernel's own announcements, so it costs nothing while nothing happens. Changes
// made by an NftSession are not reported, nor those made while it is paused: whoever runs nft as a
// child pauses it for so long. Reports come in bundles, kSettle after the first change; if there
// are more than kMaxFast in a minute - two programs that mend each other's work - only every kSlow.
// Lives on the loop's thread; destruction ends the reports.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/ip.h"
#include "base/result.h"

namespace boost::asio {
class io_context;
}

namespace gaoler::sys {

// What is gone.
struct NftLoss {
  struct Element {
    std::string family;  // as nft names it
    std::string table;
    std::string set;
    base::Network first;  // the address, or the first one of a range
  };
  static constexpr size_t kMaxElements = 1000;

  bool structure = false;  // tables, chains, rules or sets; or nobody knows
  std::vector<Element> elements;
  bool more_elements = false;  // than kMaxElements

  bool empty() const { return !structure && elements.empty(); }
};

class NftWatch {
 public:
  // Long enough for a script that rebuilds a ruleset in several calls of nft.
  static constexpr std::chrono::milliseconds kSettle{500};
  static constexpr int kMaxFast = 20;
  static constexpr std::chrono::seconds kSlow{10};

  using Handler = std::function<void(const NftLoss&)>;

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
