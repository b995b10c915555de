// The filters we ship, as a configuration with nothing else in it reads them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/stream.h"

namespace gaoler::fuzz {

// Names below filter.d, in order; with "[aggressive]" behind it for a filter that has that mode.
const std::vector<std::string>& shipped_filters();

// The one of this name; for any other text one that the text stands for, the same in every run.
size_t filter_named(std::string_view text);

config::Stream read_shipped(size_t index);

}  // namespace gaoler::fuzz
