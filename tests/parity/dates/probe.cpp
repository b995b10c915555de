// What the comparison with fail2ban's date detector asks of ours: requests on standard input, one
// answer per line. Fields are parted by tabs; backslash escapes \t, \n and \\ in texts.
//
//   Z zone                     the system's zone from now on
//   D pattern logtimezone      a new detector ("-" for none): "ok", or "error" and its message
//   L now line                 "begin end time name", time "none"; or "nothing"
//   T text                     a span of time (base/duration.h): the number, or "error"
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <optional>
#include <string>

#include "base/duration.h"
#include "base/text.h"
#include "dates/detector.h"

namespace {

using gaoler::dates::Detector;

std::string unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char code = text[++i];
    out += code == 't' ? '\t' : code == 'n' ? '\n' : code;
  }
  return out;
}

std::string number(double value) {
  char digits[64];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

std::string make_detector(std::string_view pattern, std::string_view zone,
                          std::optional<Detector>& detector) {
  detector.reset();
  if (pattern == "-") {
    detector.emplace();
  } else {
    auto made = Detector::from_pattern(unescape(pattern));
    if (!made) return "error\t" + made.error().message;
    detector.emplace(std::move(*made));
  }
  if (zone != "-") {
    const auto fixed = gaoler::dates::Zone::parse(zone);
    if (!fixed) return "error\t" + fixed.error().message;
    detector->set_default_zone(*fixed);
  }
  return "ok";
}

std::string find(Detector& detector, std::string_view now, std::string_view line) {
  const std::string text = unescape(line);
  const auto found = detector.find(text, std::strtod(std::string(now).c_str(), nullptr));
  if (!found) return "nothing";
  return std::to_string(found->begin) + "\t" + std::to_string(found->end) + "\t" +
         (found->time ? number(*found->time) : "none") + "\t" + *found->template_name;
}

std::string answer(std::string_view request, std::optional<Detector>& detector) {
  const auto fields = gaoler::base::split(request, '\t');
  if (fields[0] == "Z" && fields.size() == 2) {
    setenv("TZ", std::string(fields[1]).c_str(), 1);
    tzset();
    return "ok";
  }
  if (fields[0] == "D" && fields.size() == 3) return make_detector(fields[1], fields[2], detector);
  if (fields[0] == "L" && fields.size() == 3) {
    return detector ? find(*detector, fields[1], fields[2]) : "nothing";
  }
  if (fields[0] == "T" && fields.size() == 2) {
    const auto duration = gaoler::base::read_duration(unescape(fields[1]));
    if (!duration) return "error\t" + duration.error().message;
    return number(duration->seconds) + (duration->whole ? "\twhole" : "\tfloat");
  }
  return "what?";
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  std::optional<Detector> detector;
  std::string line;
  while (std::getline(std::cin, line)) {
    std::string reply = answer(line, detector);
    for (char& c : reply) c = c == '\n' ? ' ' : c;
    std::cout << reply << '\n';
  }
}
