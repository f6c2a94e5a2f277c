#!/bin/sh
# Runs a command where libvirt's daemon and all that it changes are its own: its directories, the
# network with its firewall, and the processes, which end with it. A cable leads out, to the bridge
# of the lab that the caller claimed. Usage, in a folder of libvirt.prepare():
# unshare --mount --net enclose.sh GROUP PID-OUTSIDE INTERFACE-OUTSIDE BRIDGE SUBNET COMMAND…
set -eu
group=$1 outside=$2 interface=$3 bridge=$4 subnet=$5
shift 5
echo 0 > "$group/cgroup.procs"
ip link add uplink type veth peer name "$interface" netns "$outside"
nsenter --target "$outside" --net ip link set "$interface" master "$bridge" up
ip address add "$subnet.2/24" dev uplink
ip link set uplink up
ip link set lo up
ip route add default via "$subnet.1"
for directory in etc var/lib var/cache run; do
  mount --bind "$directory" "/$directory/libvirt"
done
for file in group passwd resolv.conf; do
  mount --bind "$file" "/etc/$file"
done
# libvirt waits until its probes of QEMU are reaped, which takes an init that does so at once.
exec unshare --pid --fork --kill-child --mount-proc tini -g -- "$@"
