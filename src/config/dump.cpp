#include "config/stream.h"

namespace gaoler::config {

base::Result<std::string> dump_ini(const FileSource&, const Request&, const std::string&) {
  return base::Error{"not yet"};
}

}  // namespace gaoler::config
