#include "server/nft_access.h"

#include <string>
#include <utility>

namespace gaoler::server {

sys::NftSession* NftAccess::session() {
  if (session_ || mode_ == NftMode::shell) return session_.get();
  auto opened = sys::NftSession::open(loop_);
  if (opened) {
    session_ = std::move(*opened);
    open_watch();
    return session_.get();
  }
  mode_ = NftMode::shell;
  log_.write(base::LogLevel::warning, "fail2ban.utils",
             "nftables cannot be reached in process (" + opened.error().message +
                 "), its commands go through the shell");
  return nullptr;
}

// Without it a lost ruleset is noticed when the next ban fails.
void NftAccess::open_watch() {
  if (!foreign_change_) return;  // nobody wants to know
  auto opened = sys::NftWatch::open(loop_, [this](const sys::NftLoss& loss) {
    if (foreign_change_) foreign_change_(loss);
  });
  if (opened) {
    watch_ = std::move(*opened);
  } else {
    log_.write(base::LogLevel::info, "fail2ban.utils", opened.error().message);
  }
}

}  // namespace gaoler::server
