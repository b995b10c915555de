// formula_tool: evaluates one formula per line of its input, with ban.Time = 600, ban.Count = 3 and
// banFactor = 1.5; prints "int 7", "float 0x1.8p+0" or "refused ...".
#include <cstdio>
#include <iostream>
#include <string>

#include "jail/formula.h"

namespace {

using gaoler::jail::Formula;

std::optional<Formula::Number> value_of(std::string_view name) {
  if (name == "ban.Time") return int64_t{600};
  if (name == "ban.Count") return int64_t{3};
  if (name == "banFactor") return 1.5;
  return std::nullopt;
}

void print(const std::string& text) {
  const auto formula = Formula::compile(text, value_of);
  if (!formula) {
    printf("refused %s\n", formula.error().message.c_str());
    return;
  }
  const auto number = formula->evaluate(value_of);
  if (!number) {
    printf("refused %s\n", number.error().message.c_str());
  } else if (const auto* whole = std::get_if<int64_t>(&*number)) {
    printf("int %lld\n", static_cast<long long>(*whole));
  } else {
    printf("float %a\n", std::get<double>(*number));
  }
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) print(line);
}
