// Formulas: whatever is compiled can be evaluated, in bounded time, to a value or an error.
#include <cstddef>
#include <cstdint>

#include "jail/formula.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using gaoler::jail::Formula;
  const auto names = [](std::string_view name) -> std::optional<Formula::Number> {
    if (name == "ban.Time") return int64_t{600};
    if (name == "ban.Count") return int64_t{3};
    return std::nullopt;
  };
  const auto formula =
      Formula::compile(std::string_view(reinterpret_cast<const char*>(data), size), names);
  if (formula) (void)formula->evaluate(names);
  return 0;
}
