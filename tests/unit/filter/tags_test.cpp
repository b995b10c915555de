#include "filter/tags.h"

#include <gtest/gtest.h>

namespace gaoler::filter {
namespace {

struct Case {
  const char* regex;
  const char* expanded;
};

TEST(Tags, AreReplacedByWhatTheyStandFor) {
  const Case cases[] = {
      {"<IP4>", R"((?:::f{4,6}:)?(?P<ip4>(?:\d{1,3}\.){3}\d{1,3}))"},
      {"<F-IP4/>", R"((?:::f{4,6}:)?(?P<ip4>(?:\d{1,3}\.){3}\d{1,3}))"},
      {"<F-CIDR/>", R"((?P<cidr>\d+))"},
      {"<DNS>", R"((?P<dns>[\w\-.^_]*\w))"},
      {"<F-ID/> <F-PORT/>", R"((?P<fid>\S+) (?P<fport>\w+))"},
      {"<F-ID>a</F-ID>", "(?P<fid>a)"},
      {"<F-USER>a</F-USER></F-USER></F-X>", "(?P<user>a))</F-X>"},
      {"<F-ALT_USER_1>x</F-ALT_USER_1>", "(?P<alt_user_1>x)"},
      {"<F-A-B>x</F-A-B>", "(?P<a-b>x)"},
      {"<SKIPLINES>x<SKIPLINES>",
       R"(\n(?P<skiplines0>(?:(?:.*\n)*?))x\n(?P<skiplines1>(?:(?:.*\n)*?)))"},
      {"<SUBNET>",
       R"(\[?(?:(?:::f{4,6}:)?(?P<ip4>(?:\d{1,3}\.){3}\d{1,3})|)"
       R"((?P<ip6>(?:[0-9a-fA-F]{1,4}::?|:){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):)))(?:/(?P<cidr>\d+))?\]?)"},
  };
  for (const Case& c : cases) EXPECT_EQ(expand_tags(c.regex, UseDns::warn), c.expanded);
}

TEST(Tags, ThatAreNotKnownStay) {
  for (const char* text : {"<host>", "<F-user>x</F-user>", "<F-USER/>", "<", "<>", "</>",
                           "a < b > c", "</F-USER>", "<lt_normal/re>"}) {
    EXPECT_EQ(expand_tags(text, UseDns::yes), text);
  }
}

TEST(Tags, HostIsNoNameWhenNamesAreOff) {
  const std::string address =
      R"(\[?(?:(?:::f{4,6}:)?(?P<ip4>(?:\d{1,3}\.){3}\d{1,3})|)"
      R"((?P<ip6>(?:[0-9a-fA-F]{1,4}::?|:){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):)))\]?)";
  EXPECT_EQ(expand_tags("<HOST>", UseDns::no), address);
  EXPECT_EQ(expand_tags("<ADDR>", UseDns::yes), address);
  EXPECT_EQ(expand_tags("<<HOST>", UseDns::raw),
            R"(<(?:)" + address + R"(|(?P<dns>[\w\-.^_]*\w)))");
}

TEST(Tags, FlagsThatOpenAGroupBecomeFlagsOfTheGroup) {
  const Case cases[] = {
      {"((?i)a)(?:(?i)b)", "(?i:a)(?i:b)"}, {"\\((?i)x", "\\((?i)x"},      {"(?i)x", "(?i)x"},
      {"((?P<a>x))", "((?P<a>x))"},         {"((?s)(?i)x)", "(?s:(?i)x)"},
  };
  for (const Case& c : cases) EXPECT_EQ(expand_tags(c.regex, UseDns::yes), c.expanded);
}

}  // namespace
}  // namespace gaoler::filter
