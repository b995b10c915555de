// Values on the wire: Python's pickle format.
//
// Writing gives byte for byte what CPython's pickle.dumps(value, 5) gives, because clients exist
// that know exactly these opcodes; equal strings are written once and referred to, as CPython does
// for one and the same object. Reading takes protocols 0 to 5, data only: of classes just str and
// the exceptions a reply may hold, which become plain values. Nothing is ever called or imported,
// every malformed message is an error value, and memory and time are bounded by Limits whatever the
// message refers to. Pure, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/value.h"

namespace gaoler::protocol {

std::string encode(const Value& value);
std::string encode(const Reply& reply);  // the tuple (code, value)

struct Limits {
  size_t values = 2'000'000;              // after references are followed
  size_t text_bytes = 256 * 1024 * 1024;  // of all strings, after references are followed
  int depth = 64;
};

// Sets become lists. Integers beyond 64 bits, bytes and objects are refused.
base::Result<Value> decode(std::string_view pickled, const Limits& limits = {});

// A request as the server takes it: a list or tuple of words; what is no text, number, bool, list
// or dictionary at the top is turned into its text.
base::Result<Command> decode_command(std::string_view pickled, const Limits& limits = {});

// A reply as the client takes it. A bare text instead of the pair (how a server says that it could
// not read the request) comes back as code 1 and an Exception with that text.
base::Result<Reply> decode_reply(std::string_view pickled, const Limits& limits = {});

}  // namespace gaoler::protocol
