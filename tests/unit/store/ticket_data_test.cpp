#include "store/ticket_data.h"

#include <gtest/gtest.h>

namespace gaoler::store {
namespace {

using filter::GroupValue;
using Parts = std::vector<std::optional<std::string>>;

jail::Ticket full_ticket() {
  jail::Ticket ticket;
  ticket.attempts = 3;
  ticket.lines = {{"h ", "10:00", " one"},
                  {"", "", "h 10:00 \"two\"\n"},
                  {"", "",
                   "thr\xC3\xA9"
                   "e"}};
  ticket.groups = {{"ip", GroupValue("192.0.2.1")},
                   {"fid", GroupValue(Parts{"a", std::nullopt})},
                   {"users", GroupValue(std::set<std::string>{"bob", "root"})}};
  ticket.ip = "192.0.2.1";
  return ticket;
}

TEST(TicketData, HasTheShapeOfFail2ban) {
  EXPECT_EQ(write_ticket_data(full_ticket(), 10),
            "{\"matches\": [[\"h \", \"10:00\", \" one\"], \"h 10:00 \\\"two\\\"\\n\", "
            "\"thr\xC3\xA9"
            "e\"], \"failures\": 3, \"fid\": [\"a\", null], \"ip\": \"192.0.2.1\", "
            "\"users\": [\"bob\", \"root\"]}");
  EXPECT_EQ(write_ticket_data(jail::Ticket{}, 10), "{\"matches\": [], \"failures\": 0}");
}

TEST(TicketData, KeepsTheNewestLines) {
  EXPECT_EQ(write_ticket_data(full_ticket(), 0).substr(0, 30),
            "{\"matches\": [], \"failures\": 3,");
  jail::Ticket ticket;
  read_ticket_data(write_ticket_data(full_ticket(), 1), ticket);
  EXPECT_EQ(ticket.lines, (std::vector<filter::MatchedLine>{{"", "",
                                                             "thr\xC3\xA9"
                                                             "e"}}));
}

TEST(TicketData, ReadsBackWhatItWrote) {
  jail::Ticket ticket;
  read_ticket_data(write_ticket_data(full_ticket(), 10), ticket);
  jail::Ticket expected = full_ticket();
  expected.groups["users"] = Parts{"bob", "root"};  // JSON knows no sets
  EXPECT_EQ(ticket, expected);
}

TEST(TicketData, TakesWhatItUnderstands) {
  jail::Ticket expected;
  expected.lines = {{"", "", "7"}, {"a", "", ""}, {"", "", ""}};
  expected.attempts = 2;
  expected.groups = {{"port", GroupValue("22")}, {"ok", GroupValue("True")}};
  jail::Ticket ticket;
  read_ticket_data(
      "{\"matches\": [7, [\"a\"], null, [], {}], \"failures\": 2.9, \"port\": 22, \"ok\": true, "
      "\"none\": null, \"deep\": {\"a\": 1}}",
      ticket);
  EXPECT_EQ(ticket, expected);
}

TEST(TicketData, AnythingElseIsATicketThatKnowsNothing) {
  for (const char* data : {"", "garbage", "[]", "{", "3"}) {
    jail::Ticket ticket;
    read_ticket_data(data, ticket, 1);
    jail::Ticket expected;
    expected.attempts = 1;
    EXPECT_EQ(ticket, expected) << data;
  }
}

}  // namespace
}  // namespace gaoler::store
