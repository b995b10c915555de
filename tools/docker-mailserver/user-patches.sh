#!/usr/bin/env bash
# The way without an image of your own: docker-mailserver runs this file when a container starts, before fail2ban. Put it
# and the package (gaoler_*.deb) into the directory that is /tmp/docker-mailserver in the container.
set -euo pipefail

config=/tmp/docker-mailserver
architecture=$(dpkg --print-architecture)
package=$(find $config -maxdepth 1 -name "gaoler_*_$architecture.deb" | sort -V | tail -n 1)
if [ -z "$package" ]; then
  echo "user-patches.sh: no gaoler_*_$architecture.deb in $config" >&2
  exit 1
fi

# A container that is only restarted has it already.
installed=$(dpkg-query -W -f '${Version}' gaoler 2>/dev/null || true)
[ "$installed" != "$(dpkg-deb -f "$package" Version)" ] || exit 0

# docker-mailserver has made /var/lib/fail2ban a link to the state volume, and removing fail2ban takes it away.
state=$(readlink /var/lib/fail2ban || true)
keep_state() {
  if [ -n "$state" ] && [ ! -L /var/lib/fail2ban ]; then
    rm -rf /var/lib/fail2ban
    ln -s "$state" /var/lib/fail2ban
  fi
}
trap keep_state EXIT

# What it needs came with nftables, so there is no need for the network; if something is missing after all, it is fetched.
export DEBIAN_FRONTEND=noninteractive
install=(apt-get -qq install --yes --no-install-recommends "$package")
if ! "${install[@]}" >/dev/null; then
  apt-get -qq update
  "${install[@]}" >/dev/null
  rm -rf /var/lib/apt/lists/*
fi
