// JSON as values of the protocol: what `json.loads` gives to a Python program.
#pragma once

#include <string_view>

#include "base/result.h"
#include "protocol/value.h"
#include "store/json.h"

namespace gaoler::server {

protocol::Value value_of(const store::Json& json);

// The error is worded as Python's json module words it.
base::Result<protocol::Value> value_of_json(std::string_view text);

}  // namespace gaoler::server
