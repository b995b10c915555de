#include "jail/ban_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace gaoler::jail {
namespace {

constexpr std::array<std::string_view, 7> kOptions{
    "increment", "overalljails", "factor", "formula", "multipliers", "maxtime", "rndtime"};
constexpr std::string_view kDefaultFormula =
    "ban.Time * (1 << (ban.Count if ban.Count < 20 else 20)) * banFactor";
constexpr size_t kMaxMultipliers = 1000;
constexpr int kMaxDoublings = 20;

// As Python would hold it: a whole number of seconds is an int.
Formula::Number as_number(double value) {
  if (std::abs(value) < 1e15 && value == std::trunc(value)) return static_cast<int64_t>(value);
  return value;
}

Formula::Names names_of(base::Seconds ban_time, int count, const Formula::Number& factor) {
  return [=](std::string_view name) -> std::optional<Formula::Number> {
    if (name == "ban.Time") return as_number(ban_time);
    if (name == "ban.Count") return int64_t{count};
    if (name == "banFactor") return factor;
    return std::nullopt;
  };
}

base::Result<Formula> compile_formula(std::string_view text) {
  return Formula::compile(text, names_of(1, 1, int64_t{1}));
}

base::Error refused(std::string_view option, const std::string& why) {
  return base::Error{"bantime." + std::string(option) + ": " + why};
}

base::Result<std::vector<int64_t>> parse_multipliers(std::string_view text) {
  std::vector<int64_t> numbers;
  if (text.empty()) return numbers;
  for (const std::string_view word : base::split(text, ' ')) {
    const std::string_view digits = base::trim(word);
    int64_t number = 0;
    const auto [end, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || problem != std::errc() || end != digits.data() + digits.size()) {
      return refused(
          "multipliers",
          "'" + std::string(word) + "' is not a whole number (separate them by one blank each)");
    }
    if (numbers.size() == kMaxMultipliers) {
      return refused("multipliers", "more than " + std::to_string(kMaxMultipliers));
    }
    numbers.push_back(number);
  }
  return numbers;
}

base::Result<Formula::Number> evaluate_factor(std::string_view text) {
  const auto formula = Formula::compile(text);
  if (!formula) return formula.error();
  return formula->evaluate();
}

}  // namespace

BanTime::BanTime() : formula_(compile_formula(kDefaultFormula).value()) {}

bool BanTime::is_option(std::string_view name) {
  return std::find(kOptions.begin(), kOptions.end(), name) != kOptions.end();
}

base::Result<void> BanTime::set(std::string_view name, std::string_view value) {
  if (!is_option(name)) return refused(name, "no such option");
  if (const auto taken = take(name, value); !taken) return taken.error();
  std::erase_if(texts_, [&](const auto& entry) { return entry.first == name; });
  if (!value.empty()) texts_.emplace_back(name, value);
  return {};
}

base::Result<void> BanTime::take(std::string_view name, std::string_view value) {
  if (name == "increment") return increment_ = base::parse_bool(value), base::Result<void>();
  if (name == "overalljails") return overall_jails_ = base::parse_bool(value), base::Result<void>();
  if (name == "maxtime") return take_duration(name, value, max_time_);
  if (name == "rndtime") return take_duration(name, value, random_time_);
  if (name == "multipliers") {
    auto numbers = parse_multipliers(value);
    if (!numbers) return numbers.error();
    multipliers_ = std::move(*numbers);
    return {};
  }
  if (name == "factor") {
    const auto number = evaluate_factor(value.empty() ? "1" : value);
    if (!number) return refused(name, number.error().message);
    factor_ = *number;
    return {};
  }
  auto formula = compile_formula(value.empty() ? kDefaultFormula : value);
  if (!formula) return refused(name, formula.error().message);
  formula_ = std::move(*formula);
  return {};
}

base::Result<void> BanTime::take_duration(std::string_view name, std::string_view value,
                                          std::optional<base::Duration>& into) {
  if (value.empty()) return into.reset(), base::Result<void>();
  const auto duration = base::read_duration(value);
  if (!duration) return refused(name, duration.error().message);
  into = *duration;
  return {};
}

std::optional<std::string> BanTime::text_of(std::string_view name) const {
  for (const auto& [known, text] : texts_) {
    if (known == name) return text;
  }
  return std::nullopt;
}

base::Seconds BanTime::longest(base::Seconds jail_ban_time) const {
  if (!increment_) return jail_ban_time;
  return max_time_ ? max_time_->seconds : base::kForever;
}

base::Result<base::Seconds> BanTime::next(base::Seconds ban_time, int count,
                                          const Random& random) const {
  double time = 0;
  if (!multipliers_.empty()) {
    const size_t last = multipliers_.size() - 1;
    const size_t index = std::min(static_cast<size_t>(std::max(count, 0)), last);
    time = ban_time * to_double(factor_) * static_cast<double>(multipliers_[index]);
  } else {
    const auto result = formula_.evaluate(names_of(ban_time, count, factor_));
    if (!result) return refused("formula", result.error().message);
    time = std::max(ban_time, to_double(*result));
  }
  if (max_time_) time = std::min(time, max_time_->seconds);
  if (random_time_) time += random() * random_time_->seconds;
  if (!std::isfinite(time)) return refused("formula", "the result is not a finite number");
  return time;
}

BanTime::Decision BanTime::decide(const Ticket& ticket, base::Seconds jail_ban_time,
                                  const std::optional<BanHistory>& history,
                                  const Random& random) const {
  Decision decision;
  decision.ban_time = ticket.ban_time.value_or(jail_ban_time);
  decision.ban_count = ticket.ban_count;
  if (!increment_ || ticket.ban_time || !(jail_ban_time > 0) || !history) return decision;
  decision.ban_count = std::max(ticket.ban_count, history->bans + 1);
  if (history->bans > 0) {
    const auto longer = next(jail_ban_time, history->bans, random);
    if (!longer) {
      decision.error = longer.error().message;
      return decision;
    }
    decision.ban_time = *longer;
  }
  decision.own = true;
  decision.increased = decision.ban_time != jail_ban_time;
  decision.known_bad = ticket.time > history->last_ban;
  decision.older_than_last = !decision.known_bad;
  return decision;
}

base::Seconds BanTime::prolong_delay(base::Seconds old_time, base::Seconds new_time) {
  return std::clamp(new_time - old_time - 5, 0.0, 10.0);
}

std::optional<KnownBadWeight> known_bad_weight(const std::optional<BanHistory>& history,
                                               base::UnixTime failure_time, int max_retry) {
  if (!history || failure_time <= history->last_ban) return std::nullopt;
  const int doublings = std::clamp(history->bans, 0, kMaxDoublings);
  const double weight = static_cast<double>(1 << doublings) / 2 + 1;
  const double retries = std::min<double>(weight, max_retry);
  if (retries <= 1) return std::nullopt;
  if (weight > max_retry) return KnownBadWeight{retries, std::to_string(max_retry)};
  const std::string fraction = weight == std::trunc(weight) ? ".0" : ".5";
  return KnownBadWeight{retries, std::to_string(static_cast<int64_t>(weight)) + fraction};
}

}  // namespace gaoler::jail
