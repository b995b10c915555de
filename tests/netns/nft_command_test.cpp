#include "sys/nft_command.h"

#include <csignal>
#include <cstdlib>
#include <dlfcn.h>
#include <nftables/libnftables.h>
#include <string_view>

#include "netns/private_net.h"

// In front of the library's: it crashes and exits when told to, as it does where it stumbles.
int nft_run_cmd_from_buffer(nft_ctx* context, const char* command) {
  if (std::string_view(command) == "crash") raise(SIGSEGV);
  if (std::string_view(command) == "exit") std::_Exit(3);
  const auto library = reinterpret_cast<decltype(&nft_run_cmd_from_buffer)>(
      dlsym(RTLD_NEXT, "nft_run_cmd_from_buffer"));
  return library(context, command);
}

namespace gaoler::sys {
namespace {

class NftCommandTest : public netns::PrivateNet {};

std::string error_of(const std::string& command) {
  const auto done = run_nft_command(command);
  return done.ok() ? "" : done.error().message;
}

TEST_F(NftCommandTest, ChangesTheRuleset) {
  EXPECT_EQ(error_of("add table inet t; add set inet t s { type ipv4_addr; }"), "");
  EXPECT_NE(nft("list tables").find("table inet t"), std::string::npos);
}

TEST_F(NftCommandTest, TellsWhatNftTells) {
  const std::string refused = error_of("add rule inet nowhere c accept");
  EXPECT_NE(refused.find("No such file or directory"), std::string::npos) << refused;
  EXPECT_NE(error_of("nonsense").find("syntax error"), std::string::npos);
}

TEST_F(NftCommandTest, OutlivesALibraryThatCrashesOrExits) {
  EXPECT_EQ(error_of("crash"),
            "Error: libnftables crashed (Segmentation fault), perhaps at something in 'nft list "
            "ruleset'");
  EXPECT_EQ(error_of("exit"), "Error: libnftables gave up without a word");
  EXPECT_EQ(error_of("add table inet after"), "");
}

}  // namespace
}  // namespace gaoler::sys
