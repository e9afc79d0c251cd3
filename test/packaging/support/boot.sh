#!/bin/sh
# boot.sh ROOT CGROUP: starts the systemd of the Debian in ROOT, in namespaces of its own: processes, mounts, network,
# names. It sees nothing but ROOT, and its control groups are below CGROUP. Needs root.
set -eu

if [ "${3:-}" != inside ]; then
  mkdir "$2"
  echo $$ > "$2/cgroup.procs"
  # Whoever ends this process ends all inside.
  exec unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child=KILL "$0" "$1" "$2" inside
fi

cd "$1"
mount --make-rprivate /
mount --bind . .
cd "$1"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs -o mode=755 tmpfs dev
mkdir dev/pts dev/shm dev/mqueue
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts dev/pts
mount -t tmpfs tmpfs dev/shm
mount -t mqueue mqueue dev/mqueue
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
for device in null zero full random urandom tty; do
  touch "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
mkdir -p before
pivot_root . before
umount --lazy /before
# systemd then knows that the hardware is not its own.
export container=other
exec /lib/systemd/systemd --system --log-target=console
