#include "jail/evidence.h"

#include <gtest/gtest.h>
#include <vector>

namespace gaoler::jail {
namespace {

using filter::GroupValue;
using filter::MatchedLine;

Ticket unpacked(const Evidence& evidence) {
  Ticket ticket;
  evidence.unpack(ticket);
  return ticket;
}

filter::Failure failure_with_all_kinds_of_groups() {
  filter::Failure failure;
  failure.id = "somebody";
  failure.ip = "2001:db8::1";
  failure.groups.set("user", GroupValue(std::string("r\0\xff\xc3\xb6t", 6)));
  failure.groups.set("empty", GroupValue(""));
  failure.groups.set("absent", std::nullopt);
  failure.groups.set("tuple", GroupValue(std::vector<std::optional<std::string>>{
                                  "22", std::nullopt, "", std::string(300, 'p')}));
  failure.groups.set("users", GroupValue(std::set<std::string>{"", "anna", "ben"}));
  failure.groups.set("none", GroupValue(std::set<std::string>()));
  return failure;
}

TEST(Evidence, GivesBackWhatWasPutIn) {
  const filter::Failure failure = failure_with_all_kinds_of_groups();
  Evidence evidence(failure);
  const size_t without_lines = evidence.size();
  // Lengths around those where one more byte is needed to write them.
  const std::vector<MatchedLine> lines = {{"host ", "10:00:00", " one"},
                                          {"", "", ""},
                                          {std::string(127, 'a'), std::string(128, 'b'), ""},
                                          {"", "", std::string(16383, 'c')},
                                          {"", "", std::string(16384, '\n')}};
  for (const MatchedLine& line : lines) evidence.add(line);

  Ticket expected;
  expected.ip = failure.ip;
  expected.groups = failure.groups.captured();
  expected.lines = lines;
  EXPECT_EQ(unpacked(evidence), expected);
  EXPECT_EQ(evidence.size_of_lines(), evidence.size() - without_lines);
}

TEST(Evidence, OfAFailureThatTellsNothingIsNothing) {
  EXPECT_EQ(unpacked(Evidence(filter::Failure())), Ticket());
}

TEST(Evidence, KeepsTheNewestLinesAndOnlyTheirTextOnceSomeAreForgotten) {
  const MatchedLine one{"a ", "1", " x"}, two{"b ", "2", " y"}, three{"", "", "c 3 z"};
  const MatchedLine two_in_one{"", "", "b 2 y"};
  struct Case {
    size_t most;
    std::vector<MatchedLine> left;
  };
  const Case cases[] = {{4, {one, two, three}},
                        {3, {one, two, three}},
                        {2, {two_in_one, three}},
                        {1, {three}},
                        {0, {}}};
  for (const Case& test : cases) {
    Evidence evidence(failure_with_all_kinds_of_groups());
    for (const MatchedLine& line : {one, two, three}) evidence.add(line);
    evidence.keep_newest(test.most);
    EXPECT_EQ(unpacked(evidence).lines, test.left) << test.most;
    evidence.add(one);
    EXPECT_EQ(unpacked(evidence).lines.size(), test.left.size() + 1);
    EXPECT_EQ(unpacked(evidence).groups, failure_with_all_kinds_of_groups().groups.captured());
  }
}

}  // namespace
}  // namespace gaoler::jail
