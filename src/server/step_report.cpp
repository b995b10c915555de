#include "server/step_report.h"

#include <array>
#include <charconv>
#include <string.h>
#include <string>

#include "base/text.h"
#include "protocol/repr.h"

namespace gaoler::server {
namespace {

using base::LogLevel;

constexpr std::string_view kLogger = "fail2ban.utils";

std::string number_text(uint64_t number) {
  std::array<char, 17> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  return {digits.data(), end};
}

std::string seconds_text(base::Seconds seconds) {
  const auto whole = static_cast<int64_t>(seconds);
  return static_cast<double>(whole) == seconds ? std::to_string(whole)
                                               : protocol::repr_float(seconds);
}

// The script alone, or with its arguments as a list.
std::string step_text(const action::Step& step) {
  if (step.args.empty()) return step.text;
  protocol::List words{{step.text}};
  for (const auto& arg : step.args) words.items.emplace_back(arg);
  return protocol::repr(words);
}

std::string signal_text(int number) {
  const char* name = sigabbrev_np(number);
  return name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(number);
}

class Report {
 public:
  Report(base::LogSink& log, uint64_t number) : log_(log), prefix_(number_text(number) + " -- ") {}

  void line(LogLevel level, std::string_view text) {
    if (log_.enabled(level)) log_.write(level, kLogger, prefix_ + std::string(text));
  }

  void stream(LogLevel level, std::string_view name, std::string_view text) {
    if (!log_.enabled(level)) return;
    for (const auto part : base::split(base::trim_right(text, "\r\n"), '\n')) {
      if (text.empty()) return;
      line(level, std::string(name) + ": " + protocol::repr_text(base::trim_right(part, "\r")));
    }
  }

  void hint_not_found(const action::Step& step) {
    if (!log_.enabled(LogLevel::info)) return;
    log_.write(
        LogLevel::info, kLogger,
        "HINT on 127: \"Command not found\". A command in " + protocol::repr_text(step.text) +
            " is not in the PATH of the server: install it, or give its full path in the action.");
  }

 private:
  base::LogSink& log_;
  std::string prefix_;
};

void report_end(Report& report, const action::Step& step, const sys::ProcessResult& result) {
  using End = sys::ProcessResult::End;
  const bool by_shell = result.end == End::exited && result.code > 128;
  if (result.end == End::signalled || by_shell) {
    const int number = by_shell ? result.code - 128 : result.code;
    report.line(LogLevel::error, "killed with " + signal_text(number) + " (return code: " +
                                     std::to_string(by_shell ? result.code : -number) + ")");
    return;
  }
  report.line(LogLevel::error, "returned " + std::to_string(result.code));
  if (result.code == 127) report.hint_not_found(step);
}

}  // namespace

void report_process(base::LogSink& log, uint64_t number, const action::Step& step,
                    const sys::ProcessResult& result) {
  Report report(log, number);
  const bool ok = result.ok();
  const LogLevel level = ok ? LogLevel::debug : LogLevel::error;
  report.line(ok ? LogLevel::trace : LogLevel::error, "exec: " + step_text(step));
  if (result.end == sys::ProcessResult::End::not_started) {
    report.line(LogLevel::error, "failed with " + result.errors);
    return;
  }
  if (result.timed_out) {
    report.line(LogLevel::error, "timed out after " + seconds_text(step.timeout) + " seconds.");
  }
  report.stream(level, "stdout", result.output);
  report.stream(level, "stderr", result.errors);
  if (ok) {
    report.line(LogLevel::debug, "returned successfully 0");
  } else {
    report_end(report, step, result);
  }
}

void report_nft(base::LogSink& log, uint64_t number, const action::Step& step,
                const base::Result<void>& result) {
  Report report(log, number);
  report.line(result ? LogLevel::trace : LogLevel::error, "exec: " + step_text(step));
  if (result) return report.line(LogLevel::debug, "returned successfully 0");
  report.stream(LogLevel::error, "stderr", result.error().message);
  report.line(LogLevel::error, "returned 1");
}

}  // namespace gaoler::server
