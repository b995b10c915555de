// FirstPage: a database file whose first page is lost gets the one of a new database.
//
// The first page says where the tables are. Files made by this program or by fail2ban's schema 4
// have them in the same places, so the rest can be read again; of others nothing comes out, or rows
// that no table takes. One thread; blocks for as long as copying takes.
#pragma once

#include <string>

#include "base/result.h"

namespace gaoler::store {

// Makes a copy of `damaged` with a first page of its own beside it, and returns its name.
base::Result<std::string> copy_with_first_page(const std::string& damaged);

// Removes such a copy.
void remove_copy(const std::string& copy);

}  // namespace gaoler::store
