#include "server/json_value.h"

namespace gaoler::server {

using protocol::Value;

Value value_of(const store::Json& json) {
  struct Convert {
    Value operator()(std::monostate) const { return {}; }
    Value operator()(bool value) const { return value; }
    Value operator()(int64_t value) const { return value; }
    Value operator()(double value) const { return value; }
    Value operator()(const std::string& text) const { return text; }
    Value operator()(const store::Json::List& items) const {
      protocol::List list;
      for (const store::Json& item : items) list.items.push_back(value_of(item));
      return list;
    }
    Value operator()(const store::Json::Dict& members) const {
      protocol::Dict dict;
      for (const auto& [key, member] : members) dict.items.emplace_back(key, value_of(member));
      return dict;
    }
  };
  return std::visit(Convert{}, json.data);
}

base::Result<Value> value_of_json(std::string_view text) {
  const auto json = store::read_json(text);
  if (!json) return json.error();
  return value_of(*json);
}

}  // namespace gaoler::server
