#include "server/ignore_check.h"

#include <fstream>
#include <memory>
#include <sstream>
#include <sys/stat.h>
#include <utility>

namespace gaoler::server {
namespace {

constexpr std::string_view kLogger = "fail2ban.filter";
constexpr base::Seconds kOwnAddressesTime = 5 * 60;
constexpr base::Seconds kFileInterval = 1;
constexpr size_t kMaxFileBytes = 16 * 1024 * 1024;

std::string expand_key(const std::string& key, const action::TagLookup& tags) {
  std::string out;
  for (size_t at = 0; at < key.size();) {
    const size_t close = key[at] == '<' ? key.find('>', at) : std::string::npos;
    const auto value =
        close == std::string::npos ? std::nullopt : tags(key.substr(at + 1, close - at - 1));
    if (value) {
      out += *value;
      at = close + 1;
    } else {
      out += key[at++];
    }
  }
  return out;
}

std::optional<std::string> read_bounded(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text(kMaxFileBytes, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

}  // namespace

void IgnoreCheck::reset() {
  list_.clear();
  list_.set_ignore_self(true);
  command_.reset();
  cache_.reset();
  file_versions_.clear();
  files_checked_ = 0;
  forget_own_addresses();
}

void IgnoreCheck::set_cache(std::optional<jail::IgnoreCacheOptions> options) {
  cache_.reset();
  if (options) cache_.emplace(std::move(*options));
}

void IgnoreCheck::decide(const std::string& id, action::TagLookup tags, Done done) {
  if (!cache_) return decide_by_list(id, std::move(tags), std::move(done));
  const std::string key = expand_key(cache_->options().key, tags);
  if (const auto known = cache_->get(key, services_.clock.now())) {
    jail::IgnoreDecision decision;
    if (*known) decision = {jail::IgnoredBy::ip, "ignorecache", {}};
    return done(decision);
  }
  decide_by_list(id, std::move(tags),
                 [this, key, done = std::move(done)](const jail::IgnoreDecision& decision) {
                   if (cache_) cache_->set(key, decision.ignored(), services_.clock.now());
                   done(decision);
                 });
}

void IgnoreCheck::decide_by_list(const std::string& id, action::TagLookup tags, Done done) {
  reload_files();
  const auto unknown = [](std::string_view) { return std::nullopt; };
  jail::IgnoreDecision decision = list_.check(id, own_addresses(), unknown);
  if (decision.ignored()) return done(decision);
  if (!decision.unresolved.empty()) {
    return resolve_then_decide(id, std::move(decision.unresolved), std::move(tags),
                               std::move(done));
  }
  decide_by_command(std::move(tags), std::move(done));
}

void IgnoreCheck::resolve_then_decide(const std::string& id, std::vector<std::string> names,
                                      action::TagLookup tags, Done done) {
  struct Answers {
    size_t missing;
    std::map<std::string, std::vector<base::Network>, std::less<>> known;
  };
  auto answers = std::make_shared<Answers>(Answers{names.size(), {}});
  for (const std::string& name : names) {
    services_.resolver.addresses_of(
        name, [this, id, name, answers, tags, done](std::vector<base::Network> addresses) {
          answers->known[name] = std::move(addresses);
          if (--answers->missing > 0) return;
          const auto decision = list_.check(id, own_addresses(), [&](std::string_view wanted) {
            const auto found = answers->known.find(wanted);
            return found == answers->known.end() ? std::vector<base::Network>() : found->second;
          });
          if (decision.ignored()) return done(decision);
          decide_by_command(tags, done);
        });
  }
}

void IgnoreCheck::decide_by_command(action::TagLookup tags, Done done) {
  if (!command_ || command_->empty()) return done({});
  action::Step step = action::bind_values(*command_, tags);
  sys::ProcessRequest request{std::move(step.text), std::move(step.args), step.timeout};
  services_.processes.run(
      std::move(request), [this, done = std::move(done)](const sys::ProcessResult& result) {
        if (result.ok()) return done(jail::ignored_by_command());
        const bool plain_no =
            result.end == sys::ProcessResult::End::exited && result.code == 1 && !result.timed_out;
        if (!plain_no) {
          services_.log.write(
              base::LogLevel::error, kLogger,
              "ignorecommand " + *command_ + " failed: " + result.errors + " (it ignores nothing)");
        }
        done({});
      });
}

void IgnoreCheck::reload_files() {
  const base::UnixTime now = services_.clock.now();
  if (now - files_checked_ < kFileInterval && now >= files_checked_) return;
  files_checked_ = now;
  for (const std::string& path : list_.files()) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) continue;
    const std::pair<int64_t, int64_t> version{
        status.st_size, status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec};
    if (std::exchange(file_versions_[path], version) == version) continue;
    const auto text = read_bounded(path);
    if (!text) continue;
    auto parsed = jail::IgnoreSet::parse(*text);
    if (parsed.skipped > 0) {
      services_.log.write(
          base::LogLevel::warning, kLogger,
          "ignoreip " + path + ": " + std::to_string(parsed.skipped) + " words are no addresses");
    }
    list_.set_file_content(path, std::move(parsed.set));
  }
}

const jail::IgnoreSet& IgnoreCheck::own_addresses() {
  const base::UnixTime now = services_.clock.now();
  if (list_.ignore_self() && now >= own_known_until_) {
    own_ = {};
    for (const base::Network& address : sys::own_addresses()) own_.add(address);
    own_known_until_ = now + kOwnAddressesTime;
    // What the host's own name resolves to comes later, if at all: no decision waits for it.
    services_.resolver.addresses_of(sys::own_host_name(),
                                    [this](const std::vector<base::Network>& addresses) {
                                      for (const base::Network& address : addresses)
                                        own_.add(address);
                                    });
  }
  return own_;
}

}  // namespace gaoler::server
