#include "sys/nft_watch.h"

#include <boost/asio/io_context.hpp>

#include "netns/private_net.h"
#include "sys/nft_session.h"

namespace gaoler::sys {
namespace {

class NftWatchTest : public netns::PrivateNet {
 protected:
  void SetUp() override {
    PrivateNet::SetUp();
    if (IsSkipped()) return;
    nft("add table inet t");
    nft("add set inet t s { type ipv4_addr; }");
    auto opened = NftWatch::open(loop_, [this](const NftLoss& loss) {
      ++reports_;
      last_ = loss;
    });
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    watch_ = std::move(*opened);
  }

  int reports_after_a_while() {
    loop_.restart();
    loop_.run_for(NftWatch::kSettle * 2);
    return std::exchange(reports_, 0);
  }

  boost::asio::io_context loop_;
  int reports_ = 0;
  NftLoss last_;
  std::unique_ptr<NftWatch> watch_;
};

TEST_F(NftWatchTest, ReportsOnceWhenOthersTakeThingsAway) {
  EXPECT_EQ(reports_after_a_while(), 0);
  nft("add table inet u");
  nft("add element inet t s { 192.0.2.1 }");
  EXPECT_EQ(reports_after_a_while(), 0) << "nothing was lost";
  nft("delete table inet u");
  nft("flush ruleset");
  EXPECT_EQ(reports_after_a_while(), 1);
  EXPECT_TRUE(last_.structure);
}

TEST_F(NftWatchTest, TellsWhichElementsAreGone) {
  nft("add set inet t six { type ipv6_addr; flags interval; }");
  nft("add element inet t s { 192.0.2.1, 192.0.2.2 }");
  nft("add element inet t six { 2001:db8::/64 }");
  EXPECT_EQ(reports_after_a_while(), 0);
  nft("delete element inet t s { 192.0.2.1 }");
  nft("flush set inet t six");
  EXPECT_EQ(reports_after_a_while(), 1);
  EXPECT_FALSE(last_.structure);
  std::string gone;
  for (const auto& [family, table, set, first] : last_.elements) {
    gone += family + " " + table + " " + set + " " + first.text() + "\n";
  }
  EXPECT_EQ(gone, "inet t s 192.0.2.1\ninet t six 2001:db8::\n");
}

TEST_F(NftWatchTest, OurOwnChangesAreNoNews) {
  auto session = NftSession::open(loop_);
  ASSERT_TRUE(session.ok());
  bool done = false;
  (*session)->run("flush ruleset", [&done](base::Result<void> result) { done = result.ok(); });
  EXPECT_EQ(reports_after_a_while(), 0);
  EXPECT_TRUE(done);
  auto pause = watch_->pause();
  nft("add table inet t");
  nft("flush ruleset");
  EXPECT_EQ(reports_after_a_while(), 0);
  nft("add table inet t");
  nft("flush ruleset");
  pause.reset();
  EXPECT_EQ(reports_after_a_while(), 0);
  nft("add table inet t");
  nft("flush ruleset");
  EXPECT_EQ(reports_after_a_while(), 1);
}

TEST_F(NftWatchTest, SaysNothingAfterItsEnd) {
  nft("flush ruleset");
  watch_.reset();
  EXPECT_EQ(reports_after_a_while(), 0);
}

}  // namespace
}  // namespace gaoler::sys
