#include "protocol/value.h"

namespace gaoler::protocol {

bool operator==(const List& a, const List& b) {
  return a.items == b.items;
}
bool operator==(const Tuple& a, const Tuple& b) {
  return a.items == b.items;
}
bool operator==(const Dict& a, const Dict& b) {
  return a.items == b.items;
}
bool operator==(const Address& a, const Address& b) {
  return a.text == b.text;
}
bool operator==(const Exception& a, const Exception& b) {
  return a.module == b.module && a.name == b.name && a.args == b.args;
}
bool operator==(const BoxedException& a, const BoxedException& b) {
  return *a.content == *b.content;
}
bool operator==(const Value& a, const Value& b) {
  return a.data_ == b.data_;
}

}  // namespace gaoler::protocol
