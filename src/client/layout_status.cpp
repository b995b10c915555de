// Trees of `status`: "Title:<tab>value" rows behind branches, the last branch of each level being a
// corner.
#include "client/reply_shape.h"
#include "protocol/repr.h"

namespace gaoler::client {
namespace {

using protocol::str;
using protocol::Value;

std::string_view branch(bool last) {
  return last ? "`-" : "|-";
}

// A list is its items with spaces between, whatever they are.
void append_value(std::string& out, const Value& value) {
  const auto* list = value.get<protocol::List>();
  if (list == nullptr) {
    out += str(value);
    return;
  }
  out.reserve(out.size() + list->items.size() * kUsualText);
  for (const Value& item : list->items) {
    if (&item != &list->items.front()) out += ' ';
    out += str(item);
  }
}

std::string row(std::string_view prefix, bool last, const Value& pair) {
  std::string out(prefix);
  out += branch(last);
  out += " " + str(item_of(pair, 0)) + ":\t";
  append_value(out, item_of(pair, 1));
  return out;
}

// The two groups of a jail, "Filter" and "Actions", with their rows.
void jail_tree(const Value& groups, const std::string& prefix, Lines& lines) {
  const auto& all = items_of(groups);
  for (const Value& group : all) {
    const bool last = &group == &all.back();
    lines.push_back(prefix + std::string(branch(last)) + " " + str(item_of(group, 0)));
    const auto& rows = items_of(item_of(group, 1));
    for (const Value& pair : rows) {
      lines.push_back(row(prefix + (last ? "   " : "|  "), &pair == &rows.back(), pair));
    }
  }
}

// Runs a layout on `lines`; if the reply does not fit, says how far it came.
template <class Body>
void keep_lines(Lines& lines, Body body) {
  try {
    body();
  } catch (const Unfit&) {
    throw Unfit{lines};
  }
}

}  // namespace

void layout_status(const Value& reply, Lines& lines) {
  lines.push_back("Status");
  keep_lines(lines, [&] {
    const auto& rows = items_of(reply);
    for (const Value& pair : rows) lines.push_back(row("", &pair == &rows.back(), pair));
  });
}

void layout_jail_status(const std::string& jail, const Value& reply, Lines& lines) {
  lines.push_back("Status for the jail: " + jail);
  keep_lines(lines, [&] { jail_tree(reply, "", lines); });
}

void layout_all_statuses(const Value& reply, Lines& lines) {
  const auto& parts = items_of(reply);
  if (parts.empty() || !parts.back().get<protocol::Dict>()) throw Unfit{};
  const auto& jails = parts.back().get<protocol::Dict>()->items;
  if (jails.empty()) return layout_status(protocol::List{{parts.begin(), parts.end() - 1}}, lines);
  lines.push_back("Status");
  keep_lines(lines, [&] {
    for (auto part = parts.begin(); part != parts.end() - 1; ++part)
      lines.push_back(row("", false, *part));
    lines.push_back("`- Status for the jails:");
    for (const auto& jail : jails) {
      const bool last = &jail == &jails.back();
      lines.push_back("   " + std::string(branch(last)) + " Jail: " + str(jail.first));
      jail_tree(jail.second, last ? "      " : "   |  ", lines);
    }
  });
}

}  // namespace gaoler::client
