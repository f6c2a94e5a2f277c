#!/bin/sh
# Runs one host: mounts its disk, boots it, and boots it again when it rebooted, which
# systemd-nspawn reports as exit code 133. Any other code means that the host was switched off.
# Usage, in the host's folder: supervise.sh ARGUMENT-OF-NSPAWN…
set -eu
mount -t overlay sightline-lab -o lowerdir=base,upperdir=upper,workdir=work root
code=133
while [ "$code" = 133 ]; do
  code=0
  systemd-nspawn "$@" || code=$?
done
exit "$code"
