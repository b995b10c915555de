#include "server/server.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/text.h"
#include "server/backend.h"

namespace gaoler::server {
namespace {

constexpr std::string_view kLogger = "fail2ban.server";

}  // namespace

Server::Server(boost::asio::io_context& loop, const sys::Clock& clock, sys::Logger& logger,
               Mode mode, Hooks hooks)
    : loop_(loop),
      logger_(logger),
      mode_(mode),
      hooks_(std::move(hooks)),
      log_(mode == Mode::real ? static_cast<base::LogSink&>(logger) : silence_),
      watch_(loop, log_),
      resolver_(loop),
      processes_(loop),
      store_(loop, log_, clock),
      nft_(loop, log_),
      turns_(loop),
      services_{loop, clock, log_, watch_, resolver_, processes_, nft_, store_, turns_} {
  nft_.on_foreign_change([this](const sys::NftLoss& loss) {
    for (const auto& jail : jails_) jail->enforcer().restore_lost(loss);
  });
}

Server::~Server() = default;

JailRunner* Server::find_jail(std::string_view name) {
  for (const auto& jail : jails_) {
    if (jail->name() == name) return jail.get();
  }
  return nullptr;
}

protocol::Reply Server::add_jail(const std::string& name, const std::string& backend) {
  if (stopping_) return server_is_stopping();
  if (find_jail(name) != nullptr) return duplicate_jail(name);
  const auto chosen = choose_backend(backend);
  if (!chosen) {
    log_.write(base::LogLevel::error, kLogger, chosen.error().message);
    return failure("ValueError", chosen.error().message);
  }
  log_.write(base::LogLevel::info, "fail2ban.jail", "Creating new jail '" + name + "'");
  log_.write(base::LogLevel::info, "fail2ban.jail",
             "Jail '" + name + "' uses " + chosen->description);
  log_.write(base::LogLevel::info, "fail2ban.jail", "Initiated '" + chosen->name + "' backend");
  jails_.push_back(std::make_unique<JailRunner>(name, *chosen, services_));
  return ok(name);
}

void Server::remove_jail(const std::string& name, Done done) {
  JailRunner* jail = find_jail(name);
  if (jail == nullptr) return done();
  jail->stop([this, jail, done = std::move(done)] {
    const auto found = std::find_if(jails_.begin(), jails_.end(),
                                    [&](const auto& one) { return one.get() == jail; });
    // Not here and now: this is called from the jail's own queue.
    std::shared_ptr<JailRunner> last = std::move(*found);
    jails_.erase(found);
    boost::asio::post(loop_, [last, done] { done(); });
  });
}

void Server::remove_jails(std::vector<std::string> names, Done done) {
  if (names.empty()) return done();
  const std::string name = names.front();
  names.erase(names.begin());
  remove_jail(name, [this, names = std::move(names), done = std::move(done)] {
    remove_jails(names, done);
  });
}

void Server::remove_all_jails(Done done) {
  std::vector<std::string> names;
  for (const auto& jail : jails_) names.push_back(jail->name());
  remove_jails(std::move(names), std::move(done));
}

void Server::set_ipv6(const std::string& value) {
  services_.ipv6_allowed = value == "auto" ? sys::kernel_has_ipv6() : base::parse_bool(value);
  resolver_.set_ipv6_allowed(services_.ipv6_allowed);
  log_.write(base::LogLevel::debug, kLogger,
             std::string("IPv6 is ") + (services_.ipv6_allowed ? "on" : "off") +
                 (value == "auto" ? " (auto)" : ""));
}

void Server::reset_options() {
  set_nft(NftMode::library);
  set_keep_bans(false);
  set_protect_lifelines(true);
}

void Server::stop(Done done) {
  if (std::exchange(stopping_, true)) return done();
  say_stage(Stage::stopping);
  services_.leaving_bans = services_.keep_bans;
  log_.write(base::LogLevel::info, kLogger, "Shutdown in progress...");
  log_.write(base::LogLevel::info, kLogger, "Stopping all jails");
  remove_all_jails([this, done = std::move(done)] {
    watch_.stop();
    store_.open("None", [this, done](const base::Result<void>&) {
      log_.write(base::LogLevel::info, kLogger, "Exiting Fail2ban");
      done();
    });
  });
}

}  // namespace gaoler::server
