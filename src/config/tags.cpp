#include "config/tags.h"

#include <vector>

namespace gaoler::config {
namespace {

struct Tag {
  size_t begin = std::string::npos;  // of its "<"
  std::string_view name;

  bool found() const { return begin != std::string::npos; }
  size_t end() const { return begin + name.size() + 2; }
};

Tag find_tag(std::string_view text, size_t from) {
  size_t open = text.find('<', from);
  while (open != std::string_view::npos) {
    size_t stop = text.find_first_of(" <>", open + 1);
    if (stop == std::string_view::npos) return {};
    if (text[stop] == '>' && stop > open + 1) return {open, text.substr(open + 1, stop - open - 1)};
    open = text[stop] == '<' ? stop : text.find('<', stop);
  }
  return {};
}

// All occurrences of the tag as it is written; nothing if the text would grow too long.
std::optional<std::string> replace_tag(std::string_view text, std::string_view written,
                                       std::string_view by) {
  std::string out;
  for (size_t at = 0;;) {
    size_t found = text.find(written, at);
    out += text.substr(at, found - at);
    if (found == std::string_view::npos) break;
    out += by;
    if (out.size() > kMaxSubstitutedBytes) return std::nullopt;
    at = found + written.size();
  }
  return out;
}

using Counts = TextMap<int>;

class Substitution {
 public:
  Substitution(Texts& options, const TagNames& untouched, const TagLookup& lookup, Report& report,
               const std::function<Place(std::string_view, std::string_view)>& place)
      : options_(options), untouched_(untouched), lookup_(lookup), report_(report), place_(place) {}

  bool run() {
    std::vector<bool> done(options_.items().size());
    std::vector<Counts> counts(options_.items().size());
    for (bool again = true; again;) {
      again = false;
      for (size_t rank = 0; rank < options_.items().size(); ++rank) {
        const auto& [name, value] = options_.items()[rank];
        if (done[rank] || !value || untouched_.contains(name)) continue;
        if (value->find('<') == std::string::npos) {
          done[rank] = true;
          continue;
        }
        std::optional<Changed> changed;
        if (!substitute(name, *value, counts[rank], changed)) return false;
        if (!changed || changed->text == *value) continue;
        done[rank] = changed->text.find('<') == std::string::npos;
        // What is left may become a tag when the next pass knows more; only then do counts go on.
        if (find_tag(changed->text, 0).found()) {
          counts[rank] = std::move(changed->counts);
          again = true;
        }
        options_.set_at(rank, std::move(changed->text));
      }
    }
    return true;
  }

 private:
  struct Changed {
    std::string text;
    Counts counts;
  };

  // Most tags are left for the time of a ban, so nothing is copied before one is replaced.
  bool substitute(const std::string& option, std::string_view text, const Counts& before,
                  std::optional<Changed>& changed) {
    for (Tag tag = find_tag(text, 0); tag.found();) {
      if (untouched_.contains(tag.name)) {
        tag = find_tag(text, tag.end());
        continue;
      }
      const Counts& counts = changed ? changed->counts : before;
      auto used = counts.find(tag.name);
      bool too_often = used != counts.end() && used->second > kMaxTagReplacements;
      if (tag.name == option || too_often) return circle(option, tag.name);
      const std::string* replacement = options_.find(tag.name);
      if (!replacement) replacement = lookup_(tag.name);
      if (!replacement) {
        tag = find_tag(text, tag.end());
        continue;
      }
      if (!report_.spend(text.size() + replacement->size())) return false;
      std::string written = '<' + std::string(tag.name) + '>';
      std::optional<std::string> replaced = replace_tag(text, written, *replacement);
      if (!replaced) return too_long(option);
      if (!changed) changed.emplace(Changed{{}, before});
      ++changed->counts[std::string(tag.name)];
      changed->text = *std::move(replaced);
      text = changed->text;
      tag = find_tag(text, tag.begin);
    }
    return true;
  }

  bool circle(const std::string& option, std::string_view tag) {
    std::string written = '<' + std::string(tag) + '>';
    report_.fatal(
        "properties contain self referencing definitions and cannot be resolved: option '" +
            option + "' leads back to " + written,
        place_(option, tag), "break the circle of <tag> references");
    return false;
  }

  bool too_long(const std::string& option) {
    report_.fatal(
        "option '" + option + "' grows beyond " + std::to_string(kMaxSubstitutedBytes) + " bytes",
        place_(option, {}), "its <tag> references multiply; use fewer of them");
    return false;
  }

  Texts& options_;
  const TagNames& untouched_;
  const TagLookup& lookup_;
  Report& report_;
  const std::function<Place(std::string_view, std::string_view)>& place_;
};

}  // namespace

bool substitute_tags(Texts& options, const TagNames& untouched, const TagLookup& lookup,
                     Report& report,
                     const std::function<Place(std::string_view, std::string_view)>& place) {
  return Substitution(options, untouched, lookup, report, place).run();
}

}  // namespace gaoler::config
