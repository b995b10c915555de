#include "filter/filter.h"

#include "filter/engine.h"
#include "filter/line_dates.h"
#include "filter/warnings.h"

namespace gaoler::filter {

struct Filter::State {
  State(std::string jail, base::LogSink& log)
      : warnings(std::move(jail), log), dates(warnings), engine(warnings) {}

  std::vector<Failure> process(const DatedLine& line, const LineContext& context) {
    ++engine.counters.lines;
    if (line.too_old) return {};
    return engine.find(line, context);
  }

  Warnings warnings;
  LineDates dates;
  Engine engine;
  std::optional<std::string> zone_text;
  std::optional<dates::Zone> zone;
};

namespace {

std::vector<std::string> texts(const std::vector<Expression>& expressions) {
  std::vector<std::string> result;
  for (const Expression& expression : expressions) result.push_back(expression.text());
  return result;
}

void remove(std::vector<Expression>& expressions, long index, Warnings& warnings) {
  const long size = static_cast<long>(expressions.size());
  if (index >= size || index < -size) {
    warnings.error("Cannot remove regular expression. Index " + std::to_string(index) +
                   " is not valid");
    return;
  }
  expressions.erase(expressions.begin() + (index < 0 ? index + size : index));
}

}  // namespace

Filter::Filter(std::string jail_name, base::LogSink& log)
    : state_(std::make_unique<State>(std::move(jail_name), log)) {}
Filter::~Filter() = default;
Filter::Filter(Filter&&) noexcept = default;
Filter& Filter::operator=(Filter&&) noexcept = default;

void Filter::set_use_dns(UseDns use_dns) {
  state_->engine.use_dns = use_dns;
}
UseDns Filter::use_dns() const {
  return state_->engine.use_dns;
}

base::Result<void> Filter::set_max_lines(int lines) {
  if (lines <= 0) return base::Error{"maxlines must be integer greater than zero"};
  state_->engine.max_lines = lines;
  return {};
}
int Filter::max_lines() const {
  return state_->engine.max_lines;
}

base::Result<void> Filter::set_prefregex(std::string_view regex) {
  Engine& engine = state_->engine;
  engine.expressions_changed();
  if (regex.empty()) {
    engine.prefregex.reset();
    return {};
  }
  auto expression = Expression::compile(regex, engine.use_dns, /*multiline=*/false);
  if (!expression) return expression.error();
  engine.prefregex = std::move(*expression);
  return {};
}

std::optional<std::string> Filter::prefregex() const {
  const auto& prefregex = state_->engine.prefregex;
  return prefregex ? std::optional(prefregex->text()) : std::nullopt;
}

base::Result<void> Filter::add_failregex(std::string_view regex) {
  Engine& engine = state_->engine;
  auto expression = Expression::compile(regex, engine.use_dns, engine.max_lines > 1);
  if (expression && !expression->has_id() && !(engine.prefregex && engine.prefregex->has_id())) {
    expression = base::Error{"No failure-id group in '" + expression->text() + "'"};
  }
  if (!expression) {
    state_->warnings.error(expression.error().message);
    return expression.error();
  }
  engine.failregexes.push_back(std::move(*expression));
  engine.expressions_changed();
  return {};
}

void Filter::remove_failregex(long index) {
  remove(state_->engine.failregexes, index, state_->warnings);
  state_->engine.expressions_changed();
}
void Filter::clear_failregexes() {
  state_->engine.failregexes.clear();
  state_->engine.expressions_changed();
}
std::vector<std::string> Filter::failregexes() const {
  return texts(state_->engine.failregexes);
}

base::Result<void> Filter::add_ignoreregex(std::string_view regex) {
  auto expression = Expression::compile(regex, state_->engine.use_dns, /*multiline=*/false);
  if (!expression) {
    state_->warnings.error(expression.error().message);
    return expression.error();
  }
  state_->engine.ignoreregexes.push_back(std::move(*expression));
  return {};
}

void Filter::remove_ignoreregex(long index) {
  remove(state_->engine.ignoreregexes, index, state_->warnings);
}
void Filter::clear_ignoreregexes() {
  state_->engine.ignoreregexes.clear();
}
std::vector<std::string> Filter::ignoreregexes() const {
  return texts(state_->engine.ignoreregexes);
}

void Filter::set_detector(dates::Detector detector) {
  if (state_->zone) detector.set_default_zone(*state_->zone);
  detector.set_shortcuts(state_->engine.rules.shortcuts);
  state_->dates.set_detector(std::move(detector));
}

base::Result<void> Filter::set_date_pattern(std::string_view pattern) {
  auto detector = dates::Detector::from_pattern(pattern);
  if (!detector) return detector.error();
  set_detector(std::move(*detector));
  return {};
}

const dates::Detector& Filter::detector() const {
  return state_->dates.detector();
}

base::Result<void> Filter::set_log_timezone(std::string_view text) {
  auto zone = dates::Zone::parse(text);
  if (!zone) return zone.error();
  state_->zone_text = text;
  state_->zone = *zone;
  state_->dates.detector().set_default_zone(*zone);
  return {};
}

std::optional<std::string> Filter::log_timezone() const {
  return state_->zone_text;
}

void Filter::set_rules(const Rules& rules) {
  state_->engine.rules = rules;
  state_->dates.detector().set_shortcuts(rules.shortcuts);
}

std::vector<Failure> Filter::process_line(std::string_view line, const LineContext& context) {
  return state_->process(state_->dates.find(line, context), context);
}

std::vector<Failure> Filter::process_entry(const MatchedLine& entry, base::UnixTime time,
                                           const LineContext& context) {
  return state_->process(state_->dates.accept(entry, time, context), context);
}

std::optional<base::UnixTime> Filter::time_of(std::string_view line, base::UnixTime now) {
  const auto found = state_->dates.detector().find(line, now);
  return found && found->begin < found->end ? found->time : std::nullopt;
}

void Filter::clear_lines() {
  state_->engine.buffer.clear();
}

const Counters& Filter::counters() const {
  return state_->engine.counters;
}
const LineNotes& Filter::notes() const {
  return state_->engine.notes;
}
const std::vector<MatchedLine>& Filter::buffered_lines() const {
  return state_->engine.buffer;
}
std::string Filter::undated_line() const {
  return state_->engine.undated_line();
}

}  // namespace gaoler::filter
