// SystemdLibrary: libsystemd's journal functions, loaded when the first journal is opened.
//
// Linked, it would cost every start of the programs more than a millisecond and a megabyte (it
// brings compression and cryptography along), for the few who read the journal. Included only where
// the build has libsystemd's headers. Thread-safe, as libsystemd is for different objects.
#pragma once

#include <memory>
#include <systemd/sd-journal.h>

#include "base/result.h"

namespace gaoler::sys {

struct SystemdLibrary {
  static base::Result<std::shared_ptr<const SystemdLibrary>> load();

  decltype(&::sd_journal_open) open = nullptr;
  decltype(&::sd_journal_open_namespace) open_namespace = nullptr;
  decltype(&::sd_journal_open_directory) open_directory = nullptr;
  decltype(&::sd_journal_open_files) open_files = nullptr;
  decltype(&::sd_journal_close) close = nullptr;
  decltype(&::sd_journal_set_data_threshold) set_data_threshold = nullptr;
  decltype(&::sd_journal_add_match) add_match = nullptr;
  decltype(&::sd_journal_add_disjunction) add_disjunction = nullptr;
  decltype(&::sd_journal_flush_matches) flush_matches = nullptr;
  decltype(&::sd_journal_seek_head) seek_head = nullptr;
  decltype(&::sd_journal_seek_realtime_usec) seek_realtime_usec = nullptr;
  decltype(&::sd_journal_seek_cursor) seek_cursor = nullptr;
  decltype(&::sd_journal_test_cursor) test_cursor = nullptr;
  decltype(&::sd_journal_get_cursor) get_cursor = nullptr;
  decltype(&::sd_journal_next) next = nullptr;
  decltype(&::sd_journal_previous) previous = nullptr;
  decltype(&::sd_journal_get_data) get_data = nullptr;
  decltype(&::sd_journal_restart_data) restart_data = nullptr;
  decltype(&::sd_journal_enumerate_data) enumerate_data = nullptr;
  decltype(&::sd_journal_get_realtime_usec) get_realtime_usec = nullptr;
  decltype(&::sd_journal_get_monotonic_usec) get_monotonic_usec = nullptr;
  decltype(&::sd_journal_get_fd) get_fd = nullptr;
  decltype(&::sd_journal_process) process = nullptr;
  decltype(&::sd_journal_sendv) sendv = nullptr;
};

}  // namespace gaoler::sys
