// Every form of a value held against CPython's own: one interpreter, thousands of values, byte for
// byte.
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <sstream>
#include <unistd.h>

#include "base/text.h"
#include "protocol/pickle.h"
#include "protocol/repr.h"

namespace gaoler::protocol {
namespace {

constexpr const char* kPython = "/usr/bin/python3";

std::string to_hex(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) {
    out += "0123456789abcdef"[byte >> 4 & 0xf];
    out += "0123456789abcdef"[byte & 0xf];
  }
  return out;
}

std::string from_hex(std::string_view digits) {
  std::string out;
  if (digits == "-") return out;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  }
  return out;
}

class Generator {
 public:
  Value value(int depth = 0) {
    switch (below(depth > 4 ? 6 : 11)) {
      case 0:
        return {};
      case 1:
        return below(2) == 0;
      case 2:
        return integer();
      case 3:
        return number();
      case 4:
        return text();
      case 5:
        return Address{"192.0.2." + std::to_string(below(20))};
      case 6:
        return exception(depth);
      case 7:
        return Tuple{values(depth)};
      case 8:
        return dict();
      default:
        return List{values(depth)};
    }
  }

  size_t below(size_t limit) {
    return std::uniform_int_distribution<size_t>(0, limit - 1)(random_);
  }

 private:
  int64_t integer() {
    const auto bits = static_cast<int64_t>(random_());
    return bits >> below(64);
  }

  double number() {
    if (below(2) == 0) return static_cast<double>(integer()) / 1000;
    return std::ldexp(static_cast<double>(random_()), static_cast<int>(below(400)) - 264);
  }

  std::string text() {
    static const std::string kPieces[] = {"a",
                                          "word ",
                                          "'",
                                          "\"",
                                          "\\",
                                          "\n",
                                          "\r\n",
                                          "\t",
                                          "\xc3\xa9",
                                          "\xe2\x82\xac",
                                          "\xff",
                                          "\xc2\xa0",
                                          "\x1c",
                                          "  ",
                                          "\x7f",
                                          "\xe2\x80\xa8",
                                          "\xf0\x9f\x98\x80",
                                          "^\\s+<HOST>"};
    std::string out;
    for (size_t left = below(below(10) == 0 ? 60 : 5); left > 0; --left)
      out += kPieces[below(std::size(kPieces))];
    return out;
  }

  std::vector<Value> values(int depth) {
    std::vector<Value> out;
    for (size_t left = below(6); left > 0; --left) out.push_back(value(depth + 1));
    return out;
  }

  Dict dict() {
    Dict out;
    for (size_t left = below(5); left > 0; --left) {
      out.items.emplace_back(std::string(1, static_cast<char>('f' - left)) + text(), value(4));
    }
    return out;
  }

  Exception exception(int depth) {
    static const Exception kKinds[] = {{"builtins", "ValueError", {}},
                                       {"builtins", "KeyError", {}},
                                       {"fail2ban.exceptions", "UnknownJailException", {}},
                                       {"fail2ban.server.failregex", "RegexException", {}},
                                       {"builtins", "FileNotFoundError", {}}};
    Exception out = kKinds[below(std::size(kKinds))];
    if (out.name == "FileNotFoundError") {
      out.args = {2, text(), text()};
    } else {
      out.args = values(depth);
    }
    return out;
  }

  std::mt19937_64 random_{20261122};
};

// Shapes where CPython's writer changes its ways: batches, frames, lengths of integers and strings.
std::vector<Value> edges() {
  std::vector<Value> out;
  for (const size_t size : {1, 2, 999, 1000, 1001, 2000, 2001}) {
    List list;
    Dict dict;
    for (size_t i = 0; i < size; ++i) {
      list.items.push_back(
          Address{"10.0." + std::to_string(i / 200) + "." + std::to_string(i % 200)});
      dict.items.emplace_back(i, "v" + std::to_string(i % 7));
    }
    out.push_back(list);
    out.push_back(dict);
  }
  for (const size_t size : {0, 1, 255, 256, 65534, 65535, 65536, 65537, 200000}) {
    out.push_back(std::string(size, 'x'));
    out.push_back(List{{"before", std::string(size, 'y'), "after", std::string(size, 'y')}});
  }
  for (size_t around = 65500; around < 65560; around += 3) {
    out.push_back(List{
        {std::string(around - 300, 'a'), std::string(250, 'b'), 1, std::string(300, 'c'), "d"}});
  }
  for (int bit = 0; bit < 63; ++bit) {
    const int64_t power = int64_t{1} << bit;
    for (const int64_t near : {power - 1, power, -power, -power - 1}) out.push_back(near);
  }
  out.push_back(INT64_MAX);
  out.push_back(INT64_MIN);
  List long_list;
  for (int i = 0; i < 30000; ++i)
    long_list.items.push_back(Tuple{{i, "line " + std::to_string(i)}});
  out.push_back(std::move(long_list));
  return out;
}

struct Case {
  Value value;
  size_t width;
};

std::vector<Case> cases() {
  std::vector<Case> out;
  for (Value& value : edges()) out.push_back({std::move(value), 1000});
  Generator generator;
  for (int i = 0; i < 3000; ++i) {
    Value value = generator.value();
    out.push_back({std::move(value), 10 + generator.below(90)});
  }
  return out;
}

std::vector<std::string> ask_python(const std::vector<Case>& asked) {
  std::string directory = testing::TempDir() + "/cpythonXXXXXX";
  if (mkdtemp(directory.data()) == nullptr) return {};
  const std::string questions = directory + "/questions";
  const std::string answers = directory + "/answers";
  {
    std::ofstream file(questions);
    for (const Case& c : asked) file << c.width << ' ' << to_hex(encode(c.value)) << '\n';
  }
  const std::string command =
      std::string(kPython) + " '" CPYTHON_PEER "' <'" + questions + "' >'" + answers + "'";
  std::vector<std::string> lines;
  if (std::system(command.c_str()) == 0) {
    std::ifstream file(answers);
    for (std::string line; std::getline(file, line);) lines.push_back(line);
  }
  unlink(questions.c_str());
  unlink(answers.c_str());
  rmdir(directory.c_str());
  return lines;
}

TEST(CPython, AgreesOnEveryFormOfAValue) {
  if (access(kPython, X_OK) != 0) GTEST_SKIP() << "no /usr/bin/python3 to compare with";
  const auto asked = cases();
  const auto answers = ask_python(asked);
  ASSERT_EQ(answers.size(), asked.size());
  for (size_t i = 0; i < asked.size(); ++i) {
    const Value& value = asked[i].value;
    const auto fields = base::split(answers[i], ' ');
    ASSERT_EQ(fields.size(), 9u);
    ASSERT_EQ(repr(value), from_hex(fields[0]));
    ASSERT_EQ(str(value), from_hex(fields[1]));
    ASSERT_EQ(pretty(value, {asked[i].width, 2}), from_hex(fields[2]))
        << "width " << asked[i].width;
    ASSERT_EQ(to_hex(encode(value)), fields[3] == "-" ? "" : std::string(fields[3])) << repr(value);
    for (size_t field = 3; field < fields.size(); ++field) {
      const auto back = decode(from_hex(fields[field]));
      ASSERT_TRUE(back) << back.error().message << " in " << fields[field];
      if (field <= 3 || field > 6) {
        ASSERT_TRUE(*back == value) << repr(value) << " came back as " << repr(*back);
      } else {
        // Protocols 0 to 2 speak Python 2, where OSError has no children.
        ASSERT_EQ(repr(*back), base::replace_all(repr(value), "FileNotFoundError", "OSError"));
      }
    }
  }
}

}  // namespace
}  // namespace gaoler::protocol
