// A hostile line for the expressions of a shipped filter: all matchers find the same in bounded
// time, in the line as it is and in the part that the prefregex leaves of it.
//
// Input: the name of a filter (or anything), a newline, the line. What is compiled is kept.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/utf8.h"
#include "configured_filter.h"
#include "fuzz/matchers.h"
#include "fuzz/require.h"
#include "fuzz/shipped_filters.h"

namespace {

using namespace gaoler;

struct Expressions {
  std::optional<fuzz::Matchers> prefregex;
  std::vector<fuzz::Matchers> others;
};

fuzz::Matchers compiled(const std::string& regex, bool multiline) {
  auto made = fuzz::Matchers::make(regex, {.multiline = multiline});
  require(made.ok());
  return std::move(*made);
}

Expressions read_expressions(size_t index) {
  base::NullLogSink log;
  filter::Filter filter("fuzz", log);
  require(configure(filter, fuzz::read_shipped(index)).ok());
  Expressions made;
  if (const auto prefregex = filter.prefregex()) made.prefregex = compiled(*prefregex, false);
  for (const std::string& regex : filter.failregexes()) {
    made.others.push_back(compiled(regex, filter.max_lines() > 1));
  }
  for (const std::string& regex : filter.ignoreregexes()) {
    made.others.push_back(compiled(regex, false));
  }
  return made;
}

const Expressions& expressions_of(size_t index) {
  static std::vector<std::unique_ptr<const Expressions>> known(fuzz::shipped_filters().size());
  if (!known[index]) known[index] = std::make_unique<Expressions>(read_expressions(index));
  return *known[index];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t split = std::min(input.find('\n'), input.size());
  const Expressions& expressions = expressions_of(fuzz::filter_named(input.substr(0, split)));
  const std::string line =
      base::replace_invalid_utf8(input.substr(std::min(split + 1, input.size())));
  for (const fuzz::Matchers& expression : expressions.others) expression.search(line, 0);
  if (!expressions.prefregex) return 0;
  const auto match = expressions.prefregex->search(line, 0);
  const auto content = expressions.prefregex->quick().group("content");
  if (!match || !content) return 0;
  const std::string_view inside = match->text(line, *content);
  for (const fuzz::Matchers& expression : expressions.others) expression.search(inside, 0);
  return 0;
}
