// Recognition of steps that are nothing but plain calls of nft, so that no shell and no nft process
// is needed.
//
// Pure, and strict: words, quotes and backslashes are read as /bin/sh reads them, and anything else
// a shell would act on ($, `, pipes, redirections, globs, comments, keywords, assignments, other
// programs, options of nft) makes the whole script none of our business. What is recognised does
// the same as the script under sh.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"

namespace gaoler::action {

// "add element FAMILY TABLE SET { ADDRESS }" or delete, one address or network.
struct NftElement {
  bool add = true;
  std::string family;  // as nft names it: "inet", "ip", "ip6", "bridge", ...
  std::string table;
  std::string set;
  base::Network network;

  friend bool operator==(const NftElement&, const NftElement&) = default;
};

struct NftScript {
  // One nft call, its arguments put together as nft does. As in the shell, a failed call does not
  // keep the next one from running unless they are joined by &&, and the script ends as the last
  // call that was run.
  struct Call {
    std::string text;
    bool only_if_ok = false;  // joined to the call before by &&

    friend bool operator==(const Call&, const Call&) = default;
  };
  std::vector<Call> calls;            // never empty
  std::optional<NftElement> element;  // the single call is one on an element

  friend bool operator==(const NftScript&, const NftScript&) = default;
};

// Nothing: run it with the shell.
std::optional<NftScript> recognise_nft(std::string_view script);

}  // namespace gaoler::action
