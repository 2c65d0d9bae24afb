#!/usr/bin/env bash
# fuzz.sh [SECONDS [TARGET...]]: feeds the parsers of untrusted bytes with libFuzzer, each for this many
# seconds (20): request_head, body, link_token, chain_link, record, json_text. Inputs that reach new code are kept in
# build/fuzz/corpus; an input that breaks something in build/fuzz/crashes, and the exit code is 1. Turn
# it into a unit test.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-20}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    targets=(request_head body link_token chain_link record json_text)
fi

scripts/build.sh fuzz "${targets[@]/%/_fuzz}"
mkdir -p build/fuzz/crashes

run_target() {
    local name=$1 seeds=() found=build/fuzz/corpus/$1 log=build/fuzz/$1.log
    mkdir -p "$found"
    case "$name" in
        chain_link | record | json_text) seeds=(tests/fuzz/corpus/record tests/unit/ledger/golden) ;;
        *) seeds=("tests/fuzz/corpus/$name") ;;
    esac
    "build/fuzz/${name}_fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -max_len=65536 -artifact_prefix="build/fuzz/crashes/$name-" -print_final_stats=1 \
        "$found" "${seeds[@]}" >"$log" 2>&1 || { tail -n 40 "$log"; return 1; }
    echo "$name: $(sed -nE 's/^stat::number_of_executed_units: *//p' "$log") inputs, nothing broken"
}
export seconds
export -f run_target

# Two at a time; xargs ends with 123 when one of them failed.
printf '%s\n' "${targets[@]}" | xargs -P 2 -I NAME bash -c 'run_target NAME'
