#include "store/sqlite_trouble.h"

#include <cerrno>
#include <sqlite3.h>

namespace gaoler::store {
namespace {

std::string directory_of(const std::string& file) {
  const size_t slash = file.rfind('/');
  return slash == std::string::npos ? "." : file.substr(0, slash + 1);
}

std::string advice(int code, const std::string& file) {
  switch (code) {
    case SQLITE_FULL:
      return "the disk is full: free space in " + directory_of(file);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return "see that its directory exists, that file and directory are writable for this user "
             "and "
             "that the file system is not mounted read-only";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program holds the file: let it end or close it";
    case SQLITE_IOERR:
      return "the disk or file system reports errors: see the kernel's log";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "the file is damaged: it is set aside at the next start";
    default:
      return "";
  }
}

}  // namespace

bool is_damage(int code) {
  return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

bool may_pass(int code) {
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
      return true;
    default:
      return false;
  }
}

bool is_refusal(int code) {
  return code == SQLITE_CONSTRAINT || code == SQLITE_TOOBIG || code == SQLITE_MISMATCH ||
         code == SQLITE_RANGE;
}

int code_of_errno(int number) {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
      return SQLITE_FULL;
    case EROFS:
    case EACCES:
    case EPERM:
      return SQLITE_READONLY;
    default:
      return SQLITE_CANTOPEN;
  }
}

std::string with_advice(const std::string& what, int code, const std::string& file) {
  const std::string hint = advice(code, file);
  return what + (hint.empty() ? "" : " (" + hint + ")");
}

}  // namespace gaoler::store
