#!/usr/bin/env bash
# build_at.sh [COMMIT]: builds the binary of an earlier commit of this repository, once, into build/at/COMMIT,
# and prints its path. Without COMMIT: the version that the present one is tested to replace in a running cluster
# (tests/cluster/test_upgrade.py). Not optimised: it has nothing to do but to run beside the present one.
set -euo pipefail
cd "$(dirname "$0")/.."

previous=98a7683c88e5a8f50e8ae2583991d27c4391ff74
wanted=${1:-$previous}
find_commit() { git rev-parse --verify --quiet "$wanted^{commit}"; }
# A clone may have the newest commits only.
find_commit >/dev/null || git fetch --quiet --depth 1 origin "$wanted" >&2 || true
if ! commit=$(find_commit); then
    echo "build_at.sh: this clone does not contain the commit $wanted. Fetch the whole history." >&2
    exit 1
fi

at=$PWD/build/at/$commit
mkdir -p "$at"
exec 9>"$at/lock"
flock 9
if [ ! -x "$at/consularia" ]; then
    rm -rf "$at/source"
    mkdir "$at/source"
    git archive "$commit" | tar -x -C "$at/source"
    # ccache then finds what a clone in another folder has compiled.
    export CCACHE_BASEDIR=$at/source
    cmake -S "$at/source" -B "$at/source/build/at" -G Ninja -DBUILD_TESTING=OFF \
        -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O0 -g0" >&2
    cmake --build "$at/source/build/at" --target consularia >&2
    mv "$at/source/build/at/consularia" "$at/consularia"
    rm -rf "$at/source"
fi
echo "$at/consularia"
