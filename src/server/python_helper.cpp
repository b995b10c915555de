#include "server/python_helper.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <filesystem>
#include <utility>

#include "base/duration_text.h"
#include "server/json_value.h"

namespace gaoler::server {
namespace {

using store::Json;

constexpr std::string_view kLogger = "fail2ban.actions";

// Beside the programs, wherever the package was put: PREFIX/bin and PREFIX/share/gaoler.
std::string script() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto beside = program.parent_path().parent_path() / "share/gaoler/python_actions.py";
  return std::filesystem::exists(beside, error) ? beside.string()
                                                : std::string(GAOLER_PYTHON_ACTIONS);
}

std::string text_of(const Json* json) {
  const auto* text = json != nullptr ? json->get<std::string>() : nullptr;
  return text != nullptr ? *text : std::string();
}

bool truth_of(const Json* json) {
  const auto* truth = json != nullptr ? json->get<bool>() : nullptr;
  return truth != nullptr && *truth;
}

// ["ValueError", [arguments], "text"]
std::pair<protocol::Exception, std::string> exception_of(const Json& error) {
  protocol::Exception exception{"builtins", "Exception", {}};
  const auto* parts = error.get<Json::List>();
  if (parts == nullptr || parts->size() < 3) return {exception, "unknown error"};
  exception.name = text_of(&(*parts)[0]);
  if (const auto* args = (*parts)[1].get<Json::List>()) {
    for (const Json& arg : *args) exception.args.push_back(value_of(arg));
  }
  return {exception, text_of(&(*parts)[2])};
}

}  // namespace

PythonHelper::PythonHelper(boost::asio::io_context& loop, base::LogSink& log, Spec spec,
                           std::function<base::Seconds()> ban_time)
    : loop_(loop),
      log_(log),
      spec_(std::move(spec)),
      ban_time_(std::move(ban_time)),
      deadline_(loop) {}

PythonHelper::~PythonHelper() {
  *alive_ = false;
}

void PythonHelper::log(base::LogLevel level, const std::string& text) const {
  log_.write(level, kLogger, "[" + spec_.jail + "] action " + spec_.name + ": " + text);
}

PythonHelper::Request PythonHelper::load_request() const {
  return {{{"do", Json{"load"}},
           {"file", Json{spec_.file}},
           {"jail", Json{spec_.jail}},
           {"name", Json{spec_.name}},
           {"options", spec_.options}},
          kAskTimeout,
          {}};
}

PythonHelper::Request PythonHelper::method_request(std::string method) const {
  return {{{"do", Json{"call"}},
           {"method", Json{std::move(method)}},
           {"options", spec_.options},
           {"tags", Json{}}},
          kAskTimeout,
          {}};
}

// Of an action whose process was lost; what it answers is in the log.
PythonHelper::Request PythonHelper::start_again() const {
  Request request = method_request("start");
  request.done = [](const Answer&) {};
  return request;
}

void PythonHelper::load(std::function<void(protocol::Reply, bool lost)> done) {
  // Any request makes the object first.
  push({{{"do", Json{"properties"}}}, kAskTimeout, [done = std::move(done)](Answer answer) {
          done(std::move(answer.reply), answer.lost);
        }});
}

void PythonHelper::set(const std::string& key, const std::vector<std::string>& values,
                       ReplyDone done) {
  Json::List all;
  for (const std::string& value : values) all.push_back(Json{value});
  push({{{"do", Json{"set"}}, {"key", Json{key}}, {"values", Json{std::move(all)}}},
        kAskTimeout,
        [done = std::move(done)](Answer answer) { done(std::move(answer.reply)); }});
}

void PythonHelper::get(const std::string& key, ReplyDone done) {
  push({{{"do", Json{"get"}}, {"key", Json{key}}},
        kAskTimeout,
        [done = std::move(done)](Answer answer) { done(std::move(answer.reply)); }});
}

void PythonHelper::list(std::string_view what, ReplyDone done) {
  push({{{"do", Json{std::string(what)}}}, kAskTimeout, [done = std::move(done)](Answer answer) {
          done(std::move(answer.reply));
        }});
}

void PythonHelper::call(const action::Step& step, std::function<void(bool ok)> done) {
  Request request = method_request(step.text);
  request.timeout = step.timeout;
  if (!step.args.empty()) {
    Json::Dict tags;
    for (size_t i = 0; i + 1 < step.args.size(); i += 2) {
      tags.emplace_back(step.args[i], Json{step.args[i + 1]});
    }
    request.content.back().value = Json{std::move(tags)};
  }
  request.done = [this, method = step.text, done = std::move(done)](Answer answer) {
    error_ = answer.error;
    const bool ok = answer.reply.code == 0;
    if (method == "start") started_ = ok;
    if (method == "stop") {
      started_ = false;
      process_.reset();
    }
    done(ok);
  };
  push(std::move(request));
}

void PythonHelper::push(Request request) {
  if (waiting_.size() >= kMaxWaiting) {
    boost::asio::post(loop_, [done = std::move(request.done)] {
      const std::string why = "too many calls wait for this action";
      done({failure("RuntimeError", why), why, true});
    });
    return;
  }
  waiting_.push_back(std::move(request));
  boost::asio::post(loop_, [this, alive = alive_] {
    if (*alive) pump();
  });
}

void PythonHelper::pump() {
  if (current_ || waiting_.empty()) return;
  if (!process_) {
    current_ = load_request();
    current_->done = [this](Answer answer) {
      if (answer.reply.code == 0) {
        if (started_) waiting_.push_front(start_again());
        return;
      }
      // Without the object the request that waits for it fails for the same reason.
      process_.reset();
      Request first = std::move(waiting_.front());
      waiting_.pop_front();
      first.done(std::move(answer));
    };
    if (const auto begun = start_process(); !begun) return lose(begun.error().message);
    return send();
  }
  current_ = std::move(waiting_.front());
  waiting_.pop_front();
  send();
}

base::Result<void> PythonHelper::start_process() {
  complaints_ = 0;
  auto process = sys::LineProcess::start(
      loop_, {"python3", "-u", script()},
      {[this](const std::string& line) { on_line(line); },
       [this](const std::string& line) { on_complaint(line); },
       [this](const std::string& why) { lose("its process is gone: " + why); }});
  if (!process) {
    return base::Error{process.error().message +
                       "; install python3 or take the action out of the configuration"};
  }
  process_ = std::move(*process);
  return {};
}

void PythonHelper::send() {
  complaints_ = 0;
  current_->content.emplace_back("bantime", Json{static_cast<int64_t>(ban_time_())});
  process_->write(store::write_json(Json{std::move(current_->content)}));
  deadline_.expires_after(
      std::chrono::milliseconds(static_cast<int64_t>(current_->timeout * 1000)));
  deadline_.async_wait([this, alive = alive_, timeout = current_->timeout,
                        number = ++number_](boost::system::error_code error) {
    if (error || !*alive || !current_ || number != number_) return;
    lose("no answer within " + base::duration_text(timeout) + "; its process is ended");
  });
}

void PythonHelper::on_line(const std::string& line) {
  const auto json = store::read_json(line);
  const Json* record = json ? json->find("log") : nullptr;
  if (record != nullptr) return on_log(*record);
  const Json* result = json ? json->find("ok") : nullptr;
  const Json* error = json ? json->find("error") : nullptr;
  if (!current_ || (result == nullptr && error == nullptr)) {
    return lose("its process sent what is no answer");
  }
  take_traits(*json);
  if (result != nullptr) return finish({ok(value_of(*result)), "", false});
  auto [exception, text] = exception_of(*error);
  if (const std::string where = text_of(json->find("where")); !where.empty()) {
    log(base::LogLevel::error, where + ": " + text);
  }
  finish({{1, std::move(exception)}, std::move(text), false});
}

void PythonHelper::take_traits(const Json& answer) {
  const Json* traits = answer.find("traits");
  if (traits == nullptr) return;
  traits_ = {truth_of(traits->find("norestored")), truth_of(traits->find("prolong")),
             truth_of(traits->find("flush")), truth_of(traits->find("reload"))};
}

// [level, logger, text]
void PythonHelper::on_log(const Json& record) {
  const auto* parts = record.get<Json::List>();
  if (parts == nullptr || parts->size() != 3) return;
  const auto* level = (*parts)[0].get<int64_t>();
  std::string logger = text_of(&(*parts)[1]);
  if (logger.empty()) logger = kLogger;
  log_.write(static_cast<base::LogLevel>(level != nullptr ? *level : 20), logger,
             text_of(&(*parts)[2]));
}

void PythonHelper::on_complaint(const std::string& line) {
  if (++complaints_ > kMaxComplaints) return;
  log(base::LogLevel::warning,
      complaints_ == kMaxComplaints ? "says more than is logged" : "said: " + line);
}

void PythonHelper::lose(const std::string& why) {
  process_.reset();
  log(base::LogLevel::error, why);
  if (current_) finish({failure("RuntimeError", why), why, true});
}

void PythonHelper::finish(Answer answer) {
  deadline_.cancel();
  Request over = std::move(*current_);
  current_.reset();
  over.done(std::move(answer));
  boost::asio::post(loop_, [this, alive = alive_] {
    if (*alive) pump();
  });
}

}  // namespace gaoler::server
