#include "cmd/host_names.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace gaoler::cmd {
namespace {

struct Free {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Answer = std::unique_ptr<addrinfo, Free>;

Answer ask(const std::string& name, int family, int flags) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_flags = flags;
  hints.ai_protocol = IPPROTO_TCP;
  addrinfo* list = nullptr;
  if (getaddrinfo(name.c_str(), nullptr, &hints, &list) != 0) return nullptr;
  return Answer(list);
}

}  // namespace

std::vector<std::string> addresses_of_name(const std::string& name) {
  std::vector<std::string> result;
  for (int family : {AF_INET, AF_INET6}) {
    Answer answer = ask(name, family, 0);
    for (const addrinfo* entry = answer.get(); entry; entry = entry->ai_next) {
      std::array<char, NI_MAXHOST> text{};
      if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) != 0) {
        continue;
      }
      std::string address = text.data();
      if (std::find(result.begin(), result.end(), address) == result.end()) {
        result.push_back(std::move(address));
      }
    }
  }
  return result;
}

std::optional<std::string> name_of_address(const std::string& address) {
  Answer answer = ask(address, AF_UNSPEC, AI_NUMERICHOST);
  if (!answer) return std::nullopt;
  std::array<char, NI_MAXHOST> name{};
  if (getnameinfo(answer->ai_addr, answer->ai_addrlen, name.data(), name.size(), nullptr, 0,
                  NI_NAMEREQD) != 0) {
    return std::nullopt;
  }
  return name.data();
}

std::optional<std::string> canonical_name(const std::string& host) {
  Answer answer = ask(host, AF_UNSPEC, AI_CANONNAME);
  if (!answer || !answer->ai_canonname) return std::nullopt;
  return answer->ai_canonname;
}

}  // namespace gaoler::cmd
