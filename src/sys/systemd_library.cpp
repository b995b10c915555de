#include "sys/systemd_library.h"

#include <dlfcn.h>
#include <string>

namespace gaoler::sys {
namespace {

constexpr const char* kName = "libsystemd.so.0";

struct Close {
  void operator()(void* handle) const { ::dlclose(handle); }
};

struct Loaded {
  std::unique_ptr<void, Close> handle;
  SystemdLibrary functions;
};

template <class Function>
bool find(void* handle, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(handle, name));
  return function != nullptr;
}

}  // namespace

base::Result<std::shared_ptr<const SystemdLibrary>> SystemdLibrary::load() {
  auto loaded = std::make_shared<Loaded>();
  loaded->handle.reset(::dlopen(kName, RTLD_NOW | RTLD_LOCAL));
  void* handle = loaded->handle.get();
  SystemdLibrary& library = loaded->functions;
  const bool whole = handle != nullptr && find(handle, "sd_journal_open", library.open) &&
                     find(handle, "sd_journal_open_namespace", library.open_namespace) &&
                     find(handle, "sd_journal_open_directory", library.open_directory) &&
                     find(handle, "sd_journal_open_files", library.open_files) &&
                     find(handle, "sd_journal_close", library.close) &&
                     find(handle, "sd_journal_set_data_threshold", library.set_data_threshold) &&
                     find(handle, "sd_journal_add_match", library.add_match) &&
                     find(handle, "sd_journal_add_disjunction", library.add_disjunction) &&
                     find(handle, "sd_journal_flush_matches", library.flush_matches) &&
                     find(handle, "sd_journal_seek_head", library.seek_head) &&
                     find(handle, "sd_journal_seek_realtime_usec", library.seek_realtime_usec) &&
                     find(handle, "sd_journal_seek_cursor", library.seek_cursor) &&
                     find(handle, "sd_journal_test_cursor", library.test_cursor) &&
                     find(handle, "sd_journal_get_cursor", library.get_cursor) &&
                     find(handle, "sd_journal_next", library.next) &&
                     find(handle, "sd_journal_previous", library.previous) &&
                     find(handle, "sd_journal_get_data", library.get_data) &&
                     find(handle, "sd_journal_restart_data", library.restart_data) &&
                     find(handle, "sd_journal_enumerate_data", library.enumerate_data) &&
                     find(handle, "sd_journal_get_realtime_usec", library.get_realtime_usec) &&
                     find(handle, "sd_journal_get_monotonic_usec", library.get_monotonic_usec) &&
                     find(handle, "sd_journal_get_fd", library.get_fd) &&
                     find(handle, "sd_journal_process", library.process) &&
                     find(handle, "sd_journal_sendv", library.sendv);
  if (!whole) {
    const char* why = ::dlerror();
    return base::Error{std::string("libsystemd cannot be loaded (") +
                       (why == nullptr ? kName : why) + "); install the package libsystemd0"};
  }
  return std::shared_ptr<const SystemdLibrary>(loaded, &loaded->functions);
}

}  // namespace gaoler::sys
