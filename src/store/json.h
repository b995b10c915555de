// Json: the little of JSON that the database's data column needs, read and written as Python's json
// module does (", " and ": " between, non-ASCII unescaped).
//
// A value. Reading is bounded in size and depth and accepts no more than the standard; bytes that
// are no UTF-8 become U+FFFD on the way in and on the way out. Own code because Boost 1.74 has no
// JSON and the shape is this small.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace gaoler::store {

struct Json {
  static constexpr size_t kMaxBytes = 16 * 1024 * 1024;
  static constexpr int kMaxDepth = 32;

  struct Member;
  using List = std::vector<Json>;
  using Dict = std::vector<Member>;  // in order; the last of equal keys counts
  std::variant<std::monostate, bool, int64_t, double, std::string, List, Dict> data;

  template <class T>
  const T* get() const {
    return std::get_if<T>(&data);
  }
  // The member of a dictionary; nullptr if there is none or this is no dictionary.
  const Json* find(std::string_view key) const;

  friend bool operator==(const Json&, const Json&);
};

struct Json::Member {
  Member(std::string key, Json of_key) : name(std::move(key)), value(std::move(of_key)) {}

  std::string name;
  Json value;

  friend bool operator==(const Member&, const Member&) = default;
};

base::Result<Json> read_json(std::string_view text);
std::string write_json(const Json& json);

}  // namespace gaoler::store
