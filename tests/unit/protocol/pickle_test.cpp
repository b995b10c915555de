#include "protocol/pickle.h"

#include <gmock/gmock.h>

#include "protocol/repr.h"

namespace gaoler::protocol {
namespace {

using namespace std::string_literals;

std::string error_of(std::string_view pickled, const Limits& limits = {}) {
  const auto value = decode(pickled, limits);
  return value ? "no error: " + repr(*value) : value.error().message;
}

TEST(Pickle, PongIsTheBytesEveryClientKnows) {
  EXPECT_EQ(encode(Reply{0, "pong"}),
            "\x80\x05\x95\x0c\x00\x00\x00\x00\x00\x00\x00K\x00\x8c\x04pong\x94\x86\x94."s);
}

TEST(Pickle, AnAddressIsACallOfStr) {
  EXPECT_EQ(encode(List{{Address{"192.0.2.1"}}}),
            "\x80\x05\x95\x27\x00\x00\x00\x00\x00\x00\x00]\x94\x8c\x08"
            "builtins\x94\x8c\x03str\x94\x93\x94\x8c\x09"
            "192.0.2.1\x94\x85\x94R\x94"
            "a."s);
}

TEST(Pickle, ReadsWhatOtherClientsWrite) {
  const std::pair<std::string, Value> cases[] = {
      // A Go client's protocol 2, with Python 2 strings.
      {"\x80\x02]U\x04pinga."s, List{{"ping"}}},
      {"\x80\x02(U\x06statusU\x04sshdl."s, List{{"status", "sshd"}}},
      {"\x80\x02]q\x00(X\x03\x00\x00\x00getq\x01X\x04\x00\x00\x00sshdq\x02h\x01"
       "e."s,
       List{{"get", "sshd", "get"}}},
      // Protocol 0, all text.
      {"(lp0\nVping\np1\naI-5\naI01\naL12L\naF1.5\naS'it\\'s \\x41'\na(V\\u20ac\nI1\ndaNa.",
       List{{
           "ping",
           -5,
           true,
           12,
           1.5,
           "it's A",
           Dict{{{"\xe2\x82\xac", 1}}},
           Value(),
       }}},
      {"c__builtin__\nunicode\n(V1.2.3.4\ntR.", Address{"1.2.3.4"}},
      {"cexceptions\nKeyError\n(Vx\ntR.", Exception{"builtins", "KeyError", {"x"}}},
      {"(K\x01K\x02K\x03t."s, Tuple{{1, 2, 3}}},
      {"(N1K\x07."s, 7},
      {"K\x01K\x02"
       "0."s,
       1},
      {"\x8a\x00."s, 0},
      {"\x8a\x09\xff\xff\xff\xff\xff\xff\xff\x7f\x00."s, INT64_MAX},
      {"\x8f(K\x01\x90."s, List{{1}}},
  };
  for (const auto& [pickled, expected] : cases) {
    const auto value = decode(pickled);
    ASSERT_TRUE(value) << testing::PrintToString(pickled) << value.error().message;
    EXPECT_EQ(repr(*value), repr(expected)) << testing::PrintToString(pickled);
    EXPECT_TRUE(*value == expected);
  }
}

TEST(Pickle, OneListInTwoPlacesIsReadAsFilledLater) {
  EXPECT_EQ(repr(*decode("]\x94h\x00h\x00\x86\x94"
                         "0K\x01"
                         "ah\x01."s)),
            "([1], [1])");
}

TEST(Pickle, MalformedMessagesAreErrorValues) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "Ran out of input"},
      {"K", "pickle data was truncated"},
      {"K\x01"s, "Ran out of input"},
      {".", "unpickling stack underflow"},
      {"garbage", "pickle data was truncated"},
      {"\x01"s, "invalid load key, '\\x01'."},
      {"\x80\x09."s, "unsupported pickle protocol: 9"},
      {"\x80\x05\x95\xff\x00\x00\x00\x00\x00\x00\x00N."s, "pickle exhausted before end of frame"},
      {"h\x03."s, "Memo value not found at index 3"},
      {"p5\n.", "unpickling stack underflow"},
      {"e.", "could not find MARK"},
      {"N(a.", "unpickling stack underflow"},
      {"NK\x01"
       "a."s,
       "append to what is no list"},
      {"}K\x01K\x01]s."s, "item for what is no dictionary"},
      {"}(K\x01u."s, "odd number of items for DICT"},
      {"}]Ns.", "unhashable key in a dictionary"},
      {"X\xff\xff\xff\xff"s, "pickle data was truncated"},
      {"\x8d\xff\xff\xff\xff\xff\xff\xff\xff"s, "pickle data was truncated"},
      {"\x8c\x01\xff."s, "'utf-8' codec can't decode the bytes of a string"},
      {"U\x01\xe9."s, "'ascii' codec can't decode the bytes of a string"},
      {"I12a\n.", "invalid literal for int() with base 10: '12a'"},
      {"L99999999999999999999L\n.", "integer of more than 64 bits"},
      {"\x8a\x09\xff\xff\xff\xff\xff\xff\xff\xff\x00."s, "integer of more than 64 bits"},
      {"F1.5x\n.", "could not convert string to float: '1.5x'"},
      {"S'a\n.", "the STRING opcode argument must be quoted"},
      {"S'\\q'\n.", "bad escape in a string"},
      {"C\x01z."s, "bytes are not accepted, send a string"},
      {"cos\nsystem\n(S'true'\ntR.", "class os.system is not accepted in a message"},
      {"cbuiltins\neval\n(S'1'\ntR.", "class builtins.eval is not accepted in a message"},
      {"\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R."s,
       "class posix.system is not accepted in a message"},
      {"cbuiltins\nstr\n.", "a class is no value"},
      {"cbuiltins\nstr\n(K\x05tR."s, "str() of what is no string"},
      {"cbuiltins\nstr\n]R.", "argument list must be a tuple"},
      {"N)R.", "REDUCE of what is no class"},
      {"]}b.", "BUILD of what is no exception"},
      {"(", "Ran out of input"},
      {"P1\n.", "invalid load key, 'P'."},
      {"]\x94h\x00"
       "a."s,
       "values nested too deeply"},
      {std::string(100, ']') + std::string(99, 'a') + ".", "values nested too deeply"},
  };
  for (const auto& [pickled, expected] : cases) {
    EXPECT_EQ(error_of(pickled), expected) << testing::PrintToString(pickled);
  }
}

TEST(Pickle, ReferencesCannotMakeASmallMessageLarge) {
  // Each step holds the one before twice: 2^40 values if followed blindly.
  std::string doubling = "N\x94"s;
  for (char i = 0; i < 40; ++i) doubling = doubling + "h" + i + "h" + i + "\x86\x94";
  EXPECT_EQ(error_of(doubling + "."), "more values than a message may hold");
  std::string text = "X\x00\x00\x01\x00"s + std::string(65536, 'x') + "\x94"s;
  for (int i = 0; i < 10000; ++i) text += "h\x00"s;
  EXPECT_EQ(error_of("("s + text + "t."), "more text than a message may hold");
  EXPECT_EQ(error_of("r\xff\xff\xff\xff."s), "unpickling stack underflow");
  EXPECT_EQ(error_of("Nr\xff\xff\xff\xff."s), "memo index too large");
  const Limits ten{.values = 10};
  for (const std::string& filler : {"N"s, "("s, "N2"s}) {
    std::string many;
    for (int i = 0; i < 20; ++i) many += filler;
    EXPECT_EQ(error_of(many + ".", ten), "more values than a message may hold") << filler;
  }
  std::string appends =
      "N\x94"
      "0]"s;
  for (int i = 0; i < 6; ++i)
    appends +=
        "(h\x00h\x00"
        "e"s;
  EXPECT_EQ(error_of(appends + ".", ten), "more values than a message may hold");
}

TEST(Pickle, ACommandIsAListOfWords) {
  const Value words = Tuple{{"set", 1, Value(), Tuple{{1}}, List{{Value()}}}};
  EXPECT_EQ(repr(*decode_command(encode(words))), "['set', 1, 'None', '(1,)', [None]]");
  EXPECT_EQ(decode_command(encode(Value("ping"))).error().message,
            "a command is a list of words, not 'ping'");
}

TEST(Pickle, AReplyIsAPairOrTheErrorOfTheServer) {
  const auto reply = decode_reply(encode(Reply{1, Exception{"builtins", "KeyError", {"x"}}}));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->code, 1);
  EXPECT_EQ(repr(reply->value), "KeyError('x')");
  EXPECT_EQ(str(decode_reply(encode(Value("ERROR: Ran out of input")))->value),
            "ERROR: Ran out of input");
  EXPECT_EQ(decode_reply(encode(List{{"SHUTDOWN"}})).error().message, "not a reply: ['SHUTDOWN']");
}

}  // namespace
}  // namespace gaoler::protocol
