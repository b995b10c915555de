#include "config/parameters.h"

#include <algorithm>

#include "config/characters.h"
#include "protocol/repr.h"

namespace gaoler::config {
namespace {

constexpr size_t kNone = std::string_view::npos;

bool ends_word(std::string_view text, size_t at) {
  return at == text.size() || blank_at(text, at) > 0;
}

size_t skip_key(std::string_view text, size_t at) {
  while (at < text.size()) {
    size_t size = text[at] == '-' || text[at] == '.' ? 1 : word_character_at(text, at);
    if (size == 0) break;
    at += size;
  }
  return at;
}

// The "=" behind the key at `at`, condition included ("addr?family=inet6="); kNone if there is no
// key.
size_t find_assignment(std::string_view text, size_t at) {
  size_t end = skip_key(text, at);
  if (end == at || end == text.size()) return kNone;
  if (text[end] == '=') return end;
  if (text[end] != '?') return kNone;
  size_t name_end = skip_key(text, end + 1);
  if (name_end == end + 1 || name_end == text.size() || text[name_end] != '=') return kNone;
  size_t value_end = skip_key(text, name_end + 1);
  bool closed = value_end > name_end + 1 && value_end < text.size() && text[value_end] == '=';
  return closed ? value_end : kNone;
}

// Behind a "]", blanks and a "[": where the next group of parameters begins; kNone if `at` is no
// such place.
size_t next_group(std::string_view text, size_t at) {
  if (at >= text.size() || text[at] != ']') return kNone;
  size_t open = skip_blanks(text, at + 1);
  return open < text.size() && text[open] == '[' ? open + 1 : kNone;
}

// What follows a word up to the next one: all blanks at the end of the text, else all but the last.
size_t take_blanks(std::string_view text, size_t at) {
  size_t end = skip_blanks(text, at);
  return end == text.size() || end == at ? end : end - blank_before(text, end);
}

// Finds the end of a bracketed group of parameters as fail2ban's pattern does, which tries the
// longest reading first and steps back from it. Places that once failed are not tried again, in any
// group of the text: the time stays linear.
class GroupReader {
 public:
  explicit GroupReader(std::string_view text) : text_(text) {}

  // Behind the group that begins with the "[" at `open`, and the blanks that go with it; kNone if
  // there is none.
  size_t read(size_t open) {
    visited_.resize(kStates * (text_.size() + 1), false);
    return search({State::before_key, skip_blanks(text_, open + 1)});
  }

 private:
  enum class State { before_key, in_bare_value, after_value, after_separator };
  static constexpr size_t kStates = 4;
  struct Step {
    State state;
    size_t at;
  };

  size_t search(Step first) {
    steps_.assign(1, first);
    while (!steps_.empty()) {
      Step step = steps_.back();
      steps_.pop_back();
      size_t place = kStates * step.at + static_cast<size_t>(step.state);
      if (visited_[place]) continue;
      visited_[place] = true;
      if (size_t end = take(step); end != kNone) return end;
    }
    return kNone;
  }

  // Pushes what may follow, the reading to try first last. The end of the group if this is one.
  size_t take(Step step) {
    switch (step.state) {
      case State::before_key:
        return take_key(step.at);
      case State::in_bare_value:
        push(State::after_value, step.at);
        if (step.at < text_.size() && text_[step.at] != ',' && text_[step.at] != ']') {
          push(State::in_bare_value, step.at + 1);
        }
        return kNone;
      case State::after_value:
        push(State::after_separator, step.at);
        if (size_t group = next_group(text_, step.at); group != kNone)
          push(State::after_separator, group);
        if (step.at < text_.size() && text_[step.at] == ',')
          push(State::after_separator, step.at + 1);
        if (size_t size = blank_at(text_, step.at)) push(State::after_value, step.at + size);
        return kNone;
      case State::after_separator:
        push(State::before_key, step.at);
        if (size_t size = blank_at(text_, step.at)) push(State::after_separator, step.at + size);
        return kNone;
    }
    return kNone;
  }

  size_t take_key(size_t at) {
    size_t assignment = find_assignment(text_, at);
    if (assignment != kNone) {
      size_t value = assignment + 1;
      push(State::in_bare_value, value);
      if (value < text_.size() && (text_[value] == '"' || text_[value] == '\'')) {
        size_t close = text_.find(text_[value], value + 1);
        if (close != kNone) push(State::after_value, close + 1);
      }
      return kNone;
    }
    if (at >= text_.size() || text_[at] != ']') return kNone;
    size_t end = take_blanks(text_, at + 1);
    return ends_word(text_, end) ? end : kNone;
  }

  void push(State state, size_t at) { steps_.push_back({state, at}); }

  std::string_view text_;
  std::vector<bool> visited_;
  std::vector<Step> steps_;
};

size_t skip_word(std::string_view text, size_t at) {
  while (!ends_word(text, at)) ++at;
  return at;
}

size_t action_end(std::string_view text, size_t begin, GroupReader& groups) {
  size_t name_end = begin;
  while (!ends_word(text, name_end) && text[name_end] != '[') ++name_end;
  if (name_end == begin) return skip_word(text, begin);
  size_t open = skip_blanks(text, name_end);
  if (open < text.size() && text[open] == '[') {
    if (size_t end = groups.read(open); end != kNone) return end;
  }
  return ends_word(text, name_end) ? take_blanks(text, name_end) : skip_word(text, begin);
}

class ParameterParser {
 public:
  explicit ParameterParser(std::string_view text) : text_(text) {}

  base::Result<Parameters> run() {
    Parameters parameters;
    for (size_t at = 0; at <= text_.size();) {
      size_t key = skip_blanks(text_, at);
      size_t assignment = find_assignment(text_, key);
      if (assignment == kNone) {
        size_t rest = skip_blanks(text_, at < text_.size() && text_[at] == ',' ? at + 1 : at);
        if (rest == text_.size()) return parameters;
        return unexpected_option(at);
      }
      Value value = read_value(assignment + 1);
      std::string name(text_.substr(key, assignment - key));
      size_t next = separator_end(value.end);
      if (next == kNone) return unexpected_syntax(value.end, name);
      if (parameters.size() == kMaxParameters) {
        return base::Error{"more than " + std::to_string(kMaxParameters) + " parameters"};
      }
      set(parameters, std::move(name), std::string(strip(value.text)));
      at = next;
    }
    return parameters;
  }

 private:
  struct Value {
    std::string_view text;
    size_t end;
  };

  Value read_value(size_t at) const {
    if (at < text_.size() && (text_[at] == '"' || text_[at] == '\'')) {
      size_t close = text_.find(text_[at], at + 1);
      if (close != kNone) return {text_.substr(at + 1, close - at - 1), close + 1};
    }
    size_t end = std::min(text_.find_first_of(",]", at), text_.size());
    return {text_.substr(at, end - at), end};
  }

  size_t separator_end(size_t at) const {
    if (at == text_.size()) return at;
    if (text_[at] == ',') return at + 1;
    if (size_t group = next_group(text_, at); group != kNone) return group;
    return at + 1 == text_.size() && text_[at] == '\n' ? at : kNone;
  }

  static void set(Parameters& parameters, std::string name, std::string value) {
    auto known = std::find_if(parameters.begin(), parameters.end(),
                              [&](const auto& p) { return p.first == name; });
    if (known != parameters.end()) {
      known->second = std::move(value);
    } else {
      parameters.emplace_back(std::move(name), std::move(value));
    }
  }

  static constexpr size_t kShownCharacters = 25;

  // The wording of these two is part of the command stream ("config-error").
  base::Error unexpected_syntax(size_t at, const std::string& name) const {
    return {"unexpected syntax at " + std::to_string(length(text_.substr(0, at))) +
            " after option " + protocol::repr_text(name) + ": " + shown(at)};
  }
  base::Error unexpected_option(size_t at) const {
    return {"expected option, wrong syntax at " + std::to_string(length(text_.substr(0, at))) +
            ": " + shown(at)};
  }
  std::string shown(size_t at) const {
    return std::string(first_characters(text_.substr(at), kShownCharacters));
  }

  std::string_view text_;
};

}  // namespace

std::vector<std::string_view> split_actions(std::string_view text) {
  std::vector<std::string_view> actions;
  GroupReader groups(text);
  for (size_t at = skip_blanks(text, 0); at < text.size(); at = skip_blanks(text, at)) {
    size_t end = action_end(text, at, groups);
    actions.push_back(strip_right(text.substr(at, end - at)));
    at = end;
  }
  return actions;
}

base::Result<NameWithParameters> parse_name_with_parameters(std::string_view text) {
  const base::Error no_such_form{"unexpected option syntax"};
  size_t open = text.find('[');
  std::string_view name = text.substr(0, open);
  if (name.empty()) return no_such_form;
  if (open == kNone) return NameWithParameters{std::string(name), {}};
  size_t close = text.rfind(']');
  if (close == kNone || close < open || !strip(text.substr(close + 1)).empty()) return no_such_form;
  base::Result<Parameters> parameters =
      ParameterParser(text.substr(open + 1, close - open - 1)).run();
  if (!parameters) return parameters.error();
  return NameWithParameters{std::string(name), *std::move(parameters)};
}

}  // namespace gaoler::config
