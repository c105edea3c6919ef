#!/bin/sh
# Stands for docker, gh and cosign, by whose name it is called: writes down its words and its standard input, and makes
# the files that the next steps read.
set -eu
name=${0##*/}
printf '%s\n' "$name $*" >> "$RECORD/commands"
cat > "$RECORD/input-of-$name-$1"
for word; do
  case $word in
    --metadata-file=*) printf '{"containerimage.digest": "%s"}' "$IMAGE" > "${word#*=}" ;;
    *.sigstore.json) [ "$name" = gh ] || : > "$word" ;;
  esac
done
