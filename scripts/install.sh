#!/usr/bin/env bash
# Installs the Debian 12 packages that are missing. `install.sh run`: only what building and
# running the server takes; without an argument also what the tests take.
set -euo pipefail

run=(
    build-essential g++ cmake ninja-build ccache pkg-config ca-certificates curl jq
    libboost1.81-dev libboost-url1.81-dev libcli11-dev libexpected-dev libgmock-dev libgtest-dev
    librocksdb-dev libspdlog-dev libssl-dev libtomlplusplus-dev nlohmann-json3-dev
)
tests=(clang clang-format clang-tidy git libclang-rt-14-dev python3 python3-venv)

case "${1:-all}" in
    run) wanted=("${run[@]}") ;;
    all) wanted=("${run[@]}" "${tests[@]}") ;;
    *) echo "usage: scripts/install.sh [run]" >&2; exit 2 ;;
esac

installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p')
mapfile -t missing < <(comm -23 <(printf '%s\n' "${wanted[@]}" | sort -u) <(sort -u <<<"$installed"))
if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi

echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "install.sh needs root or sudo" >&2; exit 1; }
    root=(sudo)
fi
"${root[@]}" apt-get update
"${root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends "${missing[@]}"
