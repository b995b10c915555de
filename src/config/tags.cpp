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

// Into `out`: the text with the tag, the first one of its name, and all others of that name
// replaced. False if it would grow too long.
bool replace_tag(std::string_view text, const Tag& tag, std::string_view by, std::string& out) {
  const std::string_view written = text.substr(tag.begin, tag.end() - tag.begin);
  out.clear();
  size_t at = 0;
  for (size_t found = tag.begin; found != std::string_view::npos; found = text.find(written, at)) {
    out.append(text, at, found - at);
    out += by;
    if (out.size() > kMaxSubstitutedBytes) return false;
    at = found + written.size();
  }
  out.append(text, at);
  return true;
}

// Whether a tag that begins at `at` stands within what would be another tag's name.
bool is_inside_name(std::string_view text, size_t at) {
  while (at > 0 && !ends_name(text[at - 1])) --at;
  return at > 0 && text[at - 1] == '<';
}

class Substitution {
 public:
  Substitution(Texts& options, const TagNames& untouched, const TagLookup& lookup, TextPool& pool,
               Report& report,
               const std::function<Place(std::string_view, std::string_view)>& place)
      : options_(options),
        untouched_(untouched),
        lookup_(lookup),
        pool_(pool),
        report_(report),
        place_(place) {}

  bool run() {
    std::vector<Progress> progress(options_.items().size());
    for (bool again = true; again;) {
      again = false;
      for (size_t rank = 0; rank < progress.size(); ++rank) {
        const auto& [name, value] = options_.items()[rank];
        if (progress[rank].done || !value || is_untouched(name)) continue;
        if (!substitute(name, *value, progress[rank])) return false;
        if (text_ == *value) continue;
        again = again || !progress[rank].done;
        options_.set_at(rank, pool_.keep(text_));
      }
    }
    return true;
  }

 private:
  struct Progress {
    bool done = false;
    OrderedMap<std::string_view, int> counts;  // replacements of each tag
  };

  bool is_untouched(std::string_view name) const {
    return std::find(untouched_.begin(), untouched_.end(), name) != untouched_.end();
  }

  // Leaves in text_ what becomes of the text. What a tag stands for is settled and what is inserted
  // is searched as well, so nothing is left for another pass, unless an insertion may have
  // completed a tag that begins before it.
  bool substitute(std::string_view option, std::string_view text, Progress& progress) {
    text_ = text;
    progress.done = true;
    for (Tag tag = find_tag(text_, 0); tag.found();) {
      if (is_untouched(tag.name)) {
        tag = find_tag(text_, tag.end());
        continue;
      }
      const int* used = progress.counts.find(tag.name);
      if (tag.name == option || (used && *used > kMaxTagReplacements))
        return circle(option, tag.name);
      Texts::Text replacement = options_.find(tag.name);
      if (!replacement) replacement = lookup_(tag.name);
      if (!replacement) {
        tag = find_tag(text_, tag.end());
        continue;
      }
      if (!report_.spend(text_.size() + replacement->size())) return false;
      if (!replace_tag(text_, tag, *replacement, next_)) return too_long(option);
      progress.done = progress.done && !is_inside_name(text_, tag.begin);
      ++progress.counts.try_emplace(used ? tag.name : pool_.keep(tag.name)).first;
      std::swap(current_, next_);
      text_ = current_;
      tag = find_tag(text_, tag.begin);
    }
    return true;
  }

  bool circle(std::string_view option, std::string_view tag) {
    std::string written = '<' + std::string(tag) + '>';
    report_.fatal(
        "properties contain self referencing definitions and cannot be resolved: option '" +
            std::string(option) + "' leads back to " + written,
        place_(option, tag), "break the circle of <tag> references");
    return false;
  }

  bool too_long(std::string_view option) {
    report_.fatal("option '" + std::string(option) + "' grows beyond " +
                      std::to_string(kMaxSubstitutedBytes) + " bytes",
                  place_(option, {}), "its <tag> references multiply; use fewer of them");
    return false;
  }

  Texts& options_;
  const TagNames& untouched_;
  const TagLookup& lookup_;
  TextPool& pool_;
  Report& report_;
  const std::function<Place(std::string_view, std::string_view)>& place_;
  std::string_view text_;  // the option's value, or current_
  std::string current_;
  std::string next_;
};

}  // namespace

bool substitute_tags(Texts& options, const TagNames& untouched, const TagLookup& lookup,
                     TextPool& pool, Report& report,
                     const std::function<Place(std::string_view, std::string_view)>& place) {
  return Substitution(options, untouched, lookup, pool, report, place).run();
}

}  // namespace gaoler::config
