// Schema: fail2ban's tables, version 4, and the way there from versions 1 to 3.
//
// Works on an open connection; keeps no state. Making the backup before an upgrade is the caller's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/sqlite_db.h"

namespace gaoler::store {

inline constexpr int kSchemaVersion = 4;
inline constexpr int kUnknownBanTime = -2;  // of bans from before version 3

struct TableInfo {
  std::string_view name;
  std::vector<std::string_view> columns;
};
// The four tables with data, those that others refer to first.
const std::vector<TableInfo>& schema_tables();

// The version the file says it has; 0 if it holds no fail2ban database yet.
base::Result<int> schema_version(SqliteDb& db);

// Makes what is missing of version 4; what is there stays as it is.
base::Result<void> create_schema(SqliteDb& db);

// From `version` (1 to 3) to 4 in one transaction: all or nothing.
base::Result<void> upgrade_schema(SqliteDb& db, int version);

// The newest ban of each id and jail, where bips does not know them yet.
base::Result<void> fill_bips(SqliteDb& db);

}  // namespace gaoler::store
