#!/usr/bin/env bash
# The variant without an image of your own: docker-mailserver runs this file when a container starts, before fail2ban.
# Put it, install-gaoler and the package (gaoler_*.deb) into the directory that is /tmp/docker-mailserver in the container.
# A container that is made anew installs again, for which it needs the network.
set -euo pipefail

config=/tmp/docker-mailserver
package=$(find $config -maxdepth 1 -name "gaoler_*_$(dpkg --print-architecture).deb" | sort -V | tail -n 1)
[ -n "$package" ] || { echo "user-patches.sh: no gaoler_*_$(dpkg --print-architecture).deb in $config" >&2; exit 1; }

wanted=$(dpkg-deb -f "$package" Version)
installed=$(dpkg-query -W -f '${Version}' gaoler 2>/dev/null || true)
[ "$installed" = "$wanted" ] || bash $config/install-gaoler "$package"
