// LateStore: a BanStore for a database that cannot be opened now but may be later: locked by
// another program, on a full or read-only disk, in a directory that is not there yet.
//
// Every write tries to open it; until that works, writes are to be tried later and reads are
// errors. From then on it is the real store. One thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/ban_store.h"

namespace gaoler::store {

using OpenStore = std::function<base::Result<std::unique_ptr<BanStore>>()>;

// `why` is what reads say until it is open.
std::unique_ptr<BanStore> make_late_store(std::string filename, base::Error why, OpenStore open);

}  // namespace gaoler::store
