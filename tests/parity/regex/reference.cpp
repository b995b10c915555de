#include "parity/regex/reference.h"

#include <cstdlib>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace gaoler::regex::parity {
namespace {

[[noreturn]] void die(const std::string& message) {
  std::fprintf(stderr, "regex_parity: %s\n", message.c_str());
  std::exit(2);
}

Finding parse(const std::string& line) {
  if (line == "none") return {Finding::Kind::none, {}};
  if (line == "slow") return {Finding::Kind::gave_up, {}};
  Finding finding{Finding::Kind::found, {}};
  std::istringstream numbers(line);
  long begin = 0;
  long end = 0;
  while (numbers >> begin >> end) {
    finding.groups.push_back(
        begin < 0 ? Span{} : Span{static_cast<size_t>(begin), static_cast<size_t>(end)});
  }
  return finding;
}

}  // namespace

Reference::Reference(const std::string& script) {
  int to[2];
  int from[2];
  if (pipe(to) != 0 || pipe(from) != 0) die("no pipe");
  child_ = fork();
  if (child_ < 0) die("no child");
  if (child_ == 0) {
    dup2(to[0], 0);
    dup2(from[1], 1);
    for (int end : {to[0], to[1], from[0], from[1]}) close(end);
    execl("/usr/bin/python3", "python3", script.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  close(to[0]);
  close(from[1]);
  to_ = fdopen(to[1], "w");
  from_ = fdopen(from[0], "r");
}

Reference::~Reference() {
  std::fclose(to_);
  std::fclose(from_);
  waitpid(child_, nullptr, 0);
}

std::string Reference::line() {
  std::string text;
  int c = 0;
  while ((c = std::fgetc(from_)) != '\n') {
    if (c == EOF) die("Python ended");
    text += static_cast<char>(c);
  }
  return text;
}

Answer Reference::ask(std::string_view pattern, Options options,
                      const std::vector<std::string>& texts) {
  // All texts are in Python's hands before it answers: neither side can block the other.
  std::string flags;
  if (options.multiline) flags += 'm';
  if (options.ignore_case) flags += 'i';
  if (flags.empty()) flags = "-";
  std::fprintf(to_, "%s %zu %zu\n", flags.c_str(), pattern.size(), texts.size());
  std::fwrite(pattern.data(), 1, pattern.size(), to_);
  for (const std::string& text : texts) {
    std::fprintf(to_, "%zu\n", text.size());
    std::fwrite(text.data(), 1, text.size(), to_);
  }
  std::fflush(to_);

  Answer answer;
  const std::string head = line();
  if (head.rfind("refused ", 0) == 0) {
    answer.refused = true;
    answer.reason.resize(std::stoul(head.substr(8)));
    if (std::fread(answer.reason.data(), 1, answer.reason.size(), from_) != answer.reason.size()) {
      die("Python ended");
    }
    return answer;
  }
  for (size_t i = 0; i < texts.size(); ++i) answer.findings.push_back(parse(line()));
  return answer;
}

}  // namespace gaoler::regex::parity
