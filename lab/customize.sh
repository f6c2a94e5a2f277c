#!/bin/sh
# Runs once in each base tree ($1), after its packages are installed.
set -eu

# Real sites log in as an ordinary user who may become root. Debian has a group of that name.
chroot "$1" useradd --gid operator --create-home --shell /bin/bash --password '*' operator
echo 'operator ALL=(ALL) NOPASSWD: ALL' > "$1/etc/sudoers.d/operator"
chmod 0440 "$1/etc/sudoers.d/operator"
chroot "$1" sh -c 'install -d -m 0700 ~root/.ssh'
chroot "$1" install -d -m 0700 -o operator -g operator /home/operator/.ssh

chroot "$1" systemctl enable systemd-networkd.service
# Hosts live for minutes: an upgrade by timer would only hold the package lock at a bad moment.
chroot "$1" systemctl mask apt-daily.timer apt-daily-upgrade.timer
# The journal survives reboots, as it does on installed machines.
install -d -m 2755 -g "$(chroot "$1" getent group systemd-journal | cut -d: -f3)" \
  "$1/var/log/journal"

# Each host gets its own identity when it first boots.
: > "$1/etc/machine-id"
rm -f "$1/etc/hostname" "$1/etc/resolv.conf"

# Its first boot need not prepare caches that package installation has just prepared.
touch "$1/etc/.updated" "$1/var/.updated"
