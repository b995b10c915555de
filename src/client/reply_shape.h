// What a layout expects of a reply. Each function throws Unfit when the reply is of another shape;
// layout() catches it. Part of the layouts and of nothing else.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "protocol/value.h"

namespace gaoler::client {

inline constexpr size_t kUsualText = 16;  // an address and what is between two of them

struct Unfit {
  std::vector<std::string> lines;  // of the layout, as far as it came
};

const std::string& text_of(const protocol::Value& value);  // a string or an address
const std::vector<protocol::Value>& items_of(const protocol::Value& value);  // a list or a tuple
const protocol::Value& item_of(const protocol::Value& value, size_t index);
std::string joined_texts(const protocol::Value& list, std::string_view separator);

// Layouts with files of their own. `lines` takes what is to be printed, line by line.
using Lines = std::vector<std::string>;
void layout_status(const protocol::Value& reply, Lines& lines);
void layout_all_statuses(const protocol::Value& reply, Lines& lines);
void layout_jail_status(const std::string& jail, const protocol::Value& reply, Lines& lines);
std::string layout_statistics(const protocol::Value& reply);

}  // namespace gaoler::client
