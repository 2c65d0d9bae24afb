#!/usr/bin/env bash
# build.sh [PRESET [TARGET...]]: builds into build/PRESET. Without arguments: the release binary,
# build/release/consularia. With a preset alone: everything, tests included.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${1:-release}
shift || true
targets=("$@")
if [ "$preset" = release ] && [ ${#targets[@]} -eq 0 ]; then
    targets=(consularia)
fi

# Afterwards ninja itself sees what changed, new files included.
if [ ! CMakePresets.json -ot "build/$preset/build.ninja" ]; then
    cmake --preset "$preset"
fi
cmake --build --preset "$preset" ${targets:+--target "${targets[@]}"}
