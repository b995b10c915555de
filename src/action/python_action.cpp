#include "action/python_action.h"

#include <array>
#include <optional>
#include <utility>

#include "base/text.h"

namespace gaoler::action {
namespace {

constexpr base::Seconds kTimeout = 60;

// What a ticket can tell to an action in Python, captured groups aside.
constexpr std::array<std::string_view, 18> kTags = {"ip",          "fid",
                                                    "family",      "ip-rev",
                                                    "failures",    "time",
                                                    "bantime",     "bancount",
                                                    "restored",    "matches",
                                                    "ipmatches",   "ipjailmatches",
                                                    "ipfailures",  "ipjailfailures",
                                                    "jail.banned", "jail.banned_total",
                                                    "jail.found",  "jail.found_total"};

std::vector<std::string> names_and_values(const Subject& subject) {
  std::vector<std::string> all;
  const auto add = [&](std::string_view tag) {
    if (auto value = subject.values(tag)) {
      all.emplace_back(tag);
      all.push_back(std::move(*value));
    }
  };
  for (const std::string_view tag : kTags) add(tag);
  const std::string groups = subject.values("F-*").value_or("");
  for (const auto name : base::split_any(groups, " ")) add("F-" + std::string(name));
  return all;
}

}  // namespace

Operation PythonAction::call(std::string method, Subject subject) {
  Step step{std::move(method), {}, kTimeout, callee_.get()};
  if (subject.values) step.args = names_and_values(subject);
  if (co_await step) co_return {};
  co_return base::Error{callee_->error()};
}

Operation PythonAction::reload() {
  if (!callee_->traits().can_reload) co_return {};
  co_return co_await call("reload", {});
}

Operation PythonAction::check(bool) {
  co_return {};
}

}  // namespace gaoler::action
