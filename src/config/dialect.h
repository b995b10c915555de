// Dialect: which fail2ban a tree of files was written for, where two of them read it differently.
//
// fail2ban 1.1.1 brought skip_if_nologs and systemd_if_nologs. A tree that sets one of them, in any
// section of its jails, is read as 1.1.1 does; every other tree as 1.1.0 does. Pure.
#pragma once

#include "config/store.h"

namespace gaoler::config {

enum class Dialect {
  fail2ban_1_1_0,

  // A jail without log files moves to the journal if its backend is automatic and it has a
  // journalmatch of its own; what a jail gives as parameter beats the variants of other families as
  // well.
  fail2ban_1_1_1,
};

Dialect dialect_of(const Store& jails);

}  // namespace gaoler::config
