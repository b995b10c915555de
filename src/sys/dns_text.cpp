#include "sys/dns_text.h"

#include <algorithm>
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>

namespace gaoler::sys {
namespace {

constexpr size_t kMaxAnswer = 64 * 1024;

// One resolver state per look-up: threads share nothing.
class Query {
 public:
  Query() {
    ready_ = ::res_ninit(&state_) == 0;
    state_.retry = kDnsTries;
    state_.retrans = kDnsTrySeconds;
  }
  ~Query() { ::res_nclose(&state_); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Its length, negative when there is none.
  int ask(const std::string& name, std::vector<unsigned char>& answer) {
    if (!ready_) return -1;
    return ::res_nquery(&state_, name.c_str(), ns_c_in, ns_t_txt, answer.data(),
                        static_cast<int>(answer.size()));
  }
  bool no_such_name() const { return state_.res_h_errno == HOST_NOT_FOUND; }

 private:
  struct __res_state state_ {};
  bool ready_ = false;
};

// The character strings of one record, put together.
std::string text_of(const ns_rr& record) {
  std::string text;
  const unsigned char* at = ns_rr_rdata(record);
  const unsigned char* end = at + ns_rr_rdlen(record);
  while (at < end) {
    const size_t length = std::min<size_t>(*at, static_cast<size_t>(end - at - 1));
    text.append(reinterpret_cast<const char*>(at + 1), length);
    at += length + 1;
  }
  return text;
}

}  // namespace

DnsTexts look_up_texts(const std::string& name) {
  Query query;
  std::vector<unsigned char> answer(kMaxAnswer);
  const int length = query.ask(name, answer);
  if (length < 0) {
    return {query.no_such_name() ? DnsTexts::Outcome::no_such_name : DnsTexts::Outcome::failed, {}};
  }
  ns_msg message{};
  if (::ns_initparse(answer.data(), std::min(length, static_cast<int>(answer.size())), &message) !=
      0)
    return {};
  DnsTexts found;
  for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
    ns_rr record{};
    if (::ns_parserr(&message, ns_s_an, i, &record) != 0) return {};
    if (ns_rr_type(record) == ns_t_txt) found.texts.push_back(text_of(record));
  }
  if (!found.texts.empty()) found.outcome = DnsTexts::Outcome::found;
  return found;
}

}  // namespace gaoler::sys
