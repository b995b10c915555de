#include "config/tags.h"

#include <algorithm>

namespace gaoler::config {
namespace {

struct Tag {
  size_t begin = std::string::npos;  // of its "<"
  std::string_view name;

  bool found() const { return begin != std::string::npos; }
  size_t end() const { return begin + name.size() + 2; }
};

bool ends_name(char c) {
  return c == '>' || c == '<' || c == ' ';
}

Tag find_tag(std::string_view text, size_t from) {
  size_t open = text.find('<', from);
  while (open != std::string_view::npos) {
    size_t stop = open + 1;
    while (stop < text.size() && !ends_name(text[stop])) ++stop;
    if (stop == text.size()) return {};
    if (text[stop] == '>' && stop > open + 1) return {open, text.substr(open + 1, stop - open - 1)};
    open = text[stop] == '<' ? stop : text.find('<', stop);
  }
  return {};
}

// Into `out`: the text with all occurrences of the tag as it is written replaced, the first of them
// at `found`. False if it would grow too long.
bool replace_tag(std::string_view text, size_t found, std::string_view written, std::string_view by,
                 std::string& out) {
  out.clear();
  size_t at = 0;
  for (; found != std::string_view::npos; found = text.find(written, at)) {
    out.append(text, at, found - at);
    out += by;
    if (out.size() > kMaxSubstitutedBytes) return false;
    at = found + written.size();
  }
  out.append(text, at);
  return true;
}

class Substitution {
 public:
  Substitution(Texts& options, const TagNames& untouched, const TagLookup& lookup, Report& report,
               const std::function<Place(std::string_view, std::string_view)>& place)
      : options_(options), untouched_(untouched), lookup_(lookup), report_(report), place_(place) {}

  bool run() {
    std::vector<Progress> progress(options_.items().size());
    for (bool again = true; again;) {
      again = false;
      for (size_t rank = 0; rank < progress.size(); ++rank) {
        const auto& [name, value] = options_.items()[rank];
        if (progress[rank].done || !value || is_untouched(name)) continue;
        std::optional<Changed> changed;
        if (!substitute(name, *value, progress[rank].counts, changed)) return false;
        // What a tag stands for is settled: nothing replaced now, nothing ever.
        progress[rank].done = !changed;
        if (!changed || changed->text == *value) continue;
        // What is left may become a tag when the next pass knows more; only then do counts go on.
        if (find_tag(changed->text, 0).found()) {
          progress[rank].counts = std::move(changed->counts);
          again = true;
        }
        options_.set_at(rank, std::move(changed->text));
      }
    }
    return true;
  }

 private:
  using Counts = OrderedMap<std::string, int>;
  struct Progress {
    bool done = false;
    Counts counts;
  };
  struct Changed {
    std::string text;
    Counts counts;
  };

  bool is_untouched(std::string_view name) const {
    return std::find(untouched_.begin(), untouched_.end(), name) != untouched_.end();
  }

  // Most tags are left for the time of a ban, so nothing is copied before one is replaced.
  bool substitute(const std::string& option, std::string_view text, const Counts& before,
                  std::optional<Changed>& changed) {
    for (Tag tag = find_tag(text, 0); tag.found();) {
      if (is_untouched(tag.name)) {
        tag = find_tag(text, tag.end());
        continue;
      }
      const Counts& counts = changed ? changed->counts : before;
      const int* used = counts.find(tag.name);
      if (tag.name == option || (used && *used > kMaxTagReplacements))
        return circle(option, tag.name);
      const std::string* replacement = options_.find(tag.name);
      if (!replacement) replacement = lookup_(tag.name);
      if (!replacement) {
        tag = find_tag(text, tag.end());
        continue;
      }
      if (!report_.spend(text.size() + replacement->size())) return false;
      std::string_view written = text.substr(tag.begin, tag.end() - tag.begin);
      if (!replace_tag(text, tag.begin, written, *replacement, scratch_)) return too_long(option);
      if (!changed) changed.emplace(Changed{{}, before});
      ++changed->counts.try_emplace(std::string(tag.name)).first;
      std::swap(changed->text, scratch_);
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
  std::string scratch_;
};

}  // namespace

bool substitute_tags(Texts& options, const TagNames& untouched, const TagLookup& lookup,
                     Report& report,
                     const std::function<Place(std::string_view, std::string_view)>& place) {
  return Substitution(options, untouched, lookup, report, place).run();
}

}  // namespace gaoler::config
