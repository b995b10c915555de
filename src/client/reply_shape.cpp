#include "client/reply_shape.h"

namespace gaoler::client {

using protocol::Value;

const std::string& text_of(const Value& value) {
  if (const auto* text = value.get<std::string>()) return *text;
  if (const auto* address = value.get<protocol::Address>()) return address->text;
  throw Unfit{};
}

const std::vector<Value>& items_of(const Value& value) {
  if (const auto* list = value.get<protocol::List>()) return list->items;
  if (const auto* tuple = value.get<protocol::Tuple>()) return tuple->items;
  throw Unfit{};
}

const Value& item_of(const Value& value, size_t index) {
  const auto& items = items_of(value);
  if (index >= items.size()) throw Unfit{};
  return items[index];
}

std::string joined_texts(const Value& list, std::string_view separator) {
  const auto& items = items_of(list);
  std::string out;
  out.reserve(items.size() * kUsualText);
  for (const Value& item : items) {
    if (&item != &items.front()) out += separator;
    out += text_of(item);
  }
  return out;
}

}  // namespace gaoler::client
