#include "client/layout.h"

#include <gtest/gtest.h>

#include "protocol/repr.h"

namespace gaoler::client {
namespace {

using protocol::Address;
using protocol::Command;
using protocol::Dict;
using protocol::Exception;
using protocol::List;
using protocol::Tuple;
using protocol::Value;

Value jail_status() {
  return List{{Tuple{{"Filter", List{{Tuple{{"Currently failed", 0}},
                                      Tuple{{"File list", List{{"/var/log/a"}}}}}}}},
               Tuple{{"Actions",
                      List{{Tuple{{"Currently banned", 2}},
                            Tuple{{"Banned IP list", List{{Address{"192.0.2.1"}, "xx;y"}}}}}}}}}};
}

TEST(Layout, OfEveryCommandIsFail2bans) {
  struct Case {
    Command command;
    Value reply;
    std::string text;
  };
  const Case cases[] = {
      {{"ping"}, "pong", "Server replied: pong"},
      {{"version"}, "1.1.0", "1.1.0"},
      {{"echo", "a", "b"}, List{{"a", "b"}}, "a b"},
      {{"sleep", "1"}, Value(), "None"},
      {{"start", "j"}, Value(), "Jail started"},
      {{"stop"}, Value(), "Shutdown successful"},
      {{"stop", "j"}, Value(), "Jail stopped"},
      {{"add", "j"}, "j", "Added jail j"},
      {{"flushlogs"}, "rolled over", "logs: rolled over"},
      {{"set", "j", "banip", "192.0.2.1"}, 1, "1"},
      {{"banned"}, List{{Dict{{{"j", List{{Address{"192.0.2.1"}}}}}}}}, "[{'j': ['192.0.2.1']}]"},
      {{"status"},
       List{{Tuple{{"Number of jail", 2}}, Tuple{{"Jail list", "a, b"}}}},
       "Status\n|- Number of jail:\t2\n`- Jail list:\ta, b"},
      {{"status", "j"},
       jail_status(),
       "Status for the jail: j\n|- Filter\n|  |- Currently failed:\t0\n|  `- File "
       "list:\t/var/log/a\n`- Actions\n"
       "   |- Currently banned:\t2\n   `- Banned IP list:\t192.0.2.1 xx;y"},
      {{"status", "--all"},
       List{
           {Tuple{{"Number of jail", 1}}, Tuple{{"Jail list", "j"}}, Dict{{{"j", jail_status()}}}}},
       "Status\n|- Number of jail:\t1\n|- Jail list:\tj\n`- Status for the jails:\n   `- Jail: j\n "
       "     |- Filter\n"
       "      |  |- Currently failed:\t0\n      |  `- File list:\t/var/log/a\n      `- Actions\n"
       "         |- Currently banned:\t2\n         `- Banned IP list:\t192.0.2.1 xx;y"},
      {{"get", "loglevel"}, "INFO", "Current logging level is 'INFO'"},
      {{"get", "loglevel"}, 25, "Current logging level is 'NOTICE'"},
      {{"set", "logtarget", "x"}, "x", "Current logging target is:\n`- x"},
      {{"get", "syslogsocket"}, "auto", "Current syslog socket is:\n`- auto"},
      {{"get", "dbfile"}, Value(), "Database currently disabled"},
      {{"get", "dbfile"}, "/db", "Current database file is:\n`- /db"},
      {{"get", "dbpurgeage"}, 86400, "Current database purge age is:\n`- 86400seconds"},
      {{"get", "dbpurgeage"}, 1.9, "Current database purge age is:\n`- 1seconds"},
      {{"get", "j", "logpath"}, List{}, "No file is currently monitored"},
      {{"get", "j", "logpath"}, List{{"/a", "/b"}}, "Current monitored log file(s):\n|- /a\n`- /b"},
      {{"get", "j", "logencoding"}, "UTF-8", "Current log encoding is set to:\nUTF-8"},
      {{"get", "j", "journalmatch"}, List{}, "No journal match filter set"},
      {{"get", "j", "journalmatch"},
       List{{List{{"_A=1", "_B=2"}}, List{{"_C=3"}}}},
       "Current match filter:\n_A=1 _B=2 + _C=3"},
      {{"get", "j", "datepattern"}, Value(), "Current date pattern set to: Not set/required"},
      {{"get", "j", "datepattern"},
       Tuple{{Value(), "Default Detectors"}},
       "Current date pattern set to: Default Detectors"},
      {{"get", "j", "datepattern"},
       Tuple{{"%Y", "Year"}},
       "Current date pattern set to: %Y (Year)"},
      {{"get", "j", "ignoreip"}, List{}, "No IP address/network is ignored"},
      {{"get", "j", "ignoreip"},
       List{{"10.0.0.0/8", Address{"::1"}}},
       "These IP addresses/networks are ignored:\n|- 10.0.0.0/8\n`- ::1"},
      {{"get", "j", "failregex"}, List{}, "No regular expression is defined"},
      {{"get", "j", "failregex"},
       List{{"^a", "^b"}},
       "The following regular expression are defined:\n|- [0]: ^a\n`- [1]: ^b"},
      {{"get", "j", "actions"}, List{}, "No actions for jail j"},
      {{"get", "j", "actions"}, List{{"a", "b"}}, "The jail j has the following actions:\na, b"},
      {{"get", "j", "actionproperties", "a"},
       List{{"actionban", "timeout"}},
       "The jail j action a has the following properties:\nactionban, timeout"},
      {{"get", "j", "actionmethods", "a"}, List{}, "No methods for jail j action a"},
      {{"get", "j", "banip"}, List{{Address{"192.0.2.1"}, "192.0.2.2"}}, "192.0.2.1 192.0.2.2"},
      {{"get", "j", "banip", ","}, List{{"192.0.2.1", "192.0.2.2"}}, "192.0.2.1,192.0.2.2"},
      {{"get", "j", "banip", "--with-time"}, List{{"a \t1", "b \t2"}}, "a \t1\nb \t2"},
      {{"get", "j", "bantime"}, 1234, "1234"},
      {{"stats"}, Dict{}, "No jails found."},
      {{"stats"},
       Dict{{{"j1", List{{"polling", Tuple{{2, 10}}, Tuple{{5, 5}}}}}}},
       "         ║          ║ Filter    ║ Actions  \n"
       "Jail     ║ Backend  ╟───────────╫───────────\n"
       "         ║          ║ cur │ tot ║ cur │ tot\n"
       "═════════╬══════════╬═══════════╬═══════════\n"
       "j1       ║ polling  ║   2 │  10 ║   5 │   5\n"
       "═════════╩══════════╩═══════════╩═══════════"},
  };
  for (const Case& c : cases) {
    const Layout made = layout(c.command, c.reply);
    EXPECT_EQ(made.text, c.text) << repr(c.command);
    EXPECT_TRUE(made.fits) << repr(c.command);
  }
}

TEST(Layout, OfAReplyOfAnotherShapeIsItsRawForm) {
  const Layout ping = layout({"ping"}, 5);
  EXPECT_EQ(ping.text, "55");
  EXPECT_FALSE(ping.fits);
  const Layout status = layout({"status", "j", "stats"}, List{{"polling", Tuple{{0, 0}}}});
  EXPECT_EQ(status.text, "['Status for the jail: j']['polling', (0, 0)]");
  EXPECT_FALSE(status.fits);
}

TEST(Layout, OfAnErrorIsWhatTheUserDidWrong) {
  const std::pair<Value, std::string> cases[] = {
      {Exception{"fail2ban.exceptions", "UnknownJailException", {"x"}},
       "Sorry but the jail 'x' does not exist"},
      {Exception{"fail2ban.exceptions", "DuplicateJailException", {"x"}},
       "The jail 'x' already exists"},
      {Exception{"builtins", "IndexError", {"list index out of range"}},
       "Sorry but the command is invalid"},
      {Exception{"builtins", "KeyError", {"Invalid Action name: A"}}, "'Invalid Action name: A'"},
      {Exception{"builtins", "Exception", {"Invalid command"}}, "Invalid command"},
  };
  for (const auto& [exception, text] : cases) EXPECT_EQ(layout_error(exception), text);
}

}  // namespace
}  // namespace gaoler::client
