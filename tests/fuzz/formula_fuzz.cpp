// Formulas: whatever is compiled can be evaluated, in bounded time, to a value or an error; twice
// to the same one, and so the formula that was written of it.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "fuzz/require.h"
#include "jail/formula.h"

namespace {

using gaoler::jail::Formula;
using Result = gaoler::base::Result<Formula::Number>;

std::optional<Formula::Number> value_of(std::string_view name) {
  if (name == "ban.Time") return std::int64_t{600};
  if (name == "ban.Count") return std::int64_t{3};
  return std::nullopt;
}

bool is_same(const Result& a, const Result& b) {
  if (!a || !b) return !a && !b && a.error().message == b.error().message;
  const bool both_nan =
      std::isnan(gaoler::jail::to_double(*a)) && std::isnan(gaoler::jail::to_double(*b));
  return a->index() == b->index() && (*a == *b || both_nan);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto formula =
      Formula::compile(std::string_view(reinterpret_cast<const char*>(data), size), value_of);
  if (!formula) {
    require(!formula.error().message.empty());
    return 0;
  }
  const Result result = formula->evaluate(value_of);
  require(is_same(result, formula->evaluate(value_of)));
  const auto again = Formula::compile(formula->text(), value_of);
  require(again.ok() && is_same(result, again->evaluate(value_of)));
  (void)formula->evaluate();  // no name has a value
  return 0;
}
