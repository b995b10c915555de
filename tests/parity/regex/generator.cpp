#include "parity/regex/generator.h"

namespace gaoler::regex::parity {

std::string Generator::pattern() {
  opened_ = 0;
  closed_.clear();
  std::string result;
  if (below(8) == 0) result = pick({"(?i)", "(?m)", "(?s)", "(?x)", "(?a)", "(?ims)", "(?im)"});
  result += branches(3);
  return below(12) == 0 ? damaged(result) : result;
}

std::string Generator::branches(int depth) {
  std::string result = sequence(depth);
  while (below(4) == 0) result += "|" + (below(8) == 0 ? std::string() : sequence(depth));
  return result;
}

std::string Generator::sequence(int depth) {
  std::string result;
  for (size_t i = 1 + below(4); i > 0; --i) {
    const std::string one = atom(depth);
    result += one;
    if (below(3) == 0) result += repeat(one[0] != '(');
  }
  return result;
}

std::string Generator::atom(int depth) {
  switch (below(depth > 0 ? 12 : 7)) {
    case 0:
    case 1:
    case 2:
      return character();
    case 3:
      return pick({".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S"});
    case 4:
      return set();
    case 5:
      return pick({"^", "$", "\\b", "\\B", "\\A", "\\Z", "a", "b"});
    case 6:
      if (closed_.empty()) return character();
      return below(2) == 0 ? "(?:\\" + std::to_string(closed_[below(closed_.size())]) + ")"
                           : "(?P=g" + std::to_string(closed_[below(closed_.size())]) + ")";
    default:
      return group(depth - 1);
  }
}

std::string Generator::group(int depth) {
  switch (below(14)) {
    case 0:
    case 1:
    case 2:
    case 3: {
      const size_t number = ++opened_;
      const std::string body = branches(depth);
      closed_.push_back(number);
      return "(?P<g" + std::to_string(number) + ">" + body + ")";
    }
    case 4: {
      const size_t number = ++opened_;
      const std::string body = branches(depth);
      closed_.push_back(number);
      return "(?P<g" + std::to_string(number) + ">" + body + ")";
    }
    case 5:
    case 6:
      return "(?:" + branches(depth) + ")";
    case 7:
      return pick({"(?i:", "(?s:", "(?m:", "(?-i:", "(?a:", "(?x:", "(?i-s:"}) + branches(depth) +
             ")";
    case 8:
      return "(?=" + branches(depth) + ")";
    case 9:
      return "(?!" + branches(depth) + ")";
    case 10:
      return pick({"(?<=", "(?<!"}) + fixed(depth) + ")";
    case 11:
      return "(?>" + branches(depth) + ")";
    case 12:
      return "(?#" + character() + ")";
    default: {
      if (closed_.empty()) return "(?:" + branches(depth) + ")";
      const size_t number = closed_[below(closed_.size())];
      return "(?(" + std::to_string(number) + ")" + sequence(depth) +
             (below(2) == 0 ? "|" + sequence(depth) : "") + ")";
    }
  }
}

std::string Generator::fixed(int depth) {
  std::string result;
  for (size_t i = 1 + below(2); i > 0; --i) {
    result += below(4) == 0 ? set() : character();
    if (below(6) == 0) result += "{2}";
  }
  if (depth > 0 && below(4) == 0) result = "(?:" + result + "){2}";
  if (below(4) == 0) result += "|" + (below(2) == 0 ? character() : result);
  return result;
}

std::string Generator::set() {
  std::string result = below(3) == 0 ? "[^" : "[";
  if (below(8) == 0) result += "]";
  for (size_t i = 1 + below(3); i > 0; --i) {
    result += pick({"a", "b", "A", "a-c", "0-9", "\\d", "\\w",         "\\s", "\\S", "\\W",
                    " ", ":", ".", "\\]", "é",   "À-ü", "\\x41-\\x43", "\\n", "k",   "s"});
  }
  return result + "]";
}

// Possessive only after single characters: Python 3.11 does not go back to where a failed round of
// a group began.
std::string Generator::repeat(bool may_be_possessive) {
  const std::string count = pick({"*", "+", "?", "{2}", "{1,2}", "{,2}", "{2,}", "{0,3}", "{0}"});
  return count + (may_be_possessive ? pick({"", "", "", "?", "?", "+"}) : pick({"", "", "?"}));
}

std::string Generator::character() {
  return pick({"a",   "a", "a", "b", "b", "b", "c",   "A",   "B",   "1",     "2", " ", ":",
               "\\.", "_", "-", "é", "É", "{", "\\n", "\\<", "\\'", "\\x61", "k", "ß", "s"});
}

std::string Generator::text() {
  std::string result;
  for (size_t i = below(14); i > 0; --i) {
    result += pick({"a", "a", "a", "a", "b", "b", "b",  "b",  "c",  "A", "B", "1", "2",
                    " ", " ", ":", ".", "_", "-", "aa", "ab", "ba", "<", "'", "{"});
    if (below(40) == 0)
      result += pick({"é", "É", "ß", "\u00a0", "\u0663", "\u212a", "ſ", "İ", "\u2028"});
  }
  if (below(6) == 0) result.insert(below(result.size() + 1), "\n");
  if (below(4) == 0) result += "\n";
  // A newline must not have cut a character in two.
  for (size_t i = 0; i + 1 < result.size(); ++i) {
    if (result[i] == '\n' && (static_cast<unsigned char>(result[i + 1]) & 0xC0) == 0x80) {
      result.erase(i, 1);
    }
  }
  return result;
}

std::string Generator::damaged(std::string_view text) {
  std::string result(text);
  for (size_t i = 1 + below(3); i > 0; --i) {
    if (result.empty()) return result;
    const size_t at = below(result.size());
    // Whole characters only: bytes of others stay together.
    if (static_cast<unsigned char>(result[at]) >= 0x80) continue;
    const size_t other = below(result.size());
    switch (below(4)) {
      case 0:
        result.erase(at, 1);
        break;
      case 1:
        result.insert(at, 1, result[at]);
        break;
      case 2:
        if (static_cast<unsigned char>(result[other]) < 0x80) std::swap(result[at], result[other]);
        break;
      default:
        result.insert(at, pick({"(", ")", "[", "]", "*", "?", "{", "\\", "|", "a", ":", " "}));
        break;
    }
  }
  return result;
}

}  // namespace gaoler::regex::parity
