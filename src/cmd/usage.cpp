// What -h prints: options and commands, one line each where it fits.
#include "base/version.h"
#include "cmd/command_line.h"

namespace gaoler::cmd {
namespace {

struct Entry {
  std::string_view syntax;  // empty: a heading
  std::string_view meaning;
};

constexpr Entry kOptions[] = {
    {"-c, --conf <DIR>", "directory of the configuration [/etc/fail2ban]"},
    {"-s, --socket <FILE>", "control socket"},
    {"-p, --pidfile <FILE>", "file with the server's process id"},
    {"--pname <NAME>", "name of the server process [fail2ban-server]"},
    {"--loglevel <LEVEL>", "how much the server logs"},
    {"--logtarget <TARGET>",
     "where it logs: a file, STDOUT, STDERR, SYSOUT, SYSLOG, SYSTEMD-JOURNAL"},
    {"--syslogsocket <FILE>", "socket of syslog, or auto"},
    {"-d", "print the commands that the configuration leads to"},
    {"--dp, --dump-pretty", "the same, long ones over several lines"},
    {"--dump-ini [WHAT]",
     "print the configuration merged and resolved: all, a jail, or a file (filter.d/sshd)"},
    {"-t, --test", "test the configuration; with a command, test it first"},
    {"-i", "ask for commands"},
    {"-v, -q", "say more, say less; may be repeated"},
    {"-x", "start although there is an old socket"},
    {"-b, -f", "run the server in the background (default), in the foreground"},
    {"--async", "start a server that waits for its configuration (used by fail2ban-client)"},
    {"--timeout <TIME>", "how long to wait for a server to start or stop [30]"},
    {"--str2sec <TIME>", "print a time such as 1h30m in seconds"},
    {"-h, --help", "print this"},
    {"-V, --version", "print the version (-V: the bare number)"},
};

constexpr Entry kCommands[] = {
    {"", "Server"},
    {"start", "start the server with all jails"},
    {"stop", "stop all jails and the server"},
    {"restart", "stop and start the server"},
    {"reload [--restart] [--unban] [--all]", "read the configuration again and apply it"},
    {"reload [--restart] [--unban] [--if-exists] <JAIL>", "the same for one jail"},
    {"restart [--unban] [--if-exists] <JAIL>", "stop and start a jail with fresh configuration"},
    {"ping [SECONDS]", "see whether the server answers"},
    {"version", "version of the server"},
    {"echo <WORD>...", "words, back from the server"},
    {"sleep <SECONDS>", "an answer, later"},
    {"flushlogs", "open the log file anew, after rotation"},
    {"help", "with -i: print this"},
    {"", "Overview"},
    {"status", "jails"},
    {"status <JAIL> [FLAVOR]", "failures and bans of a jail; flavor basic, short, stats or cymru"},
    {"status --all [FLAVOR]", "of all jails"},
    {"stats, statistics", "numbers of all jails as a table"},
    {"banned [IP]...", "banned addresses of all jails, or the jails that ban an address"},
    {"unban <IP>...", "end the bans of addresses in all jails and forget them"},
    {"unban --all", "end all bans"},
    {"", "Settings of the server (get, or set with a value)"},
    {"loglevel",
     "CRITICAL, ERROR, WARNING, NOTICE, INFO, DEBUG, TRACEDEBUG, HEAVYDEBUG, or a number"},
    {"logtarget", "as the option"},
    {"syslogsocket", "as the option"},
    {"dbfile", "database of bans; None for none"},
    {"dbmaxmatches", "log lines kept per ban in the database"},
    {"dbpurgeage", "how long the database remembers"},
    {"", "Jails"},
    {"add <JAIL> [BACKEND]", "make an empty jail"},
    {"start <JAIL>", "start it"},
    {"stop <JAIL>", "stop and remove it"},
    {"set <JAIL> idle on|off", "pause it, or go on"},
    {"set <JAIL> attempt <IP> [LINE]...", "count failures of an address"},
    {"set <JAIL> banip <IP>...", "ban addresses"},
    {"set <JAIL> unbanip [--report-absent] <IP>...", "end bans; subnets end all bans inside"},
    {"get <JAIL> banip [SEPARATOR|--with-time]", "banned addresses by end of ban"},
    {"get <JAIL> banned [IP]...", "the same as a list, or 1 and 0 for addresses"},
    {"", "Settings of a jail (get, or set with a value)"},
    {"ignoreself", "true: own addresses are never banned"},
    {"ignoreip", "addresses never banned; set with addignoreip, delignoreip"},
    {"ignorecommand", "program that decides what else is ignored"},
    {"ignorecache", "for how long its answers hold: key=\"<ip>\",max-count=100,max-time=5m"},
    {"logpath", "log files; set with addlogpath <FILE> [tail], dellogpath"},
    {"logencoding", "their encoding"},
    {"journalmatch", "journal matches; set with addjournalmatch, deljournalmatch"},
    {"failregex, ignoreregex", "expressions; set with addfailregex, delfailregex <INDEX>, ..."},
    {"prefregex", "expression that every line is tried on first"},
    {"datepattern", "pattern of dates in the log"},
    {"logtimezone", "time zone of dates that name none"},
    {"usedns", "yes, warn, no or raw"},
    {"findtime", "span in which failures count"},
    {"maxretry", "failures in that span until the ban"},
    {"bantime", "how long bans last; -1 for ever"},
    {"bantime.<OPTION>", "increment, factor, formula, multipliers, maxtime, rndtime, overalljails"},
    {"maxmatches", "log lines kept per address"},
    {"maxlines", "lines that an expression may span"},
    {"", "Actions of a jail"},
    {"get <JAIL> actions", "their names"},
    {"set <JAIL> addaction <ACTION>", "add one"},
    {"set <JAIL> delaction <ACTION>", "remove one"},
    {"get <JAIL> actionproperties <ACTION>", "its properties: actionban, timeout, ..."},
    {"get <JAIL> actionmethods <ACTION>", "what it can be told to do"},
    {"get <JAIL> action <ACTION> <PROPERTY>", "a property"},
    {"set <JAIL> action <ACTION> <PROPERTY> <VALUE>", "change it"},
    {"set <JAIL> action <ACTION> <METHOD> [JSON]", "call a method"},
};

constexpr size_t kMargin = 4;
constexpr size_t kMeaningColumn = 36;

std::string line_of(const Entry& entry) {
  if (entry.syntax.empty()) return "\n  " + std::string(entry.meaning) + ":\n";
  std::string line(kMargin, ' ');
  line += entry.syntax;
  if (line.size() + 2 > kMeaningColumn) line += "\n";
  const size_t column = line.back() == '\n' ? 0 : line.size();
  line.append(kMeaningColumn - column, ' ');
  return line + std::string(entry.meaning) + "\n";
}

bool ends_with_server(const std::string& program) {
  return program.ends_with("server");
}

}  // namespace

std::string usage(const std::string& program) {
  const bool client = !ends_with_server(program);
  std::string out = "Usage: " + program + " [OPTIONS]" + (client ? " <COMMAND>" : "") + "\n\n";
  out +=
      "gaoler " GAOLER_VERSION ", compatible with fail2ban " + std::string(base::kFail2banVersion);
  out += ": bans addresses that log files tell bad things about.\n\nOptions:\n";
  for (const Entry& entry : kOptions) out += line_of(entry);
  if (!client) return out;
  out += "\nCommands:\n";
  for (const Entry& entry : kCommands) out += line_of(entry);
  return out;
}

}  // namespace gaoler::cmd
