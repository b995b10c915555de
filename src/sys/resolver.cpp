#include "sys/resolver.h"

#include <algorithm>
#include <arpa/inet.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstring>
#include <fstream>
#include <future>
#include <ifaddrs.h>
#include <map>
#include <netdb.h>
#include <pthread.h>
#include <unistd.h>
#include <utility>

namespace gaoler::sys {
namespace {

namespace asio = boost::asio;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr size_t kThreads = 4;
constexpr size_t kTextThreads = 8;
constexpr size_t kMaxCached = 10'000;
constexpr size_t kMaxWaiting = 1'000;  // look-ups under way; more are answered with nothing
constexpr auto kDeadline = std::chrono::seconds(5);
constexpr auto kPatienceForOwnName = std::chrono::seconds(1);
constexpr auto kCacheTime = std::chrono::minutes(5);

base::Network from_sockaddr(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
    return base::Network::from_bytes(base::Family::inet4,
                                     reinterpret_cast<const uint8_t*>(&v4->sin_addr), 32);
  }
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
  return base::Network::from_bytes(base::Family::inet6, v6->sin6_addr.s6_addr, 128);
}

std::vector<base::Network> look_up(const std::string& name, bool ipv6) {
  addrinfo hints{};
  hints.ai_family = ipv6 ? AF_UNSPEC : AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(name.c_str(), nullptr, &hints, &found) != 0) return {};
  std::vector<base::Network> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    const base::Network address = from_sockaddr(one->ai_addr);
    if (std::find(addresses.begin(), addresses.end(), address) == addresses.end())
      addresses.push_back(address);
  }
  ::freeaddrinfo(found);
  return addresses;
}

std::string look_up_name(const base::Network& address) {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_in);
  if (address.family() == base::Family::inet4) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    v4->sin_family = AF_INET;
    std::memcpy(&v4->sin_addr, address.bytes().data(), 4);
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    v6->sin6_family = AF_INET6;
    std::memcpy(&v6->sin6_addr, address.bytes().data(), 16);
    size = sizeof(sockaddr_in6);
  }
  char host[NI_MAXHOST];
  const int error = ::getnameinfo(reinterpret_cast<sockaddr*>(&storage), size, host, sizeof host,
                                  nullptr, 0, NI_NAMEREQD);
  return error == 0 ? host : "";
}

std::string look_up_own_full_name() {
  std::string name = own_host_name();
  if (name.find('.') != std::string::npos) return name;
  addrinfo hints{};
  hints.ai_flags = AI_CANONNAME;
  addrinfo* found = nullptr;
  if (::getaddrinfo(name.c_str(), nullptr, &hints, &found) != 0) return name;
  if (found->ai_canonname != nullptr) name = found->ai_canonname;
  ::freeaddrinfo(found);
  return name;
}

// Look-ups of one kind: the cache, and who waits for what. Lives on the loop; only `work` runs
// elsewhere.
template <class Key, class Answer>
class LookUps : public std::enable_shared_from_this<LookUps<Key, Answer>> {
 public:
  using Done = std::function<void(Answer)>;

  LookUps(asio::io_context& loop, asio::thread_pool& pool) : loop_(loop), pool_(pool) {}

  void ask(const Key& key, std::function<Answer()> work, Done done) {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (const auto known = cache_.find(key); known != cache_.end() && known->second.until > now) {
      asio::post(loop_, [done = std::move(done), answer = known->second.answer] { done(answer); });
      return;
    }
    if (waiting_.size() >= kMaxWaiting && !waiting_.count(key)) {
      asio::post(loop_, [done = std::move(done)] { done({}); });
      return;
    }
    auto [entry, first] = waiting_.try_emplace(key, loop_);
    entry->second.callbacks.push_back(std::move(done));
    if (first) start(key, std::move(work), entry->second.timer);
  }

  void forget() { cache_.clear(); }

  void cancel() { waiting_.clear(); }

 private:
  struct Cached {
    Answer answer;
    SteadyTime until;
  };
  struct Waiting {
    explicit Waiting(asio::io_context& loop) : timer(loop) {}
    std::vector<Done> callbacks;
    asio::steady_timer timer;
  };

  void start(const Key& key, std::function<Answer()> work, asio::steady_timer& timer) {
    const auto self = this->shared_from_this();
    timer.expires_after(kDeadline);
    timer.async_wait([self, key](boost::system::error_code error) {
      if (!error) self->finish(key, {});
    });
    asio::post(pool_, [self, key, work = std::move(work)] {
      pthread_setname_np(pthread_self(), "f2b/resolver");
      Answer answer = work();
      asio::post(self->loop_, [self, key, answer = std::move(answer)]() mutable {
        self->finish(key, std::move(answer));
      });
    });
  }

  void finish(const Key& key, Answer answer) {
    if (cache_.size() >= kMaxCached) cache_.clear();
    cache_[key] = {answer, std::chrono::steady_clock::now() + kCacheTime};
    const auto waiting = waiting_.find(key);
    if (waiting == waiting_.end()) return;  // came after its deadline: for the next one who asks
    const std::vector<Done> callbacks = std::move(waiting->second.callbacks);
    waiting_.erase(waiting);
    for (const Done& done : callbacks) done(answer);
  }

  asio::io_context& loop_;
  asio::thread_pool& pool_;
  std::map<Key, Cached> cache_;
  std::map<Key, Waiting> waiting_;
};

}  // namespace

class Resolver::Impl {
 public:
  explicit Impl(asio::io_context& loop)
      : pool(kThreads),
        names(std::make_shared<LookUps<std::string, std::vector<base::Network>>>(loop, pool)),
        addresses(std::make_shared<LookUps<base::Network, std::string>>(loop, pool)),
        text_pool(kTextThreads),
        texts(std::make_shared<LookUps<std::string, DnsTexts>>(loop, text_pool)) {}
  ~Impl() {
    names->cancel();
    addresses->cancel();
    texts->cancel();
    pool.stop();
    text_pool.stop();
    pool.join();
    text_pool.join();
  }

  bool ipv6 = true;
  asio::thread_pool pool;
  std::shared_ptr<LookUps<std::string, std::vector<base::Network>>> names;
  std::shared_ptr<LookUps<base::Network, std::string>> addresses;
  std::shared_future<std::string> own_full_name;
  asio::thread_pool text_pool;
  std::shared_ptr<LookUps<std::string, DnsTexts>> texts;
};

Resolver::Resolver(asio::io_context& loop) : impl_(std::make_unique<Impl>(loop)) {}
Resolver::~Resolver() = default;

void Resolver::set_ipv6_allowed(bool allowed) {
  impl_->ipv6 = allowed;
  forget();
}

void Resolver::addresses_of(const std::string& name, Addresses done) {
  impl_->names->ask(
      name, [name, ipv6 = impl_->ipv6] { return look_up(name, ipv6); }, std::move(done));
}

void Resolver::name_of(const base::Network& address, Name done) {
  impl_->addresses->ask(
      address, [address] { return look_up_name(address); }, std::move(done));
}

std::string Resolver::own_full_name() {
  auto& name = impl_->own_full_name;
  if (!name.valid()) {
    auto promise = std::make_shared<std::promise<std::string>>();
    name = promise->get_future().share();
    asio::post(impl_->pool, [promise] { promise->set_value(look_up_own_full_name()); });
    name.wait_for(kPatienceForOwnName);
  }
  const bool known = name.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  return known ? name.get() : own_host_name();
}

void Resolver::texts_of(const std::string& name, Texts done) {
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  impl_->texts->ask(
      name,
      [name, deadline] {
        // Nobody waits for it any more: those behind it need not either.
        return std::chrono::steady_clock::now() < deadline ? look_up_texts(name) : DnsTexts{};
      },
      std::move(done));
}

void Resolver::forget() {
  impl_->texts->forget();
  impl_->names->forget();
  impl_->addresses->forget();
}

std::vector<base::Network> own_addresses() {
  std::vector<base::Network> addresses;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) == 0) {
    for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
      if (one->ifa_addr == nullptr) continue;
      const int family = one->ifa_addr->sa_family;
      if (family == AF_INET || family == AF_INET6)
        addresses.push_back(from_sockaddr(one->ifa_addr));
    }
    ::freeifaddrs(list);
  }
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  return addresses;
}

std::string own_host_name() {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  return host;
}

bool kernel_has_ipv6() {
  std::ifstream disabled("/proc/sys/net/ipv6/conf/all/disable_ipv6");
  int value = 1;
  return disabled >> value && value == 0;
}

}  // namespace gaoler::sys
