// TXT records of a name, asked of the name servers of resolv.conf. Blocks: for a thread that may
// wait; Resolver runs it off the loop. Bounded in time by kTries tries of kTrySeconds each.
#pragma once

#include <string>
#include <vector>

namespace gaoler::sys {

struct DnsTexts {
  enum class Outcome { failed, no_such_name, found };
  Outcome outcome = Outcome::failed;
  std::vector<std::string> texts;  // in the order of the answer; found: at least one
};

inline constexpr int kDnsTries = 2;
inline constexpr int kDnsTrySeconds = 2;

DnsTexts look_up_texts(const std::string& name);

}  // namespace gaoler::sys
