// NftSocket: a conversation with the kernel's nftables by netlink.
//
// Questions and transactions as messages (nft_message.h); what they mean is known elsewhere. The
// kernel answers while it is asked, so nothing here waits. Owned and used by one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

struct mnl_socket;
struct nlmsghdr;

namespace gaoler::sys {

class NftSocket {
 public:
  // Errors the kernel reported, by sequence number of the message they are about.
  struct Replies {
    std::vector<std::pair<uint32_t, int>> errors;
    uint32_t highest = 0;  // sequence number answered
    int whole_error = 0;   // the transaction as a whole was refused or its answers got lost

    bool ok() const { return errors.empty() && whole_error == 0; }
  };

  static base::Result<NftSocket> open();
  NftSocket(NftSocket&&) noexcept;
  NftSocket& operator=(NftSocket&&) noexcept;
  ~NftSocket();

  // What one message may weigh.
  size_t max_bytes() const { return max_bytes_; }
  uint32_t next_sequence() { return sequence_++; }

  // Sends a question; the first message of the answer, which holds until the next call, or nothing
  // with the reason in errno.
  const nlmsghdr* ask(nlmsghdr* question);
  // Sends a question with many answers (NLM_F_DUMP) and hands each on; false if one is refused, or
  // if they are not all of one moment.
  bool ask_for_all(nlmsghdr* question, const std::function<bool(const nlmsghdr*)>& take);
  Replies send(std::string_view transaction);

 private:
  struct CloseSocket {
    void operator()(mnl_socket* socket) const;
  };

  explicit NftSocket(std::unique_ptr<mnl_socket, CloseSocket> socket);
  Replies read_replies();

  std::unique_ptr<mnl_socket, CloseSocket> socket_;
  size_t max_bytes_ = 0;
  uint32_t sequence_ = 1;
  std::vector<char> answer_;
};

}  // namespace gaoler::sys
