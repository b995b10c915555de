# Completion of fail2ban-client, fail2ban-server and fail2ban-regex in bash: options, commands, and from the running
# server its jails, what they ban, and their actions.
#
# Names that come from the server are data: they never go through an expansion of the shell (compgen -W would do that),
# and those that a shell would read as more than a word are not offered, because logs name them.

# The longest wait for a server that is busy, in seconds, and how many candidates are looked at.
_fail2ban_patience=2
_fail2ban_most=20000

# Candidates are lines of the standard input; kept are those that begin with $cur.
_fail2ban_offer() {
  local word
  while IFS= read -r word; do
    [[ $word == "$cur"* && $word =~ ^[][A-Za-z0-9_.:/@%+,=-]+$ ]] && COMPREPLY+=("$word")
  done
}

_fail2ban_words() { _fail2ban_offer < <(printf '%s\n' "$@"); }

_fail2ban_files() { _fail2ban_offer < <(compgen -f -- "$cur"); compopt -o filenames 2>/dev/null; }

_fail2ban_directories() { _fail2ban_offer < <(compgen -d -- "$cur"); compopt -o filenames 2>/dev/null; }

# A command to the server that the options on the command line name.
_fail2ban_ask() {
  timeout "$_fail2ban_patience" "${program/%server/client}" "${connection[@]}" "$@" </dev/null 2>/dev/null |
    head -n "$_fail2ban_most"
}

_fail2ban_jails() { _fail2ban_ask status | sed -n 's/^.*Jail list:[[:blank:]]*//p' | tr -s ', ' '\n'; }

# [{'jail': ['192.0.2.1', ...]}, ...]
_fail2ban_banned() {
  _fail2ban_ask banned | grep -oE "'[^']*':?" | grep -v ':$' | tr -d "'" | head -n "$_fail2ban_most"
}

_fail2ban_banned_by() { _fail2ban_ask get "$1" banip | tr -s ' ' '\n' | head -n "$_fail2ban_most"; }

# Lists are printed as trees: "|- one" and "`- two".
_fail2ban_listed() { _fail2ban_ask get "$1" "$2" | sed -n 's/^[|`]- //p'; }

_fail2ban_actions() { _fail2ban_ask get "$1" actions | tail -n +2 | tr -s ', ' '\n'; }

_fail2ban_properties() { _fail2ban_ask get "$1" "$2" "$3" | tail -n +2 | tr -s ', ' '\n'; }

_fail2ban_levels=(CRITICAL ERROR WARNING NOTICE INFO DEBUG TRACEDEBUG HEAVYDEBUG)
_fail2ban_targets=(STDOUT STDERR SYSOUT SYSLOG SYSTEMD-JOURNAL)
_fail2ban_backends=(auto pyinotify polling systemd)
_fail2ban_server_settings=(loglevel logtarget syslogsocket dbfile dbmaxmatches dbpurgeage)
_fail2ban_jail_settings=(ignoreself ignorecommand ignorecache logencoding prefregex datepattern logtimezone usedns
  findtime maxretry bantime bantime.increment bantime.factor bantime.formula bantime.multipliers bantime.maxtime
  bantime.rndtime bantime.overalljails maxmatches maxlines)
_fail2ban_jail_lists=(ignoreip logpath journalmatch failregex ignoreregex)
_fail2ban_commands=(start stop restart reload ping version echo sleep flushlogs help status stats statistics banned
  unban add get set)

_fail2ban_get_jail() {  # words behind "get JAIL"
  case $# in
    1) _fail2ban_words "${_fail2ban_jail_settings[@]}" "${_fail2ban_jail_lists[@]}" banip banned actions action \
         actionproperties actionmethods ;;
    *) case $2 in
         banip) _fail2ban_words --with-time ;;
         banned) _fail2ban_offer < <(_fail2ban_banned_by "$1") ;;
         action | actionproperties | actionmethods)
           [[ $# == 2 ]] && _fail2ban_offer < <(_fail2ban_actions "$1")
           [[ $# == 3 && $2 == action ]] && _fail2ban_offer < <(_fail2ban_properties "$1" actionproperties "$3") ;;
       esac ;;
  esac
}

_fail2ban_set_jail() {  # words behind "set JAIL"
  [[ $# == 1 ]] && _fail2ban_words "${_fail2ban_jail_settings[@]}" idle addignoreip delignoreip addlogpath dellogpath \
    addjournalmatch deljournalmatch addfailregex delfailregex addignoreregex delignoreregex attempt banip unbanip \
    addaction delaction action
  [[ $# -ge 2 ]] || return
  case $2 in
    idle) _fail2ban_words on off ;;
    ignoreself | bantime.increment | bantime.overalljails) _fail2ban_words true false ;;
    usedns) _fail2ban_words yes warn no raw ;;
    unbanip)
      [[ $# == 2 ]] && _fail2ban_words --report-absent
      _fail2ban_offer < <(_fail2ban_banned_by "$1") ;;
    delignoreip) _fail2ban_offer < <(_fail2ban_listed "$1" ignoreip) ;;
    dellogpath) _fail2ban_offer < <(_fail2ban_listed "$1" logpath) ;;
    addlogpath) if [[ $# == 2 ]]; then _fail2ban_files; else _fail2ban_words head tail; fi ;;
    delaction) _fail2ban_offer < <(_fail2ban_actions "$1") ;;
    action)
      [[ $# == 2 ]] && _fail2ban_offer < <(_fail2ban_actions "$1")
      [[ $# == 3 ]] && _fail2ban_offer < <(_fail2ban_properties "$1" actionproperties "$3"
                                           _fail2ban_properties "$1" actionmethods "$3") ;;
  esac
}

_fail2ban_command() {  # words of the command before the one to complete
  local name=${1-}
  case $name in
    '') _fail2ban_words "${_fail2ban_commands[@]}" ;;
    start | stop) [[ $# == 1 ]] && _fail2ban_offer < <(_fail2ban_jails) ;;
    restart)
      _fail2ban_words --unban --if-exists
      _fail2ban_offer < <(_fail2ban_jails) ;;
    reload)
      _fail2ban_words --restart --unban --if-exists --all
      _fail2ban_offer < <(_fail2ban_jails) ;;
    status)
      [[ $# == 1 ]] && { _fail2ban_words --all; _fail2ban_offer < <(_fail2ban_jails); }
      [[ $# == 2 ]] && _fail2ban_words basic short stats cymru ;;
    banned) _fail2ban_offer < <(_fail2ban_banned) ;;
    unban)
      [[ $# == 1 ]] && _fail2ban_words --all
      _fail2ban_offer < <(_fail2ban_banned) ;;
    add) [[ $# == 2 ]] && _fail2ban_words "${_fail2ban_backends[@]}" ;;
    get | set)
      if [[ $# == 1 ]]; then
        _fail2ban_words "${_fail2ban_server_settings[@]}"
        [[ $name == set ]] && _fail2ban_words allowipv6
        [[ $name == get ]] && _fail2ban_words thread
        _fail2ban_offer < <(_fail2ban_jails)
      elif [[ " ${_fail2ban_server_settings[*]} " == *" $2 "* ]]; then
        [[ $name == set && $# == 2 ]] && _fail2ban_value "$2"
      else
        "_fail2ban_${name}_jail" "${@:2}"
      fi ;;
  esac
}

# What an option or a setting of the server may be.
_fail2ban_value() {
  case $1 in
    -c | --conf | --config) _fail2ban_directories ;;
    -s | --socket | -p | --pidfile | syslogsocket | --syslogsocket | dbfile | --add-log) _fail2ban_files ;;
    --loglevel | loglevel | -l | --log-level) _fail2ban_words "${_fail2ban_levels[@]}" ;;
    --logtarget | logtarget) _fail2ban_words "${_fail2ban_targets[@]}"; _fail2ban_files ;;
    --usedns) _fail2ban_words yes warn no raw ;;
    -o | --out) _fail2ban_words row id ip msg user ;;
  esac
}

_fail2ban() {
  local program=$1 cur word before='' i
  local -a words connection=() command=()
  COMPREPLY=()
  # By blanks alone: COMP_WORDS is divided at the colons of addresses as well.
  read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
  [[ ${COMP_LINE:0:COMP_POINT} == *[[:blank:]] ]] && words+=('')
  cur=${words[-1]}
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [[ -n $before ]]; then
      case $before in -c | --conf | -s | --socket) connection+=("$before" "${word/#\~/$HOME}") ;; esac
      before=
    elif [[ ${#command[@]} == 0 && $word == -* ]]; then
      case $word in
        --conf=* | --socket=*) connection+=("$word") ;;
        -c | --conf | -s | --socket | -p | --pidfile | --pname | --loglevel | --logtarget | --syslogsocket | \
          --timeout | --str2sec) before=$word ;;
      esac
    else
      command+=("$word")
    fi
  done
  if [[ -n $before ]]; then
    _fail2ban_value "$before"
  elif [[ ${#command[@]} == 0 && $cur == -* ]]; then
    _fail2ban_words -c --conf -s --socket -p --pidfile --pname --loglevel --logtarget --syslogsocket -d --dp \
      --dump-pretty --dump-ini -t --test -i -v -q -x -b -f --async --timeout --str2sec -h --help -V --version
  else
    _fail2ban_command "${command[@]}"
  fi
  _fail2ban_trim
}

# Readline replaces what stands behind the last colon or equals sign, not the whole word.
_fail2ban_trim() {
  local done_part=${cur%"${cur##*[:=]}"} i
  [[ -n $done_part && $COMP_WORDBREAKS == *["${done_part: -1}"]* ]] || return 0
  for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=${COMPREPLY[i]#"$done_part"}; done
}

_fail2ban_regex() {
  local cur before directory=/etc/fail2ban position=0 i
  local -a words
  COMPREPLY=()
  read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
  [[ ${COMP_LINE:0:COMP_POINT} == *[[:blank:]] ]] && words+=('')
  cur=${words[-1]}
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    case ${words[i]} in
      -c | --config) directory=${words[++i]/#\~/$HOME} ;;
      -d | --datepattern | --timezone | --TZ | -e | --encoding | --usedns | -L | --maxlines | -m | --journalmatch | \
        -l | --log-level | --verbosity | -o | --out | --add-log) ((++i)) ;;
      -?*) ;;
      *) ((++position)) ;;
    esac
  done
  before=${words[-2]-}
  case $before in
    -c | --config | -d | --datepattern | --timezone | --TZ | -e | --encoding | --usedns | -L | --maxlines | -m | \
      --journalmatch | -l | --log-level | --verbosity | -o | --out | --add-log) _fail2ban_value "$before" ;;
    *)
      if [[ $cur == -* ]]; then
        _fail2ban_words --version -V -h --help -c --config -d --datepattern --timezone --TZ -e --encoding -r --raw \
          --usedns -L --maxlines -m --journalmatch -l --log-level -v --verbose --verbosity --verbose-date --VD -D \
          --debuggex --no-check-all -o --out --json -i --invert --add-log --print-no-missed --print-no-ignored \
          --print-all-matched --print-all-missed --print-all-ignored -t --log-traceback --full-traceback
      elif [[ $position == 0 ]]; then
        _fail2ban_words systemd-journal
        _fail2ban_files
      else
        [[ $position == 1 ]] && _fail2ban_offer < <(
          for i in "$directory"/filter.d/*.conf; do i=${i##*/}; echo "${i%.conf}"; done)
        _fail2ban_files
      fi ;;
  esac
  _fail2ban_trim
}

complete -F _fail2ban fail2ban-client fail2ban-server
complete -F _fail2ban_regex fail2ban-regex
