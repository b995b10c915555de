// fail2ban-regex: tries a filter on a log and tells what it finds. See cmd/regex_options.h for what
// it can be asked.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cmd/host_names.h"
#include "cmd/progress_bar.h"
#include "cmd/regex_journal.h"
#include "cmd/regex_options.h"
#include "cmd/regex_report.h"
#include "cmd/regex_setup.h"
#include "cmd/regex_source.h"
#include "cmd/regex_values.h"

namespace gaoler::cmd {
namespace {

constexpr int kFailed = 255;
constexpr size_t kMaxCachedNames = 10000;
constexpr size_t kLinesPerClock = 64;  // the time of an undated line may be that much behind

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// What the filter has to say while it works, at the level asked for by -l, in the layout of
// fail2ban's tool.
class StdoutLog final : public base::LogSink {
 public:
  explicit StdoutLog(base::LogLevel threshold) : threshold_(threshold) {}
  bool enabled(base::LogLevel level) const override { return level >= threshold_; }
  void write(base::LogLevel level, std::string_view logger, std::string_view message) override {
    if (!enabled(level)) return;
    const double time = now();
    const auto seconds = static_cast<std::time_t>(time);
    std::tm fields{};
    localtime_r(&seconds, &fields);
    char date[32];
    std::strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &fields);
    const int milliseconds = static_cast<int>((time - static_cast<double>(seconds)) * 1000);
    const std::string name(base::log_level_name(level));
    std::printf("%s,%03d %-24.*s[%d]: %-7s%c: %.*s\n", date, milliseconds,
                static_cast<int>(logger.size()), logger.data(), static_cast<int>(getpid()),
                name.c_str(), name[0], static_cast<int>(message.size()), message.data());
  }

 private:
  base::LogLevel threshold_;
};

// A file, or a pipe: <(zcat mail.log.*), /dev/stdin behind one.
bool is_readable(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return false;
  return S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode);
}

// A text that stands for itself as a line, but looks as if a file was meant.
bool looks_like_file(const std::string& text) {
  return text.find_first_of(" \t\n") == std::string::npos &&
         (text.find('/') != std::string::npos || text.ends_with(".log") ||
          access(text.c_str(), F_OK) == 0);
}

// A failure by name becomes one failure for each address of the name.
class Names {
 public:
  explicit Names(base::LogSink& log, filter::UseDns use_dns) : log_(log), use_dns_(use_dns) {}

  std::vector<filter::Failure> resolved(std::vector<filter::Failure> failures) {
    std::vector<filter::Failure> result;
    for (filter::Failure& failure : failures) {
      if (!failure.is_name) {
        result.push_back(std::move(failure));
        continue;
      }
      for (const std::string& address : addresses(failure.id)) {
        result.push_back(failure);
        result.back().id = address;
        result.back().is_name = false;
      }
    }
    return result;
  }

 private:
  const std::vector<std::string>& addresses(const std::string& name) {
    auto known = known_.find(name);
    if (known != known_.end()) return known->second;
    if (known_.size() >= kMaxCachedNames) known_.clear();
    auto& found = known_[name] = addresses_of_name(name);
    if (!found.empty() && use_dns_ == filter::UseDns::warn) {
      std::string set;
      for (const auto& address : found) set += (set.empty() ? "'" : ", '") + address + "'";
      log_.write(base::LogLevel::warning, "fail2ban.ipdns",
                 "Determined IP using DNS Lookup: " + name + " = {" + set + "}");
    }
    return found;
  }

  base::LogSink& log_;
  filter::UseDns use_dns_;
  std::map<std::string, std::vector<std::string>> known_;
};

class Run {
 public:
  Run(const RegexOptions& options, base::LogSink& log)
      : options_(options), log_(log), announce_([this](const std::string& line) {
          if (options_.reports()) print(line + "\n");
        }) {}

  int go() {
    if (options_.reports()) print("\nRunning tests\n=============\n\n");
    auto setup = set_up_regex(options_, log_, announce_);
    if (!setup) return fail(setup.error());
    setup_ = &*setup;
    auto sources = open_all();
    if (!sources) return fail(sources.error());
    announce_("");

    RegexReport report(options_, *setup);
    auto started = std::chrono::steady_clock::now();
    if (journal_) read_journal(report);
    for (auto& source : *sources) read(*source, report);
    std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;
    if (options_.reports()) print(report.text(elapsed.count(), colour()));
    return tell_trouble(*sources) ? kFailed : 0;
  }

 private:
  using Sources = std::vector<std::unique_ptr<LineSource>>;

  int fail(const base::Error& error) const {
    print(error.message + "\n");
    return kFailed;
  }

  static void warn(const std::string& text) {
    std::fflush(stdout);
    std::fprintf(stderr, "fail2ban-regex: %s\n", text.c_str());
  }

  // What could not be read to its end: behind the report, where one sees it.
  bool tell_trouble(const Sources& sources) const {
    const size_t first = options_.logs.size() - sources.size();  // a journal is no source
    bool any = false;
    for (size_t i = 0; i < sources.size(); ++i) {
      const auto trouble = sources[i]->trouble();
      if (!trouble) continue;
      any = true;
      warn("error: " + options_.logs[first + i] + ": " + *trouble +
           "; only what stands before that was read");
    }
    return any;
  }

  // On a terminal rows would be drawn into the bar.
  bool has_room_for_bar() const { return options_.reports() || isatty(STDOUT_FILENO) == 0; }

  static bool colour() { return isatty(STDOUT_FILENO) == 1 && !std::getenv("NO_COLOR"); }

  base::Result<Sources> open_all() {
    Sources sources;
    const bool journal = is_journal(options_) && !is_readable(options_.logs.front());
    if (journal) {
      if (auto opened = open_journal_of(options_.logs.front()); !opened) return opened.error();
    }
    for (size_t i = journal ? 1 : 0; i < options_.logs.size(); ++i) {
      auto source = open(options_.logs[i], /*first=*/i == 0);
      if (!source) return source.error();
      sources.push_back(std::move(*source));
    }
    return sources;
  }

  base::Result<std::unique_ptr<LineSource>> open(const std::string& log, bool first) {
    std::string encoding = options_.encoding.value_or(default_encoding());
    if (log == "-" || is_readable(log) || !first) {
      auto source = log == "-" ? open_standard_input(encoding) : open_file(log, encoding);
      if (!source) return source.error();
      announce_("Use         log file : " + log);
      announce_("Use         encoding : " + encoding);
      if (const auto unpacker = unpacker_of(log)) {
        warn("'" + log + "' is read as it is; what is packed in it: " + *unpacker + " -dc " + log +
             " | fail2ban-regex - ...");
      }
      return source;
    }
    if (looks_like_file(log)) warn("'" + log + "' is no log file; it is read as a line itself");
    if (setup_->filter.max_lines() <= 1 && log.find('\n') == std::string::npos) {
      announce_("Use      single line : " + shortened(log));
    } else {
      announce_lines(log);
    }
    return lines_of_text(log);
  }

  base::Result<void> open_journal_of(const std::string& log) {
    announce_("Use         systemd journal");
    announce_("Use         encoding : " + options_.encoding.value_or(default_encoding()));
    auto reader = open_journal(log, setup_->journal_match);
    if (!reader) return reader.error();
    journal_ = std::move(*reader);
    const std::string match = base::join(setup_->journal_match, " ");
    if (!match.empty()) announce_("Use    journal match : " + match);
    return {};
  }

  void announce_lines(const std::string& text) {
    constexpr size_t kShown = 5;
    auto lines = base::split(text, '\n');
    announce_("Use      multi line : " + std::to_string(lines.size()) + " line(s)");
    for (size_t i = 0; i < lines.size(); ++i) {
      if (i == kShown) {
        announce_("| ...");
        break;
      }
      announce_("|  " + std::to_string(i + 1) + ": " + shortened(std::string(lines[i])));
    }
    announce_("`-");
  }

  void read_journal(RegexReport& report) {
    Names names(log_, setup_->filter.use_dns());
    filter::LineContext context;
    context.check_find_time = false;
    while (const auto entry = journal_->next()) {
      context.now = now();
      note_date(entry->time);
      if (options_.reports()) report.before_line();
      const filter::MatchedLine parts{"", entry->date + " ", entry->line};
      auto failures = setup_->filter.process_entry(parts, entry->time, context);
      if (!failures.empty()) failures = names.resolved(std::move(failures));
      if (options_.reports()) {
        report.after_line(parts.text(), failures);
      } else {
        print_failures(parts.text(), failures, context.now);
      }
    }
  }

  void read(LineSource& source, RegexReport& report) {
    ProgressBar progress(has_room_for_bar() ? source.bytes_total() : 0);
    Names names(log_, setup_->filter.use_dns());
    filter::LineContext context;
    context.check_find_time = false;
    std::string_view line;
    size_t count = 0;
    while (source.next(line)) {
      if (line.empty() || line.front() == '#') continue;
      if (progress.shown()) progress.update(source.bytes_read());
      if (count++ % kLinesPerClock == 0) context.now = now();
      if (options_.invert) note_date(setup_->filter.time_of(line, context.now));
      if (options_.reports()) report.before_line();
      auto failures = setup_->filter.process_line(line, context);
      if (!failures.empty()) failures = names.resolved(std::move(failures));
      if (options_.reports()) {
        report.after_line(line, failures);
      } else {
        print_failures(line, failures, context.now);
      }
    }
  }

  // Without a report: what matched, or with -i what did not.
  void print_failures(std::string_view line, std::vector<filter::Failure>& failures, double time) {
    bool ignored = !setup_->filter.notes().ignored_by.empty();
    auto nofail = [&ignored](const filter::Failure& failure) {
      return failure.groups.truthy("nofail") && (ignored = true);
    };
    std::erase_if(failures, nofail);
    bool matched = !failures.empty() && !ignored;
    if (options_.invert ? matched : !matched) return;
    if (failures.empty()) failures.push_back(missed(line));
    const std::string format = options_.out.empty() ? "msg" : options_.out;
    for (const filter::Failure& failure : failures) {
      print(options_.json ? as_json(failure) : formatted(failure, format, time));
    }
  }

  // A line that is no failure, in the shape of one: of use are its text and the last known time.
  filter::Failure missed(std::string_view line) const {
    filter::Failure failure;
    failure.dated = last_date_.has_value();
    failure.time = last_date_.value_or(0);
    failure.lines = {{"", "", std::string(line)}};
    failure.groups.set("fid", filter::GroupValue(std::string()));
    failure.regex = static_cast<size_t>(-1);
    return failure;
  }

  void note_date(std::optional<base::UnixTime> date) {
    if (options_.invert && date) last_date_ = date;
  }

  const RegexOptions& options_;
  base::LogSink& log_;
  Announce announce_;
  RegexSetup* setup_ = nullptr;
  std::unique_ptr<sys::JournalReader> journal_;
  std::optional<base::UnixTime> last_date_;  // with -i
};

int main(int argc, char** argv) {
  // A reader that has seen enough (head) ends us as it ends every filter.
  std::signal(SIGPIPE, SIG_DFL);
  auto parsed = parse_regex_options(argc, argv);
  if (const auto* exit = std::get_if<EarlyExit>(&parsed)) {
    print(exit->out);
    std::fputs(exit->err.c_str(), stderr);
    return exit->code;
  }
  const RegexOptions& options = std::get<RegexOptions>(parsed);
  const auto level = base::parse_log_level(options.log_level);
  if (!level) {
    std::fprintf(stderr, "fail2ban-regex: error: unknown log level '%s'\n",
                 options.log_level.c_str());
    return kFailed;
  }
  StdoutLog log(*level);
  return Run(options, log).go();
}

}  // namespace
}  // namespace gaoler::cmd

int main(int argc, char** argv) {
  return gaoler::cmd::main(argc, argv);
}
