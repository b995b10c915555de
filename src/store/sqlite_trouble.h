// What an error code of sqlite's means for a database of bans, and what its owner can do about it.
// Pure.
#pragma once

#include <string>

namespace gaoler::store {

// The file is not what it should be.
bool is_damage(int code);
// May be over later without anybody touching the file.
bool may_pass(int code);
// A change that no later moment will make acceptable.
bool is_refusal(int code);

int code_of_errno(int number);

// What failed, and in brackets what the reader of the log can do about it, if anything.
std::string with_advice(const std::string& what, int code, const std::string& file);

}  // namespace gaoler::store
