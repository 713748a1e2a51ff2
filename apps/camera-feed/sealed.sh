#!/bin/sh
# The gateway as it is to be run: it can read its own code and the contract it serves, and can write no file, start no
# program and no thread, and be looked into by no debugger. docs/privacy.md says what that is for. Its arguments are further
# options for Node, such as --env-file=FILE; Node reads that file before the seal holds.
set -eu
cd "$(dirname "$0")/../.."

# what a broken process had in its memory is not left on a disk
ulimit -c 0

# Node's permission model had this name up to 22.12
permission=--experimental-permission
if node --permission -e '' 2>/dev/null; then permission=--permission; fi

# Since Node.js 25 a sealed program needs leave to use the network, too.
network=
if node "$permission" --allow-net -e '' 2>/dev/null; then network=--allow-net; fi

# The addon is bufferutil, without which a frame of 30 KB costs twice the processor time (95 us instead of 45). It writes
# nothing, and no other can be made where no file can. What loads it looks for that file of /etc to know which libc there is.
# With collections exposed, the garbage of frames costs less. See FrameGarbage in libs/capture-domain.
exec node "$permission" $network --allow-addons --expose-gc \
  --allow-fs-read=apps/camera-feed/ --allow-fs-read=libs/ --allow-fs-read=node_modules/ \
  --allow-fs-read=/etc/alpine-release \
  "$@" apps/camera-feed/dist/service/main.js
