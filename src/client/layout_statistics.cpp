// The table of `stats`: a row per jail, numbers to the right, drawn with box characters (UTF-8, one
// column each).
#include <algorithm>
#include <array>

#include "client/reply_shape.h"
#include "protocol/repr.h"
#include "protocol/unicode.h"

namespace gaoler::client {
namespace {

using protocol::str;
using protocol::Value;

constexpr size_t kColumns = 6;
constexpr size_t kFirstNumber = 2;  // columns before are names, flush left

using Row =
    std::array<std::string, kColumns>;  // jail, backend, filter cur and tot, actions cur and tot
using Widths = std::array<size_t, kColumns>;

std::string repeat(std::string_view text, size_t times) {
  std::string out;
  while (times-- > 0) out += text;
  return out;
}

std::string flush_left(const std::string& text, size_t width) {
  const size_t used = protocol::count_code_points(text);
  return text + std::string(width > used ? width - used : 0, ' ');
}

std::string flush_right(const std::string& text, size_t width) {
  const size_t used = protocol::count_code_points(text);
  return std::string(width > used ? width - used : 0, ' ') + text;
}

std::vector<Row> rows_of(const Value& reply) {
  const auto* jails = reply.get<protocol::Dict>();
  if (jails == nullptr) throw Unfit{};
  std::vector<Row> rows;
  for (const auto& [jail, numbers] : jails->items) {
    const Value& filter = item_of(numbers, 1);
    const Value& actions = item_of(numbers, 2);
    rows.push_back({str(jail), str(item_of(numbers, 0)), str(item_of(filter, 0)),
                    str(item_of(filter, 1)), str(item_of(actions, 0)), str(item_of(actions, 1))});
  }
  return rows;
}

Widths widths_of(const std::vector<Row>& rows) {
  Widths widths{8, 8, 3, 3, 3, 3};
  for (const Row& row : rows) {
    for (size_t i = 0; i < kColumns; ++i) {
      widths[i] = std::max(widths[i], protocol::count_code_points(row[i]));
    }
  }
  return widths;
}

std::string row_line(const Row& row, const Widths& widths) {
  Row cells;
  for (size_t i = 0; i < kColumns; ++i) {
    cells[i] = i < kFirstNumber ? flush_left(row[i], widths[i]) : flush_right(row[i], widths[i]);
  }
  return cells[0] + " ║ " + cells[1] + " ║ " + cells[2] + " │ " + cells[3] + " ║ " + cells[4] +
         " │ " + cells[5];
}

// The four groups that the double lines separate.
std::array<size_t, 4> group_widths(const Widths& widths) {
  return {widths[0], widths[1], widths[2] + 3 + widths[3], widths[4] + 3 + widths[5]};
}

std::string double_line(const std::array<size_t, 4>& groups, std::string_view crossing) {
  std::string out;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (i != 0) out += "═" + std::string(crossing) + "═";
    out += repeat("═", groups[i]);
  }
  return out + "═";
}

}  // namespace

std::string layout_statistics(const Value& reply) {
  const auto rows = rows_of(reply);
  if (rows.empty()) return "No jails found.";
  const Widths widths = widths_of(rows);
  const auto groups = group_widths(widths);
  std::string out = flush_left("", groups[0]) + " ║ " + flush_left("", groups[1]) + " ║ " +
                    flush_left("Filter", groups[2]) + " ║ " + flush_left("Actions", groups[3]) +
                    "\n";
  out += flush_left("Jail", groups[0]) + " ║ " + flush_left("Backend", groups[1]) + " ╟─" +
         repeat("─", groups[2]) + "─╫─" + repeat("─", groups[3]) + "─\n";
  out += row_line({"", "", "cur", "tot", "cur", "tot"}, widths) + "\n";
  out += double_line(groups, "╬") + "\n";
  for (const Row& row : rows) out += row_line(row, widths) + "\n";
  return out + double_line(groups, "╩");
}

}  // namespace gaoler::client
