#!/bin/sh
# Sees to the programs that a command needs beyond Node: installs them where it may
# (root, on Debian or Ubuntu), otherwise names them in one line to paste.
set -eu

case "${1:-}" in
  demo) packages="git:git ssh:openssh-client sshd:openssh-server" ;;
  test) packages="git:git ssh:openssh-client sshd:openssh-server initdb:postgresql ssh-audit:ssh-audit gh:gh webhook:webhook chromium:chromium strace:strace" ;;
  *) echo "usage: sh scripts/setup.sh demo|test" >&2; exit 2 ;;
esac

# sshd lies where only root's PATH looks; PostgreSQL's programs lie in no PATH at all.
PATH="$PATH:/usr/sbin:/sbin"
for folder in /usr/lib/postgresql/*/bin; do PATH="$PATH:$folder"; done

missing=""
for pair in $packages; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
# A library for Python has no program to look for.
if [ "$1" = test ] && [ ! -d /usr/lib/python3/dist-packages/github ]; then missing="$missing python3-github"; fi
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "Please install these first (Debian's names):$missing" >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "Please run this first:" >&2
  echo "  sudo apt-get update && sudo apt-get install -y$missing" >&2
  exit 1
fi

echo "Installing$missing ..." >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >&2
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >&2
# Debian starts what it installs; the tests and the demo start their own, on ports of their own.
