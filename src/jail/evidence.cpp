#include "jail/evidence.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace gaoler::jail {
namespace {

using filter::GroupValue;
using filter::MatchedLine;
using Parts = std::vector<std::optional<std::string>>;
using Names = std::set<std::string>;

// Numbers are written seven bits at a time, the lowest first, a 1 above them if more follow; texts
// behind their length, lists behind their count, what may be absent behind 0 or 1.
class Packer {
 public:
  explicit Packer(std::vector<char>& bytes) : bytes_(bytes) {}

  void put(size_t number) {
    for (; number > 0x7f; number >>= 7) bytes_.push_back(static_cast<char>(number | 0x80));
    bytes_.push_back(static_cast<char>(number));
  }
  void put(const std::string& text) {
    put(text.size());
    bytes_.insert(bytes_.end(), text.begin(), text.end());
  }
  void put(const std::optional<std::string>& text) {
    put(size_t{text.has_value()});
    if (text) put(*text);
  }
  void put(const Parts& parts) { put_all(parts); }
  void put(const Names& names) { put_all(names); }
  void put(const GroupValue& value) {
    put(value.index());
    std::visit([this](const auto& content) { put(content); }, value);
  }
  void put(const MatchedLine& line) {
    put(line.before);
    put(line.date);
    put(line.after);
  }

 private:
  template <class Items>
  void put_all(const Items& items) {
    put(items.size());
    for (const auto& item : items) put(item);
  }

  std::vector<char>& bytes_;
};

// Reads what the packer wrote, so it checks nothing.
class Unpacker {
 public:
  explicit Unpacker(const char* at) : at_(at) {}

  const char* at() const { return at_; }

  size_t number() {
    size_t number = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at_++);
      number |= size_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return number;
    }
  }
  std::string text() {
    const size_t size = number();
    return {std::exchange(at_, at_ + size), size};
  }
  std::optional<std::string> optional_text() {
    return number() != 0 ? std::optional(text()) : std::nullopt;
  }
  GroupValue group() {
    switch (number()) {
      case 0:
        return text();
      case 1: {
        Parts parts(number());
        for (auto& part : parts) part = optional_text();
        return parts;
      }
      default: {
        Names names;
        for (size_t left = number(); left > 0; --left) names.insert(names.end(), text());
        return names;
      }
    }
  }
  MatchedLine line() {
    MatchedLine line;
    line.before = text();
    line.date = text();
    line.after = text();
    return line;
  }

 private:
  const char* at_;
};

size_t size_of(const MatchedLine& line) {
  return line.before.size() + line.date.size() + line.after.size();
}

}  // namespace

Evidence::Evidence(const filter::Failure& first) {
  Packer packer(packed_);
  packer.put(first.ip);
  const auto groups = first.groups.captured();
  packer.put(groups.size());
  for (const auto& [name, value] : groups) {
    packer.put(name);
    packer.put(value);
  }
  lines_begin_ = packed_.size();
}

void Evidence::add(const MatchedLine& line) {
  // Little room to spare: most ids have a few lines, and no more come.
  constexpr size_t kLengths = 3 * 3;
  const size_t wanted = packed_.size() + size_of(line) + kLengths;
  if (wanted > packed_.capacity()) packed_.reserve(wanted + wanted / 8);
  Packer(packed_).put(line);
  ++line_count_;
}

void Evidence::keep_newest(size_t most) {
  if (line_count_ <= most) return;
  const std::vector<char> all = std::exchange(packed_, {});
  packed_.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(lines_begin_));
  Unpacker from(all.data() + lines_begin_);
  size_t left = std::exchange(line_count_, 0);
  for (; left > most; --left) from.line();
  for (; left > 0; --left) add({"", "", from.line().text()});
}

void Evidence::unpack(Ticket& ticket) const {
  Unpacker from(packed_.data());
  ticket.ip = from.optional_text();
  for (size_t left = from.number(); left > 0; --left) {
    std::string name = from.text();
    ticket.groups.emplace(std::move(name), from.group());
  }
  for (size_t left = line_count_; left > 0; --left) ticket.lines.push_back(from.line());
}

}  // namespace gaoler::jail
