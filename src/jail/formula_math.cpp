#include "jail/formula_math.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

namespace gaoler::jail {
namespace {

using Number = Formula::Number;
using Arguments = std::vector<Number>;

constexpr double kTwoTo63 = 9223372036854775808.0;

base::Error error(std::string text) {
  return base::Error{std::move(text)};
}

const int64_t* whole(const Number& number) {
  return std::get_if<int64_t>(&number);
}

// An int if it fits, else the float: where a Python int would have grown.
Number as_whole(double value) {
  if (value >= -kTwoTo63 && value < kTwoTo63) return static_cast<int64_t>(value);
  return value;
}

double floor_remainder(double a, double b) {
  const double rest = std::fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

FormulaResult add(const Number& a, const Number& b) {
  int64_t sum = 0;
  if (whole(a) && whole(b) && !__builtin_add_overflow(*whole(a), *whole(b), &sum))
    return Number{sum};
  return Number{to_double(a) + to_double(b)};
}

FormulaResult subtract(const Number& a, const Number& b) {
  int64_t rest = 0;
  if (whole(a) && whole(b) && !__builtin_sub_overflow(*whole(a), *whole(b), &rest)) {
    return Number{rest};
  }
  return Number{to_double(a) - to_double(b)};
}

FormulaResult multiply(const Number& a, const Number& b) {
  int64_t product = 0;
  if (whole(a) && whole(b) && !__builtin_mul_overflow(*whole(a), *whole(b), &product)) {
    return Number{product};
  }
  return Number{to_double(a) * to_double(b)};
}

FormulaResult divide(const Number& a, const Number& b) {
  if (to_double(b) == 0) return error("division by zero");
  return Number{to_double(a) / to_double(b)};
}

FormulaResult remainder(const Number& a, const Number& b) {
  if (to_double(b) == 0) return error("integer division or modulo by zero");
  if (!whole(a) || !whole(b)) return Number{floor_remainder(to_double(a), to_double(b))};
  if (*whole(b) == -1) return Number{int64_t{0}};
  const int64_t rest = *whole(a) % *whole(b);
  return Number{rest != 0 && (rest < 0) != (*whole(b) < 0) ? rest + *whole(b) : rest};
}

FormulaResult floor_divide(const Number& a, const Number& b) {
  if (to_double(b) == 0) return error("integer division or modulo by zero");
  if (!whole(a) || !whole(b)) {
    const double x = to_double(a);
    const double y = to_double(b);
    return Number{std::round((x - floor_remainder(x, y)) / y)};
  }
  if (*whole(b) == -1) return subtract(Number{int64_t{0}}, a);
  const int64_t quotient = *whole(a) / *whole(b);
  const bool inexact = *whole(a) % *whole(b) != 0;
  return Number{inexact && (*whole(a) < 0) != (*whole(b) < 0) ? quotient - 1 : quotient};
}

// By squaring; nothing when it does not fit.
std::optional<int64_t> whole_power(int64_t base, int64_t exponent) {
  int64_t result = 1;
  while (true) {
    if ((exponent & 1) != 0 && __builtin_mul_overflow(result, base, &result)) return std::nullopt;
    exponent >>= 1;
    if (exponent == 0) return result;
    if (__builtin_mul_overflow(base, base, &base)) return std::nullopt;
  }
}

FormulaResult power(const Number& a, const Number& b) {
  if (whole(a) && whole(b) && *whole(b) >= 0) {
    if (const auto result = whole_power(*whole(a), *whole(b))) return Number{*result};
  }
  const double x = to_double(a);
  const double y = to_double(b);
  if (x == 0 && y < 0) return error("0.0 cannot be raised to a negative power");
  const double result = std::pow(x, y);
  if (std::isnan(result) && !std::isnan(x) && !std::isnan(y)) {
    return error("a negative number cannot be raised to a fraction");
  }
  if (std::isinf(result) && std::isfinite(x) && std::isfinite(y)) return error("number too large");
  return Number{result};
}

FormulaResult shift_left(int64_t value, int64_t by) {
  if (by < 0) return error("negative shift count");
  if (value == 0) return Number{int64_t{0}};
  if (by <= 63) {
    int64_t result = 0;
    const int64_t most = std::min<int64_t>(by, 62);  // 1 << 63 is no positive number
    if (!__builtin_mul_overflow(value, int64_t{1} << most, &result) &&
        !__builtin_mul_overflow(result, int64_t{1} << (by - most), &result)) {
      return Number{result};
    }
  }
  if (by > 2000) return error("number too large");
  const double result = std::ldexp(static_cast<double>(value), static_cast<int>(by));
  if (std::isinf(result)) return error("number too large");
  return Number{result};
}

FormulaResult shift_right(int64_t value, int64_t by) {
  if (by < 0) return error("negative shift count");
  return Number{value >> std::min<int64_t>(by, 63)};
}

FormulaResult bits(std::string_view op, const Number& a, const Number& b) {
  if (!whole(a) || !whole(b)) {
    return error("unsupported operand type(s) for " + std::string(op) + ": needs whole numbers");
  }
  if (op == "<<") return shift_left(*whole(a), *whole(b));
  if (op == ">>") return shift_right(*whole(a), *whole(b));
  if (op == "&") return Number{*whole(a) & *whole(b)};
  if (op == "|") return Number{*whole(a) | *whole(b)};
  return Number{*whole(a) ^ *whole(b)};
}

// What math raises when the result is no number or has no bound.
FormulaResult checked(double result, const Arguments& arguments) {
  const bool finite = std::all_of(arguments.begin(), arguments.end(),
                                  [](const Number& n) { return std::isfinite(to_double(n)); });
  if (finite && std::isnan(result)) return error("math domain error");
  if (finite && std::isinf(result)) return error("math range error");
  return Number{result};
}

template <double (*function)(double)>
FormulaResult of_one(const Arguments& arguments) {
  return checked(function(to_double(arguments[0])), arguments);
}

template <double (*function)(double, double)>
FormulaResult of_two(const Arguments& arguments) {
  return checked(function(to_double(arguments[0]), to_double(arguments[1])), arguments);
}

template <double (*function)(double)>
FormulaResult to_whole(const Arguments& arguments) {
  if (whole(arguments[0])) return arguments[0];
  const double value = to_double(arguments[0]);
  if (!std::isfinite(value)) return error("cannot convert infinity or NaN to integer");
  return as_whole(function(value));
}

FormulaResult logarithm(const Arguments& arguments) {
  for (const Number& argument : arguments) {
    if (to_double(argument) <= 0) return error("math domain error");
  }
  const double log = std::log(to_double(arguments[0]));
  if (arguments.size() == 1) return Number{log};
  return divide(Number{log}, Number{std::log(to_double(arguments[1]))});
}

FormulaResult absolute(const Arguments& arguments) {
  return to_double(arguments[0]) < 0 ? apply_unary("-", arguments[0]) : arguments[0];
}

FormulaResult to_float(const Arguments& arguments) {
  return Number{to_double(arguments[0])};
}

FormulaResult to_bool(const Arguments& arguments) {
  return Number{int64_t{is_true(arguments[0])}};
}

bool less(const Number& a, const Number& b) {
  return compare_numbers("<", a, b);
}

FormulaResult smallest(const Arguments& arguments) {
  return *std::min_element(arguments.begin(), arguments.end(), less);
}

// Python's max keeps the first of equals, and so does max_element.
FormulaResult greatest(const Arguments& arguments) {
  return *std::max_element(arguments.begin(), arguments.end(), less);
}

double to_degrees(double x) {
  return x * 180 / std::numbers::pi;
}
double to_radians(double x) {
  return x * std::numbers::pi / 180;
}

constexpr size_t kMany = 100;
constexpr FormulaFunction kFunctions[] = {
    {"int", 1, 1, to_whole<std::trunc>},
    {"float", 1, 1, to_float},
    {"bool", 1, 1, to_bool},
    {"abs", 1, 1, absolute},
    {"round", 1, 1, to_whole<std::nearbyint>},
    {"min", 2, kMany, smallest},
    {"max", 2, kMany, greatest},
    {"math.floor", 1, 1, to_whole<std::floor>},
    {"math.ceil", 1, 1, to_whole<std::ceil>},
    {"math.trunc", 1, 1, to_whole<std::trunc>},
    {"math.fabs", 1, 1, of_one<std::fabs>},
    {"math.exp", 1, 1, of_one<std::exp>},
    {"math.exp2", 1, 1, of_one<std::exp2>},
    {"math.expm1", 1, 1, of_one<std::expm1>},
    {"math.log", 1, 2, logarithm},
    {"math.log2", 1, 1, of_one<std::log2>},
    {"math.log10", 1, 1, of_one<std::log10>},
    {"math.log1p", 1, 1, of_one<std::log1p>},
    {"math.sqrt", 1, 1, of_one<std::sqrt>},
    {"math.cbrt", 1, 1, of_one<std::cbrt>},
    {"math.pow", 2, 2, of_two<std::pow>},
    {"math.fmod", 2, 2, of_two<std::fmod>},
    {"math.hypot", 2, 2, of_two<std::hypot>},
    {"math.copysign", 2, 2, of_two<std::copysign>},
    {"math.sin", 1, 1, of_one<std::sin>},
    {"math.cos", 1, 1, of_one<std::cos>},
    {"math.tan", 1, 1, of_one<std::tan>},
    {"math.asin", 1, 1, of_one<std::asin>},
    {"math.acos", 1, 1, of_one<std::acos>},
    {"math.atan", 1, 1, of_one<std::atan>},
    {"math.atan2", 2, 2, of_two<std::atan2>},
    {"math.sinh", 1, 1, of_one<std::sinh>},
    {"math.cosh", 1, 1, of_one<std::cosh>},
    {"math.tanh", 1, 1, of_one<std::tanh>},
    {"math.asinh", 1, 1, of_one<std::asinh>},
    {"math.acosh", 1, 1, of_one<std::acosh>},
    {"math.atanh", 1, 1, of_one<std::atanh>},
    {"math.degrees", 1, 1, of_one<to_degrees>},
    {"math.radians", 1, 1, of_one<to_radians>},
};

}  // namespace

double to_double(const Formula::Number& number) {
  return whole(number) ? static_cast<double>(*whole(number)) : std::get<double>(number);
}

bool is_true(const Formula::Number& number) {
  return to_double(number) != 0;
}

const FormulaFunction* find_formula_function(std::string_view name) {
  const auto found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                  [&](const FormulaFunction& f) { return f.name == name; });
  return found == std::end(kFunctions) ? nullptr : found;
}

std::optional<Formula::Number> find_formula_constant(std::string_view name) {
  if (name == "True") return Number{int64_t{1}};
  if (name == "False") return Number{int64_t{0}};
  if (name == "math.pi") return Number{std::numbers::pi};
  if (name == "math.e") return Number{std::numbers::e};
  if (name == "math.tau") return Number{2 * std::numbers::pi};
  if (name == "math.inf") return Number{std::numeric_limits<double>::infinity()};
  if (name == "math.nan") return Number{std::numeric_limits<double>::quiet_NaN()};
  return std::nullopt;
}

FormulaResult apply_binary(std::string_view op, const Formula::Number& a,
                           const Formula::Number& b) {
  if (op == "+") return add(a, b);
  if (op == "-") return subtract(a, b);
  if (op == "*") return multiply(a, b);
  if (op == "/") return divide(a, b);
  if (op == "//") return floor_divide(a, b);
  if (op == "%") return remainder(a, b);
  if (op == "**") return power(a, b);
  return bits(op, a, b);
}

FormulaResult apply_unary(std::string_view op, const Formula::Number& a) {
  if (op == "+") return a;
  if (op == "-") {
    return whole(a) ? subtract(Number{int64_t{0}}, a) : FormulaResult(Number{-to_double(a)});
  }
  if (!whole(a)) return error("bad operand type for unary ~: needs a whole number");
  return Number{~*whole(a)};
}

bool compare_numbers(std::string_view op, const Formula::Number& a, const Formula::Number& b) {
  const auto compare = [op](const auto& x, const auto& y) {
    if (op == "<") return x < y;
    if (op == "<=") return x <= y;
    if (op == ">") return x > y;
    if (op == ">=") return x >= y;
    return op == "==" ? x == y : x != y;
  };
  if (whole(a) && whole(b)) return compare(*whole(a), *whole(b));
  return compare(to_double(a), to_double(b));
}

}  // namespace gaoler::jail
