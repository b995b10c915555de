#include "filter/tags.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace gaoler::filter {
namespace {

// The loose forms of fail2ban 1.1: what they accept decides which failures are seen, so they are
// taken as they are.
constexpr std::string_view kIp4 = R"((?:::f{4,6}:)?(?P<ip4>(?:\d{1,3}\.){3}\d{1,3}))";
constexpr std::string_view kIp6 =
    R"((?P<ip6>(?:[0-9a-fA-F]{1,4}::?|:){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):)))";
constexpr std::string_view kDns = R"((?P<dns>[\w\-.^_]*\w))";
constexpr std::string_view kCidr = R"((?P<cidr>\d+))";

std::string either_ip() {
  return std::string(kIp4) + "|" + std::string(kIp6);
}
std::string address() {
  return R"(\[?(?:)" + either_ip() + R"()\]?)";
}
std::string host() {
  return "(?:" + address() + "|" + std::string(kDns) + ")";
}
std::string subnet() {
  return R"(\[?(?:)" + either_ip() + ")(?:/" + std::string(kCidr) + R"()?\]?)";
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_custom_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (is_word(c) && !(c >= 'a' && c <= 'z')) || c == '-';
  });
}

// Length of the tag that starts here: < /? name /? >, else 0.
size_t tag_length(std::string_view text) {
  size_t at = 1;
  if (at < text.size() && text[at] == '/') ++at;
  size_t name = at;
  while (at < text.size() && (is_word(text[at]) || text[at] == '-')) ++at;
  if (at == name) return 0;
  if (at < text.size() && text[at] == '/') ++at;
  return at < text.size() && text[at] == '>' ? at + 1 : 0;
}

class Expansion {
 public:
  explicit Expansion(UseDns use_dns) : use_dns_(use_dns) {}

  std::string run(std::string_view regex) {
    std::string result;
    for (size_t at = 0; at < regex.size();) {
      size_t length = regex[at] == '<' ? tag_length(regex.substr(at)) : 0;
      if (length == 0) {
        result += regex[at++];
        continue;
      }
      result += meaning(regex.substr(at, length));
      at += length;
    }
    return result;
  }

 private:
  std::string meaning(std::string_view tag) {
    std::string_view word = tag.substr(1, tag.size() - 2);
    if (word == "HOST") return use_dns_ == UseDns::no ? address() : host();
    if (word == "SKIPLINES") {
      return "\\n(?P<skiplines" + std::to_string(skips_++) + ">(?:(?:.*\\n)*?))";
    }
    if (word == "F-ID/") return R"((?P<fid>\S+))";
    if (word == "F-PORT/") return R"((?P<fport>\w+))";
    if (std::string fixed = fixed_form(word); !fixed.empty()) return fixed;
    return custom(tag, word);
  }

  // Those that exist as <IP4> and as <F-IP4/>.
  static std::string fixed_form(std::string_view word) {
    if (word.size() > 3 && word.substr(0, 2) == "F-" && word.back() == '/') {
      word = word.substr(2, word.size() - 3);
    }
    if (word == "IP4") return std::string(kIp4);
    if (word == "IP6") return std::string(kIp6);
    if (word == "ADDR") return address();
    if (word == "CIDR") return std::string(kCidr);
    if (word == "SUBNET") return subnet();
    if (word == "DNS") return std::string(kDns);
    return {};
  }

  std::string custom(std::string_view tag, std::string_view word) {
    bool closing = word.front() == '/';
    if (closing) word.remove_prefix(1);
    if (word.substr(0, 2) != "F-" || !is_custom_name(word.substr(2))) return std::string(tag);
    std::string_view name = word.substr(2);
    if (closing) return open_.count(name) ? ")" : std::string(tag);
    open_.insert(name);
    return "(?P<" + group_of_tag(name) + ">";
  }

  UseDns use_dns_;
  int skips_ = 0;
  std::set<std::string_view> open_;  // names seen; a second closing tag closes again
};

// Length of "(?flags)" at the start of the text, flags in lower case; else 0.
size_t flags_length(std::string_view text) {
  if (text.substr(0, 2) != "(?") return 0;
  size_t at = 2;
  while (at < text.size() && text[at] >= 'a' && text[at] <= 'z') ++at;
  return at > 2 && at < text.size() && text[at] == ')' ? at + 1 : 0;
}

std::string localize_flags(std::string_view regex) {
  std::string result;
  for (size_t at = 0; at < regex.size();) {
    if (regex[at] == '(' && (at == 0 || regex[at - 1] != '\\')) {
      size_t inner = at + (regex.substr(at + 1, 2) == "?:" ? 3 : 1);
      if (size_t length = inner < regex.size() ? flags_length(regex.substr(inner)) : 0) {
        result += regex.substr(inner, length - 1);
        result += ':';
        at = inner + length;
        continue;
      }
    }
    result += regex[at++];
  }
  return result;
}

}  // namespace

std::string group_of_tag(std::string_view tag) {
  std::string name = base::to_lower(tag);
  if (name == "id") return "fid";
  if (name == "port") return "fport";
  return name;
}

std::string expand_tags(std::string_view regex, UseDns use_dns) {
  return localize_flags(replace_tags(regex, use_dns));
}

std::string replace_tags(std::string_view regex, UseDns use_dns) {
  return Expansion(use_dns).run(regex);
}

}  // namespace gaoler::filter
