#include "client/control.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <thread>
#include <unistd.h>

#include "client/layout.h"
#include "client/session.h"
#include "protocol/repr.h"

namespace gaoler::client {
namespace {

using base::Seconds;
using protocol::Command;
using protocol::List;
using protocol::repr;
using protocol::Value;

constexpr Seconds kNoTimeout = -1;
constexpr Seconds kQuickPing = 0.1;
constexpr Seconds kFirstPause = 0.0125;
constexpr Seconds kLongestPause = 0.1;
constexpr Seconds kTidyingUp = 5;  // after a server's last answer

Command command_of(const std::vector<std::string>& words) {
  return Command(words.begin(), words.end());
}

// Replies printed even where replies are not: the user is told by them how a start went.
bool is_announcement(const Command& command) {
  const auto* word = command.empty() ? nullptr : command.front().get<std::string>();
  return word && (*word == "echo" || *word == "server-status");
}

std::optional<Seconds> parse_timeout(const std::string& text) {
  Seconds seconds = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc() || stop != end) return std::nullopt;
  return seconds;
}

Value as_value(const std::vector<Command>& stream) {
  List list;
  list.items.reserve(stream.size());
  for (const Command& command : stream) list.items.emplace_back(List{command});
  return list;
}

Command with_orders(Command command, const Orders& orders) {
  command.push_back(as_value(orders.stream));
  if (!orders.additions.empty()) command.push_back(as_value(orders.additions));
  return command;
}

Seconds seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<Seconds>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

bool Control::run(std::vector<std::string> words) {
  if (words.size() == 1 && words[0] == "start") return start();
  if (words[0] == "restart" && words.size() == 1) return restart();
  if (words[0] == "restart") {
    words[0] = "--restart";
    words.insert(words.begin(), "reload");
  }
  if (words[0] == "reload") return reload(std::move(words));
  if (words[0] != "ping" || words.size() == 1)
    return send({command_of(words)}, kNoTimeout, Show::replies);
  const auto timeout = parse_timeout(words[1]);
  if (!timeout) {
    fail("could not convert string to float: " + protocol::repr_text(words[1]));
    return false;
  }
  return send({command_of(words)}, *timeout, Show::replies);
}

bool Control::ping(Seconds timeout) const {
  auto session = Session::open(around_.socket, timeout);
  if (!session) return false;
  Command command{"ping"};
  if (timeout >= 0) command.emplace_back(timeout);
  const auto reply = session->ask(command, timeout);
  return reply && reply->code == 0;
}

std::optional<Orders> Control::prepare_start() {
  if (ping(kQuickPing)) {
    fail("Server already running");
    return std::nullopt;
  }
  auto orders = around_.read_stream(std::nullopt);
  if (!orders) return std::nullopt;
  if (!around_.force && access(around_.socket.c_str(), F_OK) == 0) {
    fail("Fail2ban seems to be in unexpected state (not running but the socket exists)");
    return std::nullopt;
  }
  return orders;
}

bool Control::start() {
  const auto orders = prepare_start();
  if (!orders || !around_.spawn_server()) return false;
  if (!wait_for_server(true)) {
    fail("Could not start server. Maybe an old socket file is still present. Try to remove " +
         around_.socket +
         ". If you used fail2ban-client to start the server, adding the -x option will do it");
    return false;
  }
  return send({with_orders({"server-stream"}, *orders), {"server-status"}}, kNoTimeout,
              Show::nothing);
}

bool Control::restart() {
  run({"stop"});
  if (!wait_for_server(false)) {
    fail("Could not stop server");
    return false;
  }
  wait_for_socket_to_go();
  return start();
}

bool Control::reload(std::vector<std::string> words) {
  words.erase(words.begin());
  List options;
  while (!words.empty() &&
         (words[0] == "--restart" || words[0] == "--unban" || words[0] == "--if-exists")) {
    options.items.emplace_back(words[0]);
    words.erase(words.begin());
  }
  if (words.size() > 1) {
    fail("Unexpected argument(s) for reload: " + repr(command_of(words)));
    return false;
  }
  if (!ping(kNoTimeout)) {
    fail("Could not find server");
    return false;
  }
  const std::string what = words.empty() ? "--all" : words[0];
  const auto orders = around_.read_stream(what == "--all" ? std::nullopt : std::optional(what));
  if (!orders) return false;
  return send({with_orders({"reload", what, options}, *orders)}, kNoTimeout, Show::replies);
}

bool Control::send(const std::vector<Command>& commands, Seconds timeout, Show show) {
  auto session = Session::open(around_.socket, timeout);
  if (!session) {
    const bool is_ping = commands[0][0] == Value("ping");
    report_unreachable(session.error().message, is_ping);
    return false;
  }
  bool good = true;
  for (const Command& command : commands) {
    const auto reply = session->ask(command, timeout);
    if (!reply) {
      report_unreachable(reply.error().message, command[0] == Value("ping"));
      return false;
    }
    report(command, *reply, show);
    good = good && reply->code == 0;
  }
  return good;
}

void Control::report(const Command& command, const protocol::Reply& reply, Show show) {
  if (reply.code != 0) {
    const auto* exception = reply.value.get<protocol::Exception>();
    fail("NOK: " + (exception ? repr(protocol::arguments(*exception)) : repr(reply.value)));
    if (show == Show::replies) around_.print(layout_error(reply.value));
    return;
  }
  if (show == Show::nothing && !is_announcement(command)) return;
  const Layout text = layout(command, reply.value);
  if (!text.fits) {
    constexpr std::string_view kLogger = "fail2ban.beautifier";
    around_.log.write(base::LogLevel::warning, kLogger,
                      "Beautifier error. Please report the error");
    around_.log.write(base::LogLevel::error, kLogger,
                      "Beautify " + repr(reply.value) + " with " + repr(command) + " failed");
  }
  around_.print(text.text);
}

void Control::report_unreachable(const std::string& cause, bool cause_only) {
  const char* socket = around_.socket.c_str();
  if (access(socket, F_OK) != 0) {
    fail("Failed to access socket path: " + around_.socket + ". Is fail2ban running?");
  } else if (access(socket, W_OK) != 0) {
    fail("Permission denied to socket: " + around_.socket + ", (you must be root)");
  } else if (cause_only) {
    fail(cause);
  } else {
    fail("[" + cause + "] Unable to contact server. Is it running?");
  }
}

bool Control::wait_for_server(bool alive) {
  const auto begin = std::chrono::steady_clock::now();
  for (Seconds pause = kFirstPause; seconds_since(begin) < around_.timeout;
       pause = std::min(2 * pause, kLongestPause)) {
    const bool answers = access(around_.socket.c_str(), F_OK) == 0 && ping(kQuickPing);
    if (answers == alive) return true;
    std::this_thread::sleep_for(std::chrono::duration<Seconds>(pause));
  }
  return false;
}

// A server that answers no more may still be tidying up; one that died leaves its socket for good,
// and -x is for that.
void Control::wait_for_socket_to_go() {
  const auto begin = std::chrono::steady_clock::now();
  while (!around_.force && access(around_.socket.c_str(), F_OK) == 0) {
    if (seconds_since(begin) >= std::min(around_.timeout, kTidyingUp)) return;
    std::this_thread::sleep_for(std::chrono::duration<Seconds>(kFirstPause));
  }
}

}  // namespace gaoler::client
