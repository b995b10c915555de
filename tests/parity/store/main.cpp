// store_tool: our database code as a program, for tests from outside.
//
//   store_tool write FILE FIRST    bans id<FIRST>, id<FIRST+1>, ... for ever, a line "id" for each
//                                  once it is stored; made to be killed
//   store_tool sample FILE         writes bans of every kind and a position
//   store_tool restore FILE NOW    what a starting jail "j" gets back, one line per ban
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "store/sqlite_store.h"
#include "store/ticket_data.h"

namespace gaoler {
namespace {

constexpr base::UnixTime kBanned = 1'700'000'000;

int fail(const std::string& message) {
  std::cerr << message << "\n";
  return 1;
}

int write_for_ever(store::BanStore& store, unsigned long next) {
  for (size_t size = 1;; size = size % 40 + 7) {
    std::vector<store::Change> batch;
    std::string ids;
    for (size_t i = 0; i < size; ++i, ++next) {
      store::AddBan ban{"j", jail::manual_ticket("id" + std::to_string(next), kBanned), 3600};
      ban.ticket.ban_count = 1;
      ban.ticket.lines = {{"", "", std::string(200, 'x')}};
      ids += ban.ticket.id + "\n";
      batch.push_back(std::move(ban));
    }
    if (size % 5 == 0) batch.push_back(store::UpdateLog{"j", {"/log", "hash", double(next)}});
    const auto written = store.write(batch);
    if (!written.ok()) return fail(written.message);
    std::cout << ids << std::flush;
  }
}

int write_sample(store::BanStore& store) {
  using filter::GroupValue;
  store::AddBan full{"j", jail::manual_ticket("user", kBanned + 0.5), 600};
  full.ticket.attempts = 3;
  full.ticket.ban_count = 2;
  full.ticket.ip = "2001:db8::1";
  full.ticket.lines = {{"h ", "10:00", " \"f\xC3\xBCr\" \\ \t"}, {"", "", "two"}};
  full.ticket.groups = {{"ip", GroupValue("2001:db8::1")},
                        {"users", GroupValue(std::set<std::string>{"bob", "root"})},
                        {"fid", GroupValue(std::vector<std::optional<std::string>>{"a", {}})}};
  store::AddBan plain{"j", jail::manual_ticket("192.0.2.1", kBanned), 600};
  store::AddBan again{"j", jail::manual_ticket("192.0.2.1", kBanned + 100), 1200.5};
  again.ticket.lines = {{"", "", "again"}};
  store::AddBan ever{"j", jail::manual_ticket("192.0.2.2", kBanned), -1};
  const store::LogPosition log{"/var/log/mail.log", "da39a3ee5e6b4b0d3255bfef95601890afd80709", 77};
  const auto written =
      store.write({store::EnableJail{"j"}, store::UpdateLog{"j", log}, full, plain, again, ever});
  return written.ok() ? 0 : fail(written.message);
}

int restore(store::BanStore& store, base::UnixTime now) {
  store::RestoreRules rules;
  rules.now = now;
  const auto tickets = store.current_bans("j", rules);
  if (!tickets) return fail(tickets.error().message);
  for (const jail::Ticket& ticket : *tickets) {
    printf("%s\t%.15g\t%.15g\t%d\t%s\n", ticket.id.c_str(), ticket.time, *ticket.ban_time,
           ticket.ban_count, store::write_ticket_data(ticket, 1000).c_str());
  }
  return 0;
}

}  // namespace
}  // namespace gaoler

int main(int argc, char** argv) {
  using namespace gaoler;
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 2) return fail("usage: store_tool write|sample|restore FILE [NUMBER]");
  base::NullLogSink log;
  auto store = store::open_sqlite({words[1], kBanned, &log});
  if (!store) return fail(store.error().message);
  const std::string number = words.size() > 2 ? words[2] : "0";
  if (words[0] == "write") return write_for_ever(**store, std::stoul(number));
  if (words[0] == "sample") return write_sample(**store);
  return restore(**store, std::stod(number));
}
