// Resolver: host names to addresses and back, off the loop, with a deadline and a bounded cache.
//
// A look-up that passes its deadline answers with nothing and its thread goes on alone; results
// come back on the loop. Answers, empty ones too, are kept for kCacheSeconds.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/ip.h"
#include "sys/dns_text.h"

namespace boost::asio {
class io_context;
}

namespace gaoler::sys {

class Resolver {
 public:
  using Addresses = std::function<void(std::vector<base::Network>)>;
  using Name = std::function<void(std::string)>;
  using Texts = std::function<void(DnsTexts)>;

  explicit Resolver(boost::asio::io_context& loop);  // lent
  ~Resolver();

  // IPv6 addresses only when allowed.
  void set_ipv6_allowed(bool allowed);
  void addresses_of(const std::string& name, Addresses done);
  // The PTR name, empty without one.
  void name_of(const base::Network& address, Name done);
  // This machine's name with its domain. The first call waits for it, a second at most; until it is
  // known it is the name without one.
  std::string own_full_name();
  // TXT records; what is late or too much has failed. Its threads are not those of the others.
  void texts_of(const std::string& name, Texts done);
  void forget();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Addresses of this machine's interfaces, for ignoreself. Asks the kernel, never the network.
std::vector<base::Network> own_addresses();
std::string own_host_name();

// What allowipv6 = auto finds: whether the kernel has IPv6 switched on.
bool kernel_has_ipv6();

}  // namespace gaoler::sys
