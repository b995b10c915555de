#include "protocol/frame.h"

#include <gmock/gmock.h>
#include <vector>

namespace gaoler::protocol {
namespace {

using testing::ElementsAre;

std::vector<std::string> messages(FrameSplitter& splitter) {
  std::vector<std::string> out;
  while (true) {
    auto message = splitter.next();
    if (!message) return out.push_back("error: " + message.error().message), out;
    if (!*message) return out;
    out.push_back(**message);
  }
}

TEST(FrameSplitter, HandsOutPipelinedMessagesInOrder) {
  FrameSplitter splitter;
  splitter.feed(frame("one") + frame("") + frame("three") + "rest");
  EXPECT_THAT(messages(splitter), ElementsAre("one", "", "three"));
  EXPECT_TRUE(splitter.has_rest());
  splitter.feed(kEndOfMessage);
  EXPECT_THAT(messages(splitter), ElementsAre("rest"));
  EXPECT_FALSE(splitter.has_rest());
}

TEST(FrameSplitter, FindsATerminatorSplitAnywhere) {
  const std::string stream = frame("first") + frame("<F2B_END_") + frame("last");
  for (size_t piece = 1; piece <= stream.size(); ++piece) {
    FrameSplitter splitter;
    std::vector<std::string> got;
    for (size_t at = 0; at < stream.size(); at += piece) {
      splitter.feed(std::string_view(stream).substr(at, piece));
      for (auto& message : messages(splitter)) got.push_back(message);
    }
    EXPECT_THAT(got, ElementsAre("first", "<F2B_END_", "last")) << "pieces of " << piece;
    EXPECT_FALSE(splitter.has_rest());
  }
}

TEST(FrameSplitter, RefusesAMessageOverTheCapWithOrWithoutItsEnd) {
  for (const std::string& stream : {std::string(100, 'x'), frame(std::string(11, 'x'))}) {
    FrameSplitter splitter(10);
    splitter.feed(stream);
    EXPECT_THAT(messages(splitter), ElementsAre("error: message of more than 10 bytes, refused"));
  }
  FrameSplitter splitter(10);
  splitter.feed(frame(std::string(10, 'x')));
  EXPECT_THAT(messages(splitter), ElementsAre(std::string(10, 'x')));
}

}  // namespace
}  // namespace gaoler::protocol
