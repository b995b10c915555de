#include "config/jails.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <new>
#include <optional>
#include <system_error>
#include <thread>

namespace gaoler::config {
namespace {

constexpr size_t kHeapBytes = 8u << 20;  // address space only

struct JailRead {
  JailReader::Verdict verdict = JailReader::Verdict::disabled;
  Commands commands;
  Commands log_globs;
  std::vector<Diagnostic> diagnostics;
};
using Parts = std::vector<JailRead>;  // one for each jail

JailRead read_jail(Loader& loader, Store& jails, const std::string& name,
                   const JailReader::Settings& settings, Report& report) {
  report.set_jail(name);
  JailReader jail(loader, jails, name, settings, report);
  const JailReader::Verdict verdict = jail.read();
  report.set_jail({});
  return {verdict, std::move(jail.commands()), std::move(jail.log_globs()), {}};
}

void append(Commands& to, Commands& more) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

JailsRead joined(const std::vector<std::string>& names, Parts parts) {
  JailsRead all;
  for (JailRead& part : parts) {
    all.any_good |= part.verdict == JailReader::Verdict::good ||
                    part.verdict == JailReader::Verdict::without_logs;
    all.any_wrong |= part.verdict == JailReader::Verdict::wrong;
    append(all.commands, part.commands);
    if (part.verdict == JailReader::Verdict::good) append(all.log_globs, part.log_globs);
  }
  for (size_t rank = 0; rank < parts.size(); ++rank) {
    if (parts[rank].verdict == JailReader::Verdict::good)
      all.commands.push_back({"start", names[rank]});
  }
  return all;
}

// The heap of a new thread grows page by page, each a system call that holds up the other threads,
// unless it was large once (and the program keeps what is freed: see main()).
void grow_heap() {
  ::operator delete(::operator new(kHeapBytes));
}

class SideBySide {
 public:
  SideBySide(const Loader& loader, const Store& jails, const std::vector<std::string>& names,
             const JailReader::Settings& settings, size_t workers, size_t budget)
      : loader_(loader),
        jails_(jails),
        names_(names),
        settings_(settings),
        budget_(budget / workers),
        parts_(names.size()) {
    std::vector<std::jthread> threads;
    try {
      while (threads.size() + 1 < workers) threads.emplace_back([this] { work(); });
    } catch (const std::system_error&) {  // fewer threads do as well
    }
    work();
  }

  // Nothing if the jails have to be read one by one.
  std::optional<Parts> parts() {
    if (order_matters_) return std::nullopt;
    return std::move(parts_);
  }

 private:
  // An exception here would end the process; whoever reads one by one meets its cause again.
  void work() noexcept try {
    grow_heap();
    Report report(budget_);
    Loader loader(loader_.files(), loader_.directory(), report);
    Store jails(jails_);
    for (size_t rank = next_++; rank < names_.size() && !order_matters_; rank = next_++) {
      parts_[rank] = read_jail(loader, jails, names_[rank], settings_, report);
      parts_[rank].diagnostics = report.take();
      if (report.order_matters()) order_matters_ = true;
    }
  } catch (...) {
    order_matters_ = true;
  }

  const Loader& loader_;
  const Store& jails_;
  const std::vector<std::string>& names_;
  const JailReader::Settings& settings_;
  const size_t budget_;  // of each worker
  std::atomic<size_t> next_ = 0;
  std::atomic<bool> order_matters_ = false;
  Parts parts_;  // each written by the thread that drew its rank
};

}  // namespace

JailsRead read_jails(Loader& loader, Store& jails, const std::vector<std::string>& names,
                     const JailReader::Settings& settings, size_t workers, Report& report) {
  workers = std::min(workers, names.size());
  if (workers > 1 && !report.order_matters()) {
    std::optional<Parts> parts =
        SideBySide(loader, jails, names, settings, workers, report.budget()).parts();
    if (parts) {
      for (JailRead& part : *parts) report.add(std::move(part.diagnostics));
      return joined(names, *std::move(parts));
    }
  }
  Parts parts;
  for (const std::string& name : names)
    parts.push_back(read_jail(loader, jails, name, settings, report));
  return joined(names, std::move(parts));
}

}  // namespace gaoler::config
