#include "base/duration.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/text.h"

namespace gaoler::base {
namespace {

constexpr int kMaxDepth = 50;  // of parentheses and signs
constexpr double kDay = 24 * 60 * 60;
constexpr double kYear = 365.25 * kDay;

struct Unit {
  std::string_view words;  // each with a blank on both sides
  Duration length;
};

constexpr std::array kUnits{
    Unit{" s ss se sec second seconds ", {1, true}},
    Unit{" m mm mi min minute minutes ", {60, true}},
    Unit{" h hh ho hou hour hours ", {60 * 60, true}},
    Unit{" d dd da day days ", {kDay, true}},
    Unit{" w ww we wee week weeks ", {7 * kDay, true}},
    Unit{" mo mon month months ", {kYear / 12, false}},
    Unit{" y yy ye yea year years ", {kYear, false}},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_blank(char c) {
  return kBlanks.find(c) != std::string_view::npos;
}

std::optional<Duration> unit_length(std::string_view word) {
  const std::string wanted = " " + to_lower(word) + " ";
  for (const Unit& unit : kUnits) {
    if (unit.words.find(wanted) != std::string_view::npos) return unit.length;
  }
  return std::nullopt;
}

// Python's: the quotient is rounded down, the remainder has the divisor's sign.
double floor_remainder(double a, double b) {
  const double rest = std::fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

// Recursive descent; the first thing not understood is kept in error_, and no rule goes on after
// it.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<Duration> read() {
    const Duration result = sum();
    skip_blanks();
    if (at_ < text_.size()) {
      fail("unexpected '" + std::string(1, text_[at_]) + "'");
    } else if (!std::isfinite(result.seconds)) {
      fail("the result is not a finite number");
    }
    if (error_) return Error{*error_};
    return result;
  }

 private:
  Duration fail(const std::string& why) {
    if (!error_) {
      error_ = "cannot read '" + std::string(text_) + "' as a time: " + why + " at character " +
               std::to_string(at_ + 1);
    }
    at_ = text_.size();
    return {};
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_blanks() {
    while (is_blank(peek())) {
      ++at_;
    }
  }

  bool take(std::string_view sign) {
    skip_blanks();
    if (text_.substr(at_, sign.size()) != sign) return false;
    at_ += sign.size();
    return true;
  }

  Duration sum() {
    Duration left = product();
    while (!error_) {
      double sign = 1;
      if (take("-")) {
        sign = -1;
      } else if (!take("+") && !(is_digit(peek()) && after_number_)) {  // "1h 30m" needs no plus
        break;
      }
      const Duration right = product();
      left = {left.seconds + sign * right.seconds, left.whole && right.whole};
    }
    return left;
  }

  Duration product() {
    Duration left = signed_power();
    while (!error_) {
      if (take("//")) {
        left = divide(
            left, signed_power(), [](double a, double b) { return std::floor(a / b); }, true);
      } else if (take("/")) {
        left = divide(
            left, signed_power(), [](double a, double b) { return a / b; }, false);
      } else if (take("%")) {
        left = divide(left, signed_power(), floor_remainder, true);
      } else if (take("*")) {
        left = multiply(left, signed_power());
      } else if (is_letter(peek())) {
        left = multiply(left, unit());
      } else {
        break;
      }
    }
    return left;
  }

  static Duration multiply(Duration a, Duration b) {
    return {a.seconds * b.seconds, a.whole && b.whole};
  }

  template <class Operation>
  Duration divide(Duration a, Duration b, Operation operation, bool may_be_whole) {
    if (b.seconds == 0) return fail("division by zero");
    return {operation(a.seconds, b.seconds), may_be_whole && a.whole && b.whole};
  }

  // For fail2ban a unit is the text of its seconds: what stands behind it belongs to that number.
  // So "1min." is 60.0 and "1h.5" 3600.5.
  Duration with_fraction(Duration length) {
    if (peek() != '.') return length;
    size_t end = at_ + 1;
    while (end < text_.size() && is_digit(text_[end])) ++end;
    double fraction = 0;
    after_number_ = end > at_ + 1;
    if (after_number_) std::from_chars(text_.data() + at_, text_.data() + end, fraction);
    at_ = end;
    return {length.seconds + fraction, false};
  }

  Duration raised(Duration base) {
    if (error_ || !take("**")) return base;
    const Duration exponent = signed_power();
    return {std::pow(base.seconds, exponent.seconds),
            base.whole && exponent.whole && exponent.seconds >= 0};
  }

  Duration signed_power() {
    if (++depth_ > kMaxDepth) return fail("too deeply nested");
    Duration result;
    if (take("-")) {
      result = signed_power();
      result.seconds = -result.seconds;
    } else if (take("+")) {
      result = signed_power();
    } else {
      result = raised(operand());
    }
    --depth_;
    return result;
  }

  Duration operand() {
    if (take("(")) {
      const Duration inner = sum();
      if (!error_ && !take(")")) return fail("missing ')'");
      after_number_ = false;
      return inner;
    }
    skip_blanks();
    if (at_ == text_.size()) return fail("a number is missing");
    return number();
  }

  Duration number() {
    size_t end = at_;
    while (end < text_.size() && (is_digit(text_[end]) || text_[end] == '.')) {
      ++end;
    }
    const std::string_view digits = text_.substr(at_, end - at_);
    double value = 0;
    const auto [stop, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (problem != std::errc() || stop != digits.data() + digits.size())
      return fail("a number is missing");
    at_ = end;
    after_number_ = true;
    return {value, digits.find('.') == std::string_view::npos};
  }

  Duration unit() {
    size_t end = at_;
    while (end < text_.size() && is_letter(text_[end])) {
      ++end;
    }
    const std::string word(text_.substr(at_, end - at_));
    const std::optional<Duration> length = unit_length(word);
    if (!length) return fail("unknown unit '" + word + "' (known are s, m, h, d, w, mo, y)");
    at_ = end;
    after_number_ = true;
    return raised(length->whole ? with_fraction(*length) : *length);
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  bool after_number_ = false;  // what was read last is a number or its unit
  std::optional<std::string> error_;
};

}  // namespace

Result<Duration> read_duration(std::string_view text) {
  if (text.size() > kMaxDurationBytes)
    return Error{"cannot read a time of " + std::to_string(text.size()) + " bytes: too long"};
  return Reader(text).read();
}

Result<Seconds> parse_duration(std::string_view text) {
  const Result<Duration> duration = read_duration(text);
  if (!duration) return duration.error();
  return duration->seconds;
}

}  // namespace gaoler::base
