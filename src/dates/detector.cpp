#include "dates/detector.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "dates/default_templates.h"

namespace gaoler::dates {
namespace {

constexpr base::Seconds kUnused = 300;  // a template that did not win for so long loses its place

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// Not ASCII counts as a letter: then the whole line is searched, which is always right.
bool is_alnum(std::string_view character) {
  const auto byte = static_cast<unsigned char>(character.empty() ? ' ' : character[0]);
  return byte >= 0x80 || std::isalnum(byte) != 0;
}

// Mostly it is the same already; true if not.
bool replace(std::string& text, std::string_view by) {
  if (text == by) return false;
  text = by;
  return true;
}

}  // namespace

// A line with positions in characters; in front of the first byte that is not ASCII they are bytes.
class Detector::Line {
 public:
  Line(std::string_view text, base::UnixTime now) : text_(text), now_(now) {}

  std::string_view text() const { return text_; }
  base::UnixTime now() const { return now_; }

  // Of the character at this position; the size of the text when it is behind the end.
  size_t byte(size_t character) const {
    if (is_ascii_to(character)) return std::min(character, text_.size());
    size_t at = 0;
    for (; at < text_.size(); ++at) {
      if (!is_continuation(text_[at]) && character-- == 0) break;
    }
    return at;
  }

  size_t character(size_t byte) const {
    if (is_ascii_to(byte)) return byte;
    return static_cast<size_t>(std::count_if(text_.begin(), text_.begin() + static_cast<long>(byte),
                                             [](char c) { return !is_continuation(c); }));
  }

  // Empty in front of the line and behind it.
  std::string_view at(size_t character) const {
    const size_t begin = byte(character);
    size_t end = std::min(begin + 1, text_.size());
    while (end < text_.size() && is_continuation(text_[end])) ++end;
    return text_.substr(begin, end - begin);
  }
  std::string_view before(size_t character) const {
    return character == 0 ? std::string_view() : at(character - 1);
  }

 private:
  bool is_ascii_to(size_t end) const {
    end = std::min(end, text_.size());
    while (ascii_ < end && (text_[ascii_] & 0x80) == 0) ++ascii_;
    return ascii_ >= end;
  }

  std::string_view text_;
  base::UnixTime now_;
  mutable size_t ascii_ = 0;  // so many bytes in front are known to be ASCII
};

double Detector::Entry::weight() const {
  return static_cast<double>(hits) * date_template.weight() /
         static_cast<double>(std::max<size_t>(1, distance));
}

Detector::Detector() {
  (void)add(default_templates(), false);
}

base::Result<Detector> Detector::from_pattern(std::string_view pattern) {
  if (pattern.size() > kMaxPatternBytes) {
    return base::Error{"Failed to set datepattern: it is longer than " +
                       std::to_string(kMaxPatternBytes) + " bytes"};
  }
  Detector detector{WithoutTemplates()};
  for (std::string_view line : base::split(pattern, '\n')) {
    line = base::trim(line);
    if (line.empty()) continue;
    const base::Result<void> added = detector.add_line(line);
    if (!added) return added.error();
  }
  if (detector.entries_.empty()) return Detector();
  return detector;
}

base::Result<void> Detector::add_line(std::string_view line) {
  const std::string key = base::to_upper(line);
  // As fail2ban 1.1: it adds nothing to other templates, and alone leaves the default list.
  if (key == "{DEFAULT}") return {};
  if (key == "{^LN-BEG}") return add(line_begin_templates(), !entries_.empty());
  std::vector<DateTemplate> templates;
  if (holds_date_mark(line)) {
    base::Result<std::vector<DateTemplate>> made = wrapped_templates(line);
    if (!made) return made.error();
    templates = std::move(*made);
  } else {
    base::Result<DateTemplate> made = DateTemplate::from_line(line);
    if (!made) return made.error();
    templates.push_back(std::move(*made));
  }
  const base::Result<void> checked = templates.front().check();
  if (!checked) return checked.error();
  return add(std::move(templates), templates.size() > 1 && !entries_.empty());
}

base::Result<void> Detector::add(std::vector<DateTemplate> templates, bool skip_known) {
  for (DateTemplate& added : templates) {
    const auto known = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
      return entry.date_template.name() == added.name();
    });
    if (known != entries_.end() && skip_known) {
      // One template to fail2ban, whichever way it came in.
      known->date_template.set_weight(added.weight());
      continue;
    }
    if (known != entries_.end())
      return base::Error{"There is already a template with name " + added.name()};
    if (entries_.size() == kMaxTemplates) {
      return base::Error{"Failed to set datepattern: more than " + std::to_string(kMaxTemplates) +
                         " templates"};
    }
    entries_.push_back({std::move(added)});
  }
  return {};
}

bool Detector::needs_date() const {
  return entries_.size() != 1 || entries_.front().date_template.pattern() != "{UNB}^";
}

std::vector<Detector::Description> Detector::describe() const {
  std::vector<Description> list;
  for (const Entry& entry : entries_) {
    const DateTemplate& made = entry.date_template;
    list.push_back(
        {made.pattern(), made.name(), made.regex(), made.weight(), entry.weight(), entry.hits});
  }
  return list;
}

std::optional<Found> Detector::find(std::string_view text, base::UnixTime now) {
  text = text.substr(0, kMaxSearchedBytes);
  if (shortcuts_ && last_date_.fits(text)) {
    if (const std::optional<Found> again = find_again(text, now)) return again;
  }
  const Line line(text, now);
  found_again_.reset();
  const std::optional<Candidate> winner = choose(line);
  if (!winner) return std::nullopt;
  learn(*winner, line);
  const DateTemplate& used = entries_[last_index_].date_template;
  Found found;
  found.template_name = &used.name();
  const regex::Span date = match_.groups.size() > 1 ? match_.groups[1] : match_.groups[0];
  if (!date.participated() || date.begin == date.end) return found;
  found.begin = date.begin;
  found.end = date.end;
  const std::optional<Reading> reading = used.read(text, match_, {now, default_offset_, local_});
  if (reading) found.time = reading->time;
  found.whole = used.last_was_whole(default_offset_.has_value());
  last_found_ = found;
  if (reading) remember(text, *reading);
  return found;
}

// The line looks like the last one: what find() would find, and would learn from it.
std::optional<Found> Detector::find_again(std::string_view line, base::UnixTime now) {
  const ClockSpan& even_hour = last_date_.even_hour();
  if (!even_hour.is_always() && !even_hour.holds(local_.wall_at(now))) return std::nullopt;
  const std::optional<base::UnixTime> time = last_date_.time(line);
  if (!time) return std::nullopt;
  Entry& entry = entries_[last_index_];
  ++entry.hits;
  ++entry.matches;
  entry.last_used = now;
  place_.first = line[place_.begin];
  place_.last = line[place_.end - 1];
  last_found_.time = time;
  last_found_.template_name = &entry.date_template.name();
  return last_found_;
}

// Learning costs more than a search: it waits for two lines that are found alike and near in time.
void Detector::remember(std::string_view line, const Reading& reading) {
  constexpr base::Seconds kNear = 3600;
  const base::UnixTime before = std::exchange(last_time_, reading.time);
  const bool is_near = std::abs(reading.time - before) <= kNear;
  // The C library reads an hour that comes twice by the time it was asked before: from another
  // season nobody may go back to a known hour without asking it.
  if (!is_near) last_date_.forget();
  if (!found_again_ || !is_near) return;
  last_date_.learn(line, *found_again_, entries_[last_index_].date_template, match_, reading);
}

std::optional<Detector::Candidate> Detector::search(size_t index, const Line& line) {
  Entry& entry = entries_[index];
  if (!entry.date_template.search(line.text(), 0, line.now(), match_)) return std::nullopt;
  ++entry.matches;
  const regex::Span& all = match_.groups[0];
  return Candidate{index, line.character(all.begin), line.character(all.end)};
}

// Only in the part of the line where the last date stood; a shorter or shifted one is found too.
std::optional<Detector::Candidate> Detector::search_at_place(size_t index, const Line& line) {
  Entry& entry = entries_[index];
  const std::string_view part = line.text().substr(0, line.byte(place_.end));
  const size_t from = line.byte(place_.begin);
  if (from > part.size()) return std::nullopt;
  if (!entry.date_template.search(part, from, line.now(), match_)) return std::nullopt;
  ++entry.matches;
  const regex::Span& all = match_.groups[0];
  return Candidate{index, line.character(all.begin), line.character(all.end)};
}

// The same character stands outside at each end, or else the same sign inside of it.
bool Detector::is_place(const Line& line) const {
  const bool begins = line.before(place_.begin) == place_.before ||
                      (line.at(place_.begin) == place_.first && !is_alnum(place_.first));
  return begins && (line.at(place_.end) == place_.after ||
                    (line.before(place_.end) == place_.last && !is_alnum(place_.last)));
}

// First the template that won last time, at the same place; if that fails or the date has moved,
// all of them compete, and the moved one may be the best.
std::optional<Detector::Candidate> Detector::choose(const Line& line) {
  size_t skipped = kFar;
  Candidate reserve;
  if (last_index_ < entries_.size()) {
    const bool anchored = entries_[last_index_].date_template.is_anchored();
    const bool at_place = !anchored && is_place(line);
    const std::optional<Candidate> same =
        at_place ? search_at_place(last_index_, line) : search(last_index_, line);
    if (!at_place) skipped = last_index_;
    if (same) {
      const bool moved = same->begin != place_.begin || same->end != place_.end;
      if (!moved && at_place) found_again_ = {line.byte(place_.begin), line.byte(place_.end)};
      if (!moved && anchored) found_again_ = {0, line.text().size()};
      if (entries_.size() == 1 || anchored || !moved) return same;
      reserve = *same;
      reserve_match_.groups = match_.groups;
    }
  }
  return choose_among_all(line, skipped, reserve);
}

std::optional<Detector::Candidate> Detector::choose_among_all(const Line& line, size_t skipped,
                                                              Candidate reserve) {
  for (size_t index = 0; index < entries_.size(); ++index) {
    if (index == skipped) continue;
    const std::optional<Candidate> candidate = search(index, line);
    if (!candidate) continue;
    if (wins_at_once(*candidate)) return candidate;
    if (candidate->begin < reserve.begin) {
      reserve = *candidate;
      reserve_match_.groups = match_.groups;
    }
  }
  if (reserve.index == kFar) return std::nullopt;
  match_.groups = reserve_match_.groups;
  return reserve;
}

// A date farther to the right than before may stand in the message: then one in front of it is
// looked for.
bool Detector::wins_at_once(const Candidate& candidate) const {
  const Entry& entry = entries_[candidate.index];
  if (candidate.index + 1 == entries_.size() || entry.date_template.is_anchored()) return true;
  if (candidate.begin == 0 && entry.hits > 0 && entries_[candidate.index + 1].matches == 0) {
    return true;
  }
  return candidate.begin <= entry.distance && candidate.begin <= place_.begin;
}

void Detector::learn(const Candidate& winner, const Line& line) {
  Entry& entry = entries_[winner.index];
  ++entry.hits;
  entry.last_used = line.now();
  entry.distance = winner.begin;
  if (first_unused_ == winner.index) ++first_unused_;
  place_.begin = winner.begin;
  place_.end = winner.end;
  replace(place_.first, line.at(winner.begin));
  replace(place_.last, line.before(winner.end));
  const bool other_before = replace(place_.before, line.before(winner.begin));
  const bool other_after = replace(place_.after, line.at(winner.end));
  if (!found_again_ || other_before || other_after) last_date_.forget();
  const bool same = winner.index == 0 || winner.index == last_index_;
  last_index_ = same ? winner.index : bubble_up(winner.index);
}

// Moves a template towards the front: to the first place never used, or half the way, or else by
// one; past templates that weigh less or did not win for a while. Its new index.
size_t Detector::bubble_up(size_t index) {
  const Entry& entry = entries_[index];
  const auto gives_way = [&](size_t position) {
    const Entry& other = entries_[position];
    return entry.weight() > other.weight() || entry.last_used - kUnused > other.last_used;
  };
  size_t position = first_unused_ < index ? first_unused_ : index / 2;
  if (!gives_way(position)) {
    if (position == index - 1) return index;
    position = index - 1;
    if (!gives_way(position)) return index;
  }
  const auto at = [&](size_t i) { return entries_.begin() + static_cast<std::ptrdiff_t>(i); };
  std::rotate(at(position), at(index), at(index + 1));
  while (first_unused_ < entries_.size() && entries_[first_unused_].hits > 0) ++first_unused_;
  return position;
}

}  // namespace gaoler::dates
