#include "jail/formula.h"

#include <cmath>
#include <gtest/gtest.h>

namespace gaoler::jail {
namespace {

using Number = Formula::Number;

std::optional<Number> ban(std::string_view name) {
  if (name == "ban.Time") return int64_t{600};
  if (name == "ban.Count") return int64_t{3};
  if (name == "banFactor") return 1.5;
  return std::nullopt;
}

std::string evaluated(std::string_view text) {
  const auto formula = Formula::compile(text, ban);
  if (!formula) return "refused: " + formula.error().message;
  const auto value = formula->evaluate(ban);
  if (!value) return "failed: " + value.error().message;
  if (const auto* whole = std::get_if<int64_t>(&*value)) return std::to_string(*whole);
  char buffer[40];
  snprintf(buffer, sizeof buffer, "%.10gf", std::get<double>(*value));
  return buffer;
}

TEST(Formula, ComputesAsPythonDoes) {
  const std::pair<const char*, const char*> cases[] = {
      {"1", "1"},
      {"1+2*3", "7"},
      {"(1+2)*3", "9"},
      {"7/2", "3.5f"},
      {"6/2", "3f"},
      {"7//2", "3"},
      {"-7//2", "-4"},
      {"-7%3", "2"},
      {"7%-3", "-2"},
      {"-7.5//2", "-4f"},
      {"-7.5%2", "0.5f"},
      {"2**10", "1024"},
      {"2**-1", "0.5f"},
      {"-2**2", "-4"},
      {"2**3**2", "512"},
      {"1<<3", "8"},
      {"-9>>1", "-5"},
      {"-1<<63", "-9223372036854775808"},
      {"0x_1f", "31"},
      {"1<<2+1", "8"},
      {"5&3|8^1", "9"},
      {"~5", "-6"},
      {"- -5", "5"},
      {"1<2", "1"},
      {"1<2<3", "1"},
      {"1<3<2", "0"},
      {"1==1.0", "1"},
      {"not 0", "1"},
      {"0 or 5", "5"},
      {"0 and 5", "0"},
      {"2 and 5", "5"},
      {"1 if 2>1 else 0", "1"},
      {"1 if 0 else 2 if 0 else 3", "3"},
      {"min(3, 2.5, 7)", "2.5f"},
      {"max(3, 7)", "7"},
      {"int(7.9)", "7"},
      {"int(-7.9)", "-7"},
      {"float(3)", "3f"},
      {"round(2.5)", "2"},
      {"abs(-3)", "3"},
      {"math.floor(-1.5)", "-2"},
      {"math.sqrt(16)", "4f"},
      {"math.log(8, 2)", "3f"},
      {"math.pi", "3.141592654f"},
      {"0x10 + 0b11 + 0o7 + 1_000", "1026"},
      {"1e3", "1000f"},
      {".5", "0.5f"},
      {"True + True", "2"},
      {"ban.Time * (1<<(ban.Count if ban.Count<20 else 20)) * banFactor", "7200f"},
      {"ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)", "54010.27878f"},
      {"\tban.Time\n+ 1 ", "601"},
      // beyond 64 bits: floats
      {"2**64", "1.844674407e+19f"},
      {"1<<70", "1.180591621e+21f"},
      {"9223372036854775807 + 1", "9.223372037e+18f"},
      {"-9223372036854775807 - 1", "-9223372036854775808"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(evaluated(text), expected) << text;
}

TEST(Formula, RefusesEverythingElseWithItsPosition) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "refused: a value is missing at character 1 of ''"},
      {"1 +", "refused: a value is missing at character 4 of '1 +'"},
      {"(1", "refused: ')' is missing at character 3 of '(1'"},
      {"1 2", "refused: unexpected '2' at character 3 of '1 2'"},
      {"os.system", "refused: unknown name 'os.system' at character 1 of 'os.system'"},
      {"__import__('os')",
       "refused: unknown name '__import__' at character 1 of '__import__('os')'"},
      {"ban.Time.real", "refused: unknown name 'ban.Time.real' at character 1 of 'ban.Time.real'"},
      {"'x'", "refused: unexpected ''' at character 1 of ''x''"},
      {"[1]", "refused: unexpected '[' at character 1 of '[1]'"},
      {"1;2", "refused: unexpected ';' at character 2 of '1;2'"},
      {"1 if 2", "refused: 'if' without 'else' at character 7 of '1 if 2'"},
      {"010", "refused: '010' is not a number at character 1 of '010'"},
      {"1_.5", "refused: '1_.5' is not a number at character 1 of '1_.5'"},
      {"1e_5", "refused: '1e_5' is not a number at character 1 of '1e_5'"},
      {"0_x1", "refused: '0_x1' is not a number at character 1 of '0_x1'"},
      {"1._5", "refused: '1._5' is not a number at character 1 of '1._5'"},
      {"1x", "refused: '1x' is not a number at character 1 of '1x'"},
      {"1.2.3", "refused: '1.2.3' is not a number at character 1 of '1.2.3'"},
      {"int", "refused: '(' is missing behind int at character 4 of 'int'"},
      {"int()", "refused: int cannot take 0 arguments at character 5 of 'int()'"},
      {"min(1)", "refused: min cannot take 1 arguments at character 6 of 'min(1)'"},
      {"lambda: 1", "refused: unknown name 'lambda' at character 1 of 'lambda: 1'"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(evaluated(text), expected) << text;
}

TEST(Formula, FailsWherePythonRaises) {
  const std::pair<const char*, const char*> cases[] = {
      {"1/0", "failed: division by zero at character 1 of '1/0'"},
      {"1 + 5 % 0", "failed: integer division or modulo by zero at character 5 of '1 + 5 % 0'"},
      {"1 << -1", "failed: negative shift count at character 1 of '1 << -1'"},
      {"10**400", "failed: number too large at character 1 of '10**400'"},
      {"1 << 9999999999", "failed: number too large at character 1 of '1 << 9999999999'"},
      {"math.sqrt(-1)", "failed: math domain error at character 1 of 'math.sqrt(-1)'"},
      {"math.exp(1000)", "failed: math range error at character 1 of 'math.exp(1000)'"},
      {"(-8)**0.5",
       "failed: a negative number cannot be raised to a fraction at character 2 of '(-8)**0.5'"},
      {"0 ** -1", "failed: 0.0 cannot be raised to a negative power at character 1 of '0 ** -1'"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(evaluated(text), expected) << text;
  EXPECT_TRUE(evaluated("1.5 << 1").starts_with("failed: unsupported operand type(s) for <<"));
  EXPECT_TRUE(evaluated("~1.5").starts_with("failed: bad operand type"));
}

TEST(Formula, OnlyEvaluatesTheBranchThatIsTaken) {
  EXPECT_EQ(evaluated("1 if 1 else 1/0"), "1");
  EXPECT_EQ(evaluated("1 or 1/0"), "1");
  EXPECT_EQ(evaluated("0 and 1/0"), "0");
}

TEST(Formula, IsBoundedInSizeAndDepth) {
  EXPECT_TRUE(evaluated(std::string(100, '(') + "1" + std::string(100, ')'))
                  .starts_with("refused: nested too deeply"));
  EXPECT_TRUE(evaluated(std::string(200, '-') + "1").starts_with("refused: nested too deeply"));
  EXPECT_TRUE(evaluated(std::string(3000, '1')).starts_with("refused: longer than"));
  std::string sum = "1";
  while (sum.size() < 1990) sum += "+1";
  EXPECT_EQ(evaluated(sum), std::to_string((sum.size() + 1) / 2));
}

}  // namespace
}  // namespace gaoler::jail
