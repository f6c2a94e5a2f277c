#!/bin/sh
# Runs once in the box's tree ($1), after its packages are installed: what Vagrant asks of a box, and
# what lets it boot by emulation within a minute. $BOX is where kernel and initrd go.
set -eu

# Vagrant logs in with its well-known key, and becomes root without a password.
chroot "$1" useradd --create-home --shell /bin/bash --password '*' vagrant
chroot "$1" install -d -m 0700 -o vagrant -g vagrant /home/vagrant/.ssh
chroot "$1" install -m 0600 -o vagrant -g vagrant /dev/stdin /home/vagrant/.ssh/authorized_keys \
  < "$VAGRANT_KEY"
echo 'vagrant ALL=(ALL) NOPASSWD: ALL' > "$1/etc/sudoers.d/vagrant"
chmod 0440 "$1/etc/sudoers.d/vagrant"
echo 'UseDNS no' > "$1/etc/ssh/sshd_config.d/vagrant.conf"

# The first interface is the hypervisor's network; Vagrant itself configures the second one.
printf '[Match]\nName=eth0\n\n[Network]\nDHCP=ipv4\n' > "$1/etc/systemd/network/10-eth0.network"
chroot "$1" systemctl enable systemd-networkd.service systemd-resolved.service
ln -sf /run/systemd/resolve/stub-resolv.conf "$1/etc/resolv.conf"
echo debian > "$1/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 debian\n' > "$1/etc/hosts"
echo '/dev/vda / ext4 noatime 0 0' > "$1/etc/fstab"

# What no test asks for, and the locks and waiting that it would bring.
chroot "$1" systemctl mask apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer \
  dpkg-db-backup.timer systemd-networkd-wait-online.service systemd-binfmt.service \
  systemd-pstore.service sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount \
  modprobe@configfs.service modprobe@dm_mod.service modprobe@drm.service modprobe@loop.service \
  modprobe@fuse.service modprobe@efi_pstore.service
mkdir -p "$1/etc/systemd/system.conf.d"
printf '[Manager]\nDefaultTimeoutStartSec=600s\nDefaultDeviceTimeoutSec=600s\n' \
  > "$1/etc/systemd/system.conf.d/slow.conf"

# A small initrd: just what finds the disk.
printf 'MODULES=list\n' > "$1/etc/initramfs-tools/conf.d/box"
printf '%s\n' virtio_pci virtio_blk virtio_net ext4 crc32c_generic >> "$1/etc/initramfs-tools/modules"
chroot "$1" update-initramfs -u
cp "$1"/boot/vmlinuz-* "$BOX/vmlinuz"
cp "$1"/boot/initrd.img-* "$BOX/initrd.img"

# Each machine gets its own identity and keys when it first boots.
: > "$1/etc/machine-id"
rm -f "$1"/etc/ssh/ssh_host_*
cat > "$1/etc/systemd/system/ssh-host-keys.service" <<'UNIT'
[Unit]
Description=Make the host keys of SSH
Before=ssh.service
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key

[Service]
Type=oneshot
ExecStart=ssh-keygen -A

[Install]
RequiredBy=ssh.service
UNIT
chroot "$1" systemctl enable ssh-host-keys.service
