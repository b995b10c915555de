#include "cmd/regex_source.h"

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iconv.h>
#include <langinfo.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>
#include <zlib.h>

#include "base/encoding_name.h"
#include "base/text.h"
#include "base/utf8.h"

namespace gaoler::cmd {
namespace {

constexpr unsigned kReadBytes = 128u << 10;
constexpr unsigned kZipBytes = 32u << 10;  // far below kReadBytes: then zlib copies nothing
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// Bytes of any encoding to UTF-8, piece by piece.
class Decoder {
 public:
  static base::Result<Decoder> open(const std::string& encoding) {
    for (const std::string& name : {encoding, base::plain_encoding_name(encoding)}) {
      iconv_t handle = iconv_open("UTF-8", name.c_str());
      if (handle != reinterpret_cast<iconv_t>(-1)) return Decoder(handle);
    }
    return base::Error{"ERROR: unknown encoding: " + encoding};
  }

  // Appends what `bytes` mean to `out`; an unfinished character waits for the next piece.
  void decode(std::string_view bytes, std::string& out) {
    pending_.append(bytes);
    char* in = pending_.data();
    size_t left = pending_.size();
    char buffer[4096];
    while (left > 0) {
      char* to = buffer;
      size_t room = sizeof buffer;
      size_t result = iconv(handle_.get(), &in, &left, &to, &room);
      out.append(buffer, sizeof buffer - room);
      if (result != static_cast<size_t>(-1) || errno == E2BIG) continue;
      if (errno == EINVAL) break;
      out += kReplacement;
      ++in;
      --left;
    }
    pending_.erase(0, pending_.size() - left);
  }

 private:
  struct Close {
    void operator()(void* handle) const { iconv_close(handle); }
  };
  explicit Decoder(iconv_t handle) : handle_(handle) {}
  std::unique_ptr<void, Close> handle_;
  std::string pending_;
};

bool is_ascii(std::string_view text) {
  uint64_t high = 0;
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    high |= word;
  }
  for (; i < text.size(); ++i) high |= static_cast<uint64_t>(text[i] & 0x80);
  return (high & 0x8080808080808080u) == 0;
}

std::string_view without_line_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

class FileLines final : public LineSource {
 public:
  FileLines(gzFile file, uint64_t size, std::unique_ptr<Decoder> decoder, bool needs_newline)
      : file_(file), size_(size), decoder_(std::move(decoder)), needs_newline_(needs_newline) {}

  bool next(std::string_view& line) override {
    for (;;) {
      const char* from = buffer_.data() + std::max(start_, searched_);
      const size_t left = static_cast<size_t>(buffer_.data() + end_ - from);
      if (const void* found = left > 0 ? std::memchr(from, '\n', left) : nullptr) {
        const auto newline = static_cast<size_t>(static_cast<const char*>(found) - buffer_.data());
        take(newline, newline + 1, line);
        return true;
      }
      searched_ = end_;
      if (at_end_) break;
      fill();
    }
    if (needs_newline_ || start_ == end_) return false;
    take(end_, end_, line);
    return true;
  }

  uint64_t bytes_read() const override {
    auto offset = gzoffset(file_.get());
    return offset > 0 ? static_cast<uint64_t>(offset) : 0;
  }
  uint64_t bytes_total() const override { return size_; }
  std::optional<std::string> trouble() const override { return trouble_; }

 private:
  struct Close {
    void operator()(gzFile file) const { gzclose(file); }
  };

  void take(size_t end, size_t next_start, std::string_view& line) {
    line = without_line_end({buffer_.data() + start_, std::min(end - start_, kMaxLineBytes)});
    start_ = next_start;
    if (decoder_ || ascii_ || base::is_utf8(line)) return;
    repaired_ = base::replace_invalid_utf8(line);
    line = repaired_;
  }

  void fill() {
    std::memmove(buffer_.data(), buffer_.data() + start_, end_ - start_);
    end_ -= start_;
    start_ = 0;
    // Of an overlong line only the beginning is kept until its end is found.
    if (end_ > 2 * kMaxLineBytes) end_ = kMaxLineBytes;
    searched_ = end_;
    make_room(kReadBytes);
    char* to = decoder_ ? raw_.data() : buffer_.data() + end_;
    const int got = gzread(file_.get(), to, kReadBytes);
    at_end_ = got <= 0;
    if (at_end_) return note_trouble(errno);
    if (decoder_) {
      decode({raw_.data(), static_cast<size_t>(got)});
    } else {
      end_ += static_cast<size_t>(got);
      ascii_ = is_ascii({buffer_.data(), end_});
    }
  }

  void note_trouble(int system_error) {
    int error = Z_OK;
    gzerror(file_.get(), &error);
    if (error == Z_OK || error == Z_STREAM_END) return;
    trouble_ = error == Z_ERRNO       ? std::strerror(system_error)
               : error == Z_BUF_ERROR ? "the compressed data ends too early"
                                      : "the compressed data is damaged";
  }

  void decode(std::string_view bytes) {
    decoded_.clear();
    decoder_->decode(bytes, decoded_);
    make_room(decoded_.size());
    std::memcpy(buffer_.data() + end_, decoded_.data(), decoded_.size());
    end_ += decoded_.size();
  }

  void make_room(size_t bytes) {
    if (decoder_) raw_.resize(kReadBytes);
    if (buffer_.size() < end_ + bytes) buffer_.resize(end_ + bytes);
  }

  std::unique_ptr<gzFile_s, Close> file_;
  uint64_t size_;
  std::unique_ptr<Decoder> decoder_;
  bool needs_newline_;
  std::vector<char> raw_;  // to be decoded
  std::string decoded_;
  std::vector<char> buffer_;  // never shrinks: lines are from start_ to end_
  size_t start_ = 0;          // of the next line
  size_t end_ = 0;            // of what was read
  size_t searched_ = 0;       // no newline before this
  bool ascii_ = true;         // all of it
  bool at_end_ = false;
  std::string repaired_;
  std::optional<std::string> trouble_;
};

class TextLines final : public LineSource {
 public:
  explicit TextLines(std::string text) : text_(std::move(text)), lines_(base::split(text_, '\n')) {}

  bool next(std::string_view& line) override {
    if (at_ == lines_.size()) return false;
    line = without_line_end(lines_[at_++]);
    return true;
  }

 private:
  std::string text_;
  std::vector<std::string_view> lines_;
  size_t at_ = 0;
};

// As Python prints it.
base::Error system_error(int code, const std::string& path) {
  return {"[Errno " + std::to_string(code) + "] " + std::strerror(code) + ": '" + path + "'"};
}

base::Result<std::unique_ptr<LineSource>> read_from(int fd, const std::string& encoding,
                                                    bool is_named) {
  std::unique_ptr<Decoder> decoder;
  if (!base::means_utf8(base::plain_encoding_name(encoding))) {
    auto opened = Decoder::open(encoding);
    if (!opened) return close(fd), opened.error();
    decoder = std::make_unique<Decoder>(std::move(*opened));
  }
  struct stat status {};
  fstat(fd, &status);
  gzFile file = gzdopen(fd, "rb");
  if (!file) return close(fd), base::Error{"ERROR: out of memory"};
  gzbuffer(file, kZipBytes);
  const bool is_file = is_named && S_ISREG(status.st_mode);
  bool plain_file = is_file && gzdirect(file) != 0;
  auto size = is_file ? static_cast<uint64_t>(status.st_size) : 0;
  return std::unique_ptr<LineSource>(
      std::make_unique<FileLines>(file, size, std::move(decoder), plain_file));
}

}  // namespace

base::Result<std::unique_ptr<LineSource>> open_file(const std::string& path,
                                                    const std::string& encoding) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return system_error(errno, path);
  }
  struct stat status {};
  if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
    close(fd);
    return system_error(EISDIR, path);
  }
  return read_from(fd, encoding, /*is_named=*/true);
}

std::optional<std::string> unpacker_of(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::string start(6, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  if (start.starts_with("\xfd\x37zXZ")) return "xz";
  if (start.starts_with("BZh")) return "bzip2";
  if (start.starts_with("\x28\xb5\x2f\xfd")) return "zstd";
  return std::nullopt;
}

base::Result<std::unique_ptr<LineSource>> open_standard_input(const std::string& encoding) {
  return read_from(dup(STDIN_FILENO), encoding, /*is_named=*/false);
}

std::unique_ptr<LineSource> lines_of_text(std::string text) {
  return std::make_unique<TextLines>(std::move(text));
}

std::string default_encoding() {
  std::setlocale(LC_CTYPE, "");
  std::string name = nl_langinfo(CODESET);
  std::setlocale(LC_CTYPE, "C");
  return name.empty() || name.substr(0, 5) == "ANSI_" ? "UTF-8" : name;
}

}  // namespace gaoler::cmd
