// A flat JSON object of texts, as Python's json.dumps writes it: {"a": "b", "c": "d"}, beyond ASCII
// escaped.
#pragma once

#include <string>

#include "config/stream.h"

namespace gaoler::config {

std::string json_object(const Parameters& members);

}  // namespace gaoler::config
