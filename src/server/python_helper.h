// PythonHelper: the object behind one Python action, in a process of its own.
//
// python_actions.py runs there and is talked to in lines of JSON, one request at a time; those that
// come meanwhile wait. It is started when the first request comes and ends after `stop`. If it
// dies, sends nonsense or does not answer in time, it is ended, the request fails, and the next one
// starts it anew (with `start`, if the action was started). Nothing of this ever blocks the loop.
// One thread.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "action/python_action.h"
#include "base/log.h"
#include "base/time.h"
#include "server/reply.h"
#include "store/json.h"
#include "sys/line_process.h"

namespace boost::asio {
class io_context;
}

namespace gaoler::server {

class PythonHelper : public action::PythonCallee {
 public:
  static constexpr size_t kMaxWaiting = 10'000;
  static constexpr base::Seconds kAskTimeout = 60;
  static constexpr size_t kMaxComplaints = 100;  // lines of stderr in the log per request

  struct Spec {
    std::string file;
    std::string jail;
    std::string name;
    store::Json options;  // a dictionary
    std::string content;  // of the file when it was read

    friend bool operator==(const Spec&, const Spec&) = default;
  };

  // Loop and log are lent. ban_time: the jail's, asked at every request.
  PythonHelper(boost::asio::io_context& loop, base::LogSink& log, Spec spec,
               std::function<base::Seconds()> ban_time);
  ~PythonHelper() override;

  const Spec& spec() const { return spec_; }

  // Makes the object. `lost` tells a process that cannot be had from an error of the file's code.
  // `done` must not destroy this.
  void load(std::function<void(protocol::Reply, bool lost)> done);
  // `set J action A key values...`, get, properties, methods.
  void set(const std::string& key, const std::vector<std::string>& values, ReplyDone done);
  void get(const std::string& key, ReplyDone done);
  void list(std::string_view what, ReplyDone done);  // "properties" or "methods"

  const action::PythonTraits& traits() const override { return traits_; }
  const std::string& error() const override { return error_; }
  void call(const action::Step& step, std::function<void(bool ok)> done) override;

 private:
  struct Answer {
    protocol::Reply reply;
    std::string error;  // as text
    bool lost = false;  // no answer: the process is gone
  };
  using AnswerDone = std::function<void(Answer)>;
  struct Request {
    store::Json::Dict content;
    base::Seconds timeout = kAskTimeout;
    AnswerDone done;
  };

  void push(Request request);
  void pump();
  base::Result<void> start_process();
  void send();
  void on_line(const std::string& line);
  void on_log(const store::Json& record);
  void on_complaint(const std::string& line);
  void lose(const std::string& why);
  void finish(Answer answer);
  void take_traits(const store::Json& answer);
  Request load_request() const;
  Request method_request(std::string method) const;
  Request start_again() const;
  void log(base::LogLevel level, const std::string& text) const;

  boost::asio::io_context& loop_;
  base::LogSink& log_;
  Spec spec_;
  std::function<base::Seconds()> ban_time_;
  std::unique_ptr<sys::LineProcess> process_;
  std::deque<Request> waiting_;
  std::optional<Request> current_;
  boost::asio::steady_timer deadline_;
  action::PythonTraits traits_;
  std::string error_;
  bool started_ = false;  // the action, by `start`
  size_t complaints_ = 0;
  uint64_t number_ = 0;  // of the request that was sent last
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace gaoler::server
