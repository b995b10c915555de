#include "server/nft_access.h"

#include <string>
#include <utility>

namespace gaoler::server {

sys::NftSession* NftAccess::session() {
  if (session_ || mode_ == NftMode::shell) return session_.get();
  auto opened = sys::NftSession::open(loop_);
  if (opened) {
    session_ = std::move(*opened);
    return session_.get();
  }
  mode_ = NftMode::shell;
  log_.write(base::LogLevel::warning, "fail2ban.utils",
             "nftables cannot be reached in process (" + opened.error().message +
                 "), its commands go through the shell");
  return nullptr;
}

}  // namespace gaoler::server
