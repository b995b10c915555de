#include "action/tags.h"

#include <gtest/gtest.h>
#include <map>

#include "action/ticket_tags.h"

namespace gaoler::action {

void PrintTo(const Step& step, std::ostream* out) {
  *out << step.text;
  for (const auto& arg : step.args) *out << " [" << arg << "]";
}

namespace {

using Map = std::map<std::string, std::string, std::less<>>;

auto lookup_in(const Map& map) {
  return [&map](std::string_view name) -> std::optional<std::string> {
    const auto found = map.find(name);
    if (found == map.end()) return std::nullopt;
    return found->second;
  };
}

TEST(ExpandProperties, PutsPropertiesInUntilNoneIsLeft) {
  const Map properties = {{"set", "addr-<name>"},
                          {"set?family=inet6", "addr6-<name>"},
                          {"name", "sshd"},
                          {"mode", "fast"},
                          {"re_fast", "quick"},
                          {"loop", "x<loop>"},
                          {"a", "<b>"},
                          {"b", "<a>"},
                          {"matches", "not from here"}};
  struct Case {
    const char* text;
    Scope scope;
    const char* expected;
  };
  const Case cases[] = {
      {"nft <set>", Scope::all, "nft addr-sshd"},
      {"nft <set>", Scope::inet4, "nft addr-sshd"},
      {"nft <set>", Scope::inet6, "nft addr6-sshd"},
      {"<re_<mode>>", Scope::all, "quick"},
      {"ban <ip> <F-USER> <matches>", Scope::all, "ban <ip> <F-USER> <matches>"},
      {"a<br>b<sp>c", Scope::all, "a\nb c"},
      {"cat <in >out 2<>x << EOF < name>", Scope::all, "cat <in >out 2<>x << EOF < name>"},
      {"<<name>>", Scope::all, "<sshd>"},
      {"<>", Scope::all, "<>"},
      {"", Scope::all, ""},
  };
  for (const auto& c : cases) {
    const auto expanded = expand_properties(c.text, lookup_in(properties), c.scope);
    ASSERT_TRUE(expanded.ok()) << c.text;
    EXPECT_EQ(*expanded, c.expected);
  }
  for (const char* text : {"<loop>", "<a>"}) {
    EXPECT_FALSE(expand_properties(text, lookup_in(properties), Scope::all).ok()) << text;
  }
}

TEST(ExpandProperties, AGrowingSelfReferenceEndsSoon) {
  const Map properties = {{"a", "<b><b><b><b>"}, {"b", "<a><a><a><a>"}};
  const auto expanded = expand_properties("<a>", lookup_in(properties), Scope::all);
  ASSERT_FALSE(expanded.ok());
  EXPECT_EQ(expanded.error().message.substr(0, 48),
            "properties contain self referencing definitions ");
}

TEST(BindValues, UnharmfulValuesStandInTheTextAllOthersAreArguments) {
  const Map values = {{"ip", "2001:db8::/32"}, {"F-user", "a b"},   {"matches", "x;rm -rf /\ny"},
                      {"tab", "a\tb"},         {"eq", "PATH=/x"},   {"F-fid", "id'1"},
                      {"name", "j@h+1%,_-."},  {"utf", "\xc3\xa4"}, {"empty", ""}};
  struct Case {
    const char* text;
    Step expected;
  };
  const Case cases[] = {
      {"ban <ip> <name>", {"ban 2001:db8::/32 j@h+1%,_-.", {}}},
      {"ban <F-USER>.", {"f2bV_F_user=$0 \nban $f2bV_F_user.", {"a b"}}},
      {"ban <F-USER>x", {"f2bV_F_user=$0 \nban ${f2bV_F_user}x", {"a b"}}},
      {"<matches> <F-ID> <matches>",
       {"f2bV_matches=$0 f2bV_F_fid=$1 \n$f2bV_matches $f2bV_F_fid $f2bV_matches",
        {"x;rm -rf /\ny", "id'1"}}},
      {"<tab> <eq> <utf>",
       {"f2bV_tab=$0 f2bV_eq=$1 f2bV_utf=$2 \n$f2bV_tab $f2bV_eq $f2bV_utf",
        {"a\tb", "PATH=/x", "\xc3\xa4"}}},
      {"[<empty>] [<F-NONE>] <none> <F-user> <br>", {"[] [] <none> <F-user> \n", {}}},
  };
  for (const auto& c : cases) EXPECT_EQ(bind_values(c.text, lookup_in(values)), c.expected);
}

TEST(BindValues, ValuesAreNotSearchedForTags) {
  const Map values = {{"matches", "<ip>"}, {"ip", "192.0.2.1"}};
  EXPECT_EQ(bind_values("<matches>", lookup_in(values)),
            (Step{"f2bV_matches=$0 \n$f2bV_matches", {"<ip>"}}));
}

TEST(BindValues, MoreThanTenArgumentsAreNumberedWithBraces) {
  std::string text;
  for (char c = 'a'; c < 'a' + 12; ++c) text += std::string("<") + c + ">";
  const Step step = bind_values(text, [](std::string_view) { return "!"; });
  EXPECT_EQ(step.args.size(), 12u);
  EXPECT_NE(step.text.find("f2bV_j=$9 f2bV_k=${10} f2bV_l=${11} \n"), step.text.npos);
}

TEST(BindValues, TagsThatWouldShareAVariableDoNot) {
  const Map values = {{"a-b", "x y"}, {"a_b", "z z"}};
  EXPECT_EQ(bind_values("<a-b> <a_b>", lookup_in(values)),
            (Step{"f2bV_a_b=$0 f2bV_a_b_=$1 \n$f2bV_a_b $f2bV_a_b_", {"x y", "z z"}}));
}

TEST(BindValues, HugeValuesAreCutAndNulBytesDropped) {
  const std::string huge(3 * 1024 * 1024, ' ');
  const std::string letters(100'000, 'x');
  const std::string nul("a\0 b", 4);
  const Step step = bind_values("<a><b><c><d><e><f><g><h><i><nul><l>", [&](std::string_view tag) {
    return tag == "nul" ? nul : tag == "l" ? letters : huge;
  });
  size_t total = 0;
  for (const auto& arg : step.args) total += arg.size();
  EXPECT_EQ(step.args[0].size(), kMaxValueBytes);
  EXPECT_EQ(total, kMaxArgumentBytes);
  EXPECT_EQ(bind_values("<nul>", [&](std::string_view) { return nul; }).args,
            std::vector<std::string>{"a b"});
}

TEST(BindFamily, TouchesNothingElse) {
  EXPECT_EQ(bind_family("x <family> <ip> <F-USER> <br>", Scope::inet6),
            "x inet6 <ip> <F-USER> <br>");
  EXPECT_EQ(bind_family("x <family>", Scope::all), "x <family>");
  EXPECT_EQ(bind_family("x <family>", Scope::other), "x <family>");
}

TEST(TicketTag, TellsWhatATicketKnows) {
  jail::Ticket ticket;
  ticket.id = "bob";
  ticket.ip = "2001:DB8::1";
  ticket.time = 1500000000;
  ticket.attempts = 3;
  ticket.ban_count = 2;
  ticket.lines = {{"", "", ""}, {"a ", "date", " b"}};
  ticket.groups["user"] = "x";
  ticket.groups["names"] = std::set<std::string>{"a", "b's"};
  ticket.groups["pair"] = std::vector<std::optional<std::string>>{"a", std::nullopt};
  const Map expected = {
      {"ip", "2001:db8::1"},
      {"fid", "bob"},
      {"family", "inet6"},
      {"ip-rev", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."},
      {"failures", "3"},
      {"time", "1500000000"},
      {"bantime", "600"},
      {"bancount", "2"},
      {"restored", "0"},
      {"matches", "\na date b"},
      {"F-user", "x"},
      {"F-fid", "bob"},
      {"F-names", "{'a', \"b's\"}"},
      {"F-pair", "('a', None)"}};
  for (const auto& [tag, value] : expected) EXPECT_EQ(ticket_tag(ticket, 600, tag), value) << tag;
  for (const char* tag : {"F-other", "ip-host", "jail.found", "nothing"}) {
    EXPECT_EQ(ticket_tag(ticket, 600, tag), std::nullopt) << tag;
  }
  ticket.ban_time = -1;
  ticket.time = 1500000000.25;
  EXPECT_EQ(ticket_tag(ticket, 600, "bantime"), "-1");
  EXPECT_EQ(ticket_tag(ticket, 600, "time"), "1500000000.25");
}

}  // namespace
}  // namespace gaoler::action
