#include "fuzz/shipped_filters.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>

#include "config/file_source.h"

namespace gaoler::fuzz {
namespace {

constexpr std::string_view kAggressive = "[aggressive]";

std::vector<std::string> find_filters() {
  const config::DiskFiles files;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(GAOLER_TREE "/filter.d")) {
    if (entry.path().extension() != ".conf" || entry.path().stem().string().ends_with("-common")) {
      continue;
    }
    names.push_back(entry.path().stem());
    const auto text = files.read(entry.path());
    if (text && text->find("aggressive") != std::string::npos) {
      names.push_back(names.back() + std::string(kAggressive));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 14695981039346656037u;  // FNV-1a
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return value;
}

}  // namespace

const std::vector<std::string>& shipped_filters() {
  static const std::vector<std::string> names = find_filters();
  return names;
}

size_t filter_named(std::string_view text) {
  const auto& names = shipped_filters();
  const auto known = std::lower_bound(names.begin(), names.end(), text);
  if (known != names.end() && *known == text) return static_cast<size_t>(known - names.begin());
  return hash(text) % names.size();
}

config::Stream read_shipped(size_t index) {
  std::string_view name = shipped_filters()[index];
  config::Request request;
  request.directory = GAOLER_TREE;
  config::FilterRequest wanted;
  wanted.backend = "auto";
  if (name.ends_with(kAggressive)) {
    name.remove_suffix(kAggressive.size());
    wanted.parameters.emplace_back("mode", "aggressive");
  }
  wanted.name = name;
  return config::read_filter(config::DiskFiles{}, request, wanted);
}

}  // namespace gaoler::fuzz
