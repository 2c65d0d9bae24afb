#!/usr/bin/env bash
# Installs the Debian 12 packages that are missing. `install.sh run`: only what building and
# running the server needs; `install.sh kafka`: only what scripts/kafka.sh needs; `install.sh bench`:
# only what scripts/bench.sh needs; without an argument everything that the tests need.
set -euo pipefail

run=(
    build-essential g++ cmake ninja-build ccache pkg-config ca-certificates curl jq
    libboost1.81-dev libboost-url1.81-dev libcli11-dev libexpected-dev libgmock-dev libgtest-dev
    libjemalloc-dev librdkafka-dev librocksdb-dev libspdlog-dev libssl-dev libtomlplusplus-dev
    nlohmann-json3-dev prometheus-cpp-dev
)
# Only for x86; what is built without it hashes more slowly.
[ "$(dpkg --print-architecture)" != amd64 ] || run+=(libipsec-mb-dev)
kafka=(maven openjdk-17-jre-headless openssl python3)
bench=(openssl python3 util-linux wrk)
tests=(
    chromium clang clang-format clang-tidy docker-compose git iproute2 kcat libclang-rt-14-dev nginx
    patch python3 python3-venv valgrind
)
# Other packagers' nodejs conflicts with Debian's npm: an existing command is kept.
command -v node >/dev/null || tests+=(nodejs)
command -v npm >/dev/null || tests+=(npm)

case "${1:-all}" in
    run) wanted=("${run[@]}") ;;
    kafka) wanted=("${kafka[@]}") ;;
    bench) wanted=("${run[@]}" "${bench[@]}") ;;
    all) wanted=("${run[@]}" "${kafka[@]}" "${tests[@]}") ;;
    *) echo "usage: scripts/install.sh [run|kafka|bench]" >&2; exit 2 ;;
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

# nginx comes with a service that Debian starts on port 80. The tests need only the program.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap '"${root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null
    "${root[@]}" chmod 755 "$policy"
fi

"${root[@]}" apt-get update
"${root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends "${missing[@]}"
