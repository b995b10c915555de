#include "filter/engine.h"

#include <algorithm>

#include "base/quote.h"
#include "filter/identity.h"

namespace gaoler::filter {

std::vector<Failure> Engine::find(const DatedLine& line, const LineContext& context) {
  std::vector<Failure> failures = find_in(line, context);
  counters.gave_up += gave_up_;
  match_.scratch.next_line();
  return failures;
}

std::vector<Failure> Engine::find_in(const DatedLine& line, const LineContext& context) {
  std::vector<Failure> failures;
  if (take(line)) return failures;
  if (asks_ignoreregexes_first() && any_ignoreregex(subject_)) return failures;
  Groups prefregex_groups;
  if (!pass_prefregex(prefregex_groups)) return failures;
  for (size_t number = 0; number < failregexes.size(); ++number) {
    Hit hit{number, {}, {}};
    if (!try_failregex(number, hit)) continue;
    if (!ignoreregexes.empty() && ignored(hit)) {
      if (rules.check_all_regexes) continue;
      break;
    }
    if (line.undated) {
      warn_undated(hit, context.now);
      if (!line.time && context.check_find_time) continue;
    }
    Next next = report(hit, prefregex_groups, context, failures);
    consume(hit);
    if (next == Next::next_line) break;
  }
  return failures;
}

// Brings the line in as what the expressions will see; or says that it can be spared them. A line
// that begins with its date is not copied before that is known.
bool Engine::take(const DatedLine& line) {
  line_ = &line;
  gave_up_ = false;
  notes.ignored_by.clear();
  if (rules.keep_undated) undated_line_.assign(line.before).append(line.after);
  if (multi_line()) {
    buffer_line(line);
    return spared(subject_);
  }
  const bool in_one = line.before.empty();
  if (in_one && spared(line.after)) return true;
  subject_.assign(line.before).append(line.after).push_back('\n');
  return !in_one && spared(subject_);
}

void Engine::buffer_line(const DatedLine& line) {
  buffer.push_back(line.copy());
  if (buffer.size() > static_cast<size_t>(max_lines)) {
    buffer.erase(buffer.begin(), buffer.end() - max_lines);
  }
  original_ = buffer;
  subject_ = join_undated(buffer);
}

// True if no failregex can match and nothing else that is to be known depends on the text. First
// the prefregex is asked: it is one, and mostly it decides.
bool Engine::spared(std::string_view text) {
  if (!rules.shortcuts) return false;
  Prefilters& prefilters = prefilters_ ? *prefilters_ : make_prefilters();
  // The content of a prefregex stays in a multi-line buffer.
  const bool leaves_traces =
      (multi_line() && prefregex) || (rules.exact_notes && asks_ignoreregexes_first());
  bool spare = !leaves_traces && !prefilters.prefregex.scan(text);
  if (spare) notes.prefregex_matched = false;
  if (!spare) {
    const bool possible = prefilters.failregexes.scan(text);
    spare = !possible && !leaves_traces && !(rules.exact_notes && prefregex);
  }
  counters.spared += spare;
  return spare;
}

Engine::Prefilters& Engine::make_prefilters() {
  std::vector<const regex::Literals*> literals;
  for (const Expression& expression : failregexes) {
    literals.push_back(&expression.pattern().literals());
  }
  const regex::Literals nothing;  // is required without a prefregex
  const regex::Literals& first = prefregex ? prefregex->pattern().literals() : nothing;
  return prefilters_.emplace(Prefilters{Prefilter({&first}), Prefilter(literals)});
}

// With far fewer ignoreregexes than failregexes it pays to ask them first; that a line can be
// ignored before the prefregex cut it is part of fail2ban's behaviour.
bool Engine::asks_ignoreregexes_first() const {
  return !ignoreregexes.empty() && ignoreregexes.size() + 2 < failregexes.size();
}

bool Engine::pass_prefregex(Groups& groups) {
  if (!prefregex) return true;
  notes.prefregex_matched = search(*prefregex, subject_);
  if (!notes.prefregex_matched) return false;
  groups = prefregex->groups(subject_, match_);
  if (rules.exact_notes) notes.prefregex_groups = groups;
  if (groups.truthy("content")) {
    std::string content = *groups.text("content");
    if (multi_line()) buffer.assign(1, MatchedLine{{}, {}, content});
    subject_ = std::move(content) + '\n';
  }
  groups.pop("content");
  return true;
}

bool Engine::try_failregex(size_t number, Hit& hit) {
  if (rules.shortcuts && !prefilters_->failregexes.may_match(number)) return false;
  Expression& expression = failregexes[number];
  if (!search(expression, subject_)) return false;
  hit.groups = expression.groups(subject_, match_);
  if (!multi_line()) {
    hit.lines.matched.push_back(line_->copy());
  } else {
    hit.lines =
        split_by_match(original_, subject_, match_.groups[0], expression.skipped(subject_, match_));
  }
  return true;
}

// After a match: on one line what the failregex saw decides, on several the lines that it matched.
bool Engine::ignored(const Hit& hit) {
  if (!any_ignoreregex(multi_line() ? join_undated(hit.lines.matched) : subject_)) return false;
  consume(hit);
  return true;
}

// Takes the matched lines out of what further failregexes and further lines see.
void Engine::consume(const Hit& hit) {
  if (multi_line()) {
    buffer = hit.lines.rest;
    subject_ = join_undated(buffer);
  } else if (!rules.check_all_regexes) {
    subject_ = "\n";
  }
}

bool Engine::any_ignoreregex(const std::string& subject) {
  bool found = false;
  for (size_t number = 0; number < ignoreregexes.size(); ++number) {
    Expression& expression = ignoreregexes[number];
    if (rules.shortcuts && !expression.pattern().literals().may_match(subject)) continue;
    if (!search(expression, subject)) continue;
    found = true;
    notes.ignored_by.push_back(number);
    if (!rules.check_all_regexes) break;
  }
  return found;
}

void Engine::warn_undated(const Hit& hit, base::UnixTime now) {
  if (!warnings_.due(Warnings::Kind::undated_match, now)) return;
  std::string lines;
  for (const MatchedLine& matched : hit.lines.matched) {
    if (!lines.empty()) lines += '\n';
    lines += matched.text();
  }
  warnings_.daily(
      Warnings::Kind::undated_match, now,
      {"Found a match but no valid date/time found for " + base::quoted(line_->date) + ".",
       "Match without a timestamp: " + lines,
       "Please try setting a custom date pattern (see man page jail.conf(5))."});
}

Engine::Next Engine::report(Hit& hit, const Groups& prefregex_groups, const LineContext& context,
                            std::vector<Failure>& failures) {
  Groups groups = prefregex_groups;
  groups.merge(hit.groups, /*absent_too=*/true);
  Attempt alone;
  Attempt* attempt = &alone;
  const std::string* connection = groups.text("mlfid");
  const bool connected = connection != nullptr;
  if (connected) {
    attempt = &connections_.merge(*connection, std::move(groups), hit.lines.matched, context.now);
    if (!attempt->is_failure() && !rules.check_all_regexes) return Next::next_line;
  } else {
    alone.groups = std::move(groups);
    alone.lines = std::move(hit.lines.matched);
  }
  auto identity = identify(attempt->groups, use_dns, rules.raw_names);
  if (identity && !identity->known && !connected) {
    warnings_.error("No group found in '" + subject_ + "' using '" + failregexes[hit.regex].text() +
                    "'");
    return Next::next_regex;
  }
  if (identity && !identity->known) {
    attempt->pending = true;
    if (!rules.check_all_regexes && !rules.report_pending) return Next::next_line;
  }
  if (identity) {
    if (identity->ip) attempt->groups.set("ip", *identity->ip);
    // What is known of a connection stays for its next line.
    failures.push_back(make_failure(*identity, connected ? Attempt(*attempt) : std::move(alone),
                                    hit.regex, context));
  }
  return rules.check_all_regexes ? Next::next_regex : Next::next_line;
}

Failure Engine::make_failure(const Identity& identity, Attempt attempt, size_t regex,
                             const LineContext& context) {
  Failure failure;
  failure.id = identity.id;
  failure.is_name = identity.is_name;
  failure.is_tuple = identity.is_tuple;
  failure.ip = identity.ip;
  failure.dated = line_->time.has_value();
  failure.time = line_->time.value_or(0);
  failure.whole_time = line_->whole;
  if (context.check_find_time) failure.time = std::min(failure.time, context.now);
  failure.lines = std::move(attempt.lines);
  failure.groups = std::move(attempt.groups);
  failure.regex = regex;
  failure.pending = !identity.known;
  return failure;
}

bool Engine::search(Expression& expression, const std::string& subject) {
  regex::Outcome outcome = expression.pattern().search(subject, match_);
  if (outcome == regex::Outcome::gave_up) {
    gave_up_ = true;
    if (!std::exchange(expression.gave_up_before, true)) {
      warnings_.warn(
          "A line took too much work to match and counts as not matching (said once). "
          "Please simplify the regular expression: " +
          expression.text());
    }
  }
  return outcome == regex::Outcome::matched;
}

}  // namespace gaoler::filter
