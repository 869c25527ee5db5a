#!/usr/bin/env bash
# Cuts the power of a file system under a process that writes conversations, and looks whether all that was acknowledged
# is there. usage: power-cut.sh [ROUNDS [FILE SYSTEM]], 10 rounds on ext4 by default; xfs works too.
#
# A loop-mounted image is shut down by the kernel's own ioctl, without flushing its log, and mounted again: what is left
# is what a machine finds after a loss of power. The writer is stopped first: a sync in flight while the file system goes
# down may say that it succeeded, which a machine without power never says.
# Ends with 0 if nothing was lost, 1 if something was, 77 if it cannot run here. PowerCutTest runs it,
# with the class path of the tests in TEST_CLASSPATH.
set -euo pipefail
rounds=${1:-10}
fs=${2:-ext4}

skip() { echo "SKIPPED: $1"; exit 77; }
[[ $(id -u) == 0 ]] || skip 'only root may mount a file system'
for tool in losetup "mkfs.$fs" python3 java; do
  command -v "$tool" >/dev/null || skip "$tool is missing"
done

work=$(mktemp -d)
writer=
finish() {
  [[ -z $writer ]] || kill -KILL "$writer" 2>/dev/null || true
  ! mountpoint -q "$work/mnt" || umount "$work/mnt"
  rm -rf "$work"
}
trap finish EXIT

package=io.github.resilientllm.internal.journal

mkdir "$work/mnt"
truncate -s 512M "$work/img"
"mkfs.$fs" -q "$work/img"
mount -o loop "$work/img" "$work/mnt" 2>"$work/mount.log" || skip "mounting is not allowed: $(<"$work/mount.log")"

# shut_down: FS_IOC_SHUTDOWN, without flushing the log.
shut_down() {
  python3 -c 'import fcntl, os, struct, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
fcntl.ioctl(fd, 0x8004587d, struct.pack("I", 2))' "$work/mnt"
}

: >"$work/promises"
for ((round = 1; round <= rounds; round++)); do
  coproc victim { exec java -cp "$TEST_CLASSPATH" "$package.Victim" "$work/mnt/journal" "$round" 100000 2>"$work/errors"; }
  writer=$victim_PID
  exec 3<&"${victim[0]}"
  for ((wanted = RANDOM % 400; wanted >= 0; wanted--)); do
    read -r line <&3 || { cat "$work/errors"; exit 1; }
    echo "$round $line" >>"$work/promises"
  done
  kill -STOP "$writer"
  shut_down
  kill -KILL "$writer"
  wait "$writer" 2>/dev/null || true
  writer=
  sed "s/^/$round /" <&3 >>"$work/promises" # what it said before it was stopped
  exec 3<&-
  umount "$work/mnt"
  mount -o loop "$work/img" "$work/mnt"
  java -cp "$TEST_CLASSPATH" "$package.Survivors" "$work/mnt/journal" "$work/promises" || exit 1
done
