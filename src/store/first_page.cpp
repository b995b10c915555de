#include "store/first_page.h"

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <system_error>
#include <unistd.h>

#include "store/schema.h"
#include "store/sqlite_db.h"

namespace gaoler::store {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPageBytes = 4096;  // of every file since sqlite 3.12
constexpr int kBusyMilliseconds = 1000;

// Places in a file's header (https://www.sqlite.org/fileformat2.html).
constexpr size_t kWriteVersion = 18;  // 2: there is a write-ahead log
constexpr size_t kReadVersion = 19;
constexpr size_t kChanges = 24;
constexpr size_t kPages = 28;
constexpr size_t kFirstFreePage = 32;
constexpr size_t kFreePages = 36;
constexpr size_t kPagesValidFor = 92;  // holds as long as it equals kChanges

void put(std::string& page, size_t at, uint32_t number) {
  for (int i = 0; i < 4; ++i) page[at + i] = static_cast<char>(number >> (8 * (3 - i)) & 0xff);
}

void remove_with_journals(const std::string& file) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) ::unlink((file + suffix).c_str());
}

base::Result<std::string> new_first_page(const std::string& scratch) {
  remove_with_journals(scratch);
  auto db = SqliteDb::open(scratch, SqliteDb::Mode::create, kBusyMilliseconds);
  if (!db) return db.error();
  if (const auto made = create_schema(*db); !made) return made.error();
  std::string page(kPageBytes, '\0');
  std::ifstream in(scratch, std::ios::binary);
  if (!in.read(page.data(), kPageBytes)) return base::Error{"cannot read '" + scratch + "'"};
  return page;
}

}  // namespace

base::Result<std::string> copy_with_first_page(const std::string& damaged) {
  const std::string copy = damaged + ".copy";
  auto page = new_first_page(copy);
  remove_with_journals(copy);
  if (!page) return page;
  std::error_code error;
  fs::copy_file(damaged, copy, error);
  const bool log = !error && fs::exists(damaged + "-wal");
  if (log) fs::copy_file(damaged + "-wal", copy + "-wal", error);
  const auto size = error ? 0 : fs::file_size(copy, error);
  for (const size_t version : {kWriteVersion, kReadVersion}) (*page)[version] = log ? 2 : 1;
  put(*page, kPages, static_cast<uint32_t>(size / kPageBytes));
  for (const size_t free : {kFirstFreePage, kFreePages}) put(*page, free, 0);
  for (const size_t counter : {kChanges, kPagesValidFor}) put(*page, counter, 1);
  std::fstream out(copy, std::ios::in | std::ios::out | std::ios::binary);
  if (!error && out.write(page->data(), kPageBytes).flush()) return copy;
  remove_copy(copy);
  return base::Error{"cannot copy '" + damaged + "'" + (error ? ": " + error.message() : "")};
}

void remove_copy(const std::string& copy) {
  remove_with_journals(copy);
}

}  // namespace gaoler::store
