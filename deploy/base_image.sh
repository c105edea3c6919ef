#!/bin/sh
# Runs the compiled operator as the pod does: in a read-only file system that holds nothing but the packages of the base
# image, as user 65532, without a shell and without /tmp. It needs Debian 12 and root.
#
#   deploy/base_image.sh FOLDER dist/wasabi-s3-operator version
#
# FOLDER keeps the file system between runs. The folder that CONFIG names is mounted as /etc/wasabi-s3-operator, the one
# that SERVICE_ACCOUNT names where a pod has its token. The process has the id of this one.
set -eu
folder=$1 program=$2
shift 2
root=$folder/root
if [ ! -e "$folder/complete" ]; then
  mkdir -p "$folder/packages" "$root"
  (cd "$folder/packages" && apt-get download base-files ca-certificates gcc-12-base libc6 libgcc-s1 libgomp1 libssl3 \
    libstdc++6 netbase tzdata)
  for package in "$folder"/packages/*.deb; do dpkg-deb -x "$package" "$root"; done
  rm -rf "$root/tmp"
  mkdir -p "$root/etc/wasabi-s3-operator" "$root/var/run/secrets/kubernetes.io/serviceaccount"
  touch "$folder/complete"
fi
install -m 0555 "$program" "$root/wasabi-s3-operator"
exec unshare --mount --propagation private sh -c '
  set -eu
  root=$1
  shift
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount -t tmpfs -o size=64k tmpfs "$root/dev"
  for device in null random urandom zero; do
    : > "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  bring() {
    mount --bind "$1" "$2"
    mount -o remount,bind,ro "$2"
  }
  [ -z "${CONFIG-}" ] || bring "$CONFIG" "$root/etc/wasabi-s3-operator"
  [ -z "${SERVICE_ACCOUNT-}" ] || bring "$SERVICE_ACCOUNT" "$root/var/run/secrets/kubernetes.io/serviceaccount"
  mount -o remount,bind,ro "$root"
  exec chroot --userspec=65532:65532 --groups= "$root" /wasabi-s3-operator "$@"
' sh "$root" "$@"
