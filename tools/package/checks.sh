# Sourced by the checks that run in a chroot: one line for each, and the exit code of all.

failed=0

# check NAME COMMAND...: passes if the command does.
check() {
  local name=$1
  shift
  if "$@" >/run/check.out 2>&1; then
    printf '  ok      %s\n' "$name"
  else
    printf '  FAILED  %s\n' "$name"
    sed 's/^/            /' /run/check.out
    failed=1
  fi
}

# same NAME EXPECTED GOT
same() {
  check "$1" diff <(printf '%s\n' "$2") <(printf '%s\n' "$3")
}

# within SECONDS COMMAND...: waits until the command passes.
within() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || { "$@"; return 1; }
    sleep 0.1
  done
}
