#!/usr/bin/env bash
# Runs every test: unit, simulation, contract, integration and kafka under address and undefined-behaviour
# sanitizers; the others, and simulation and integration again, on the release build; and scripts/fuzz.sh, as
# one more test. The last line is the total: `N passed, N failed`. A skipped or disabled test counts as failed.
set -euo pipefail
cd "$(dirname "$0")/.."

passed=0
failed=0

# run_tests PRESET LABELS: LABELS is a regular expression.
run_tests() {
    local junit=$PWD/build/$1/junit.xml code=0
    printf '\n== %s tests on the %s build\n' "$2" "$1"
    rm -f "$junit"
    ctest --preset "$1" --label-regex "^($2)\$" --output-junit "$junit" || code=$?
    local ok=0 all=0
    if [ -f "$junit" ]; then
        all=$(grep -c '<testcase ' "$junit" || true)
        ok=$(grep -c '<testcase .*status="run"' "$junit" || true)
    fi
    if [ "$code" -ne 0 ] && [ "$ok" -eq "$all" ]; then
        all=$((all + 1))  # ctest itself failed, say because it found no test
    fi
    passed=$((passed + ok))
    failed=$((failed + all - ok))
}

prepare_python() {
    if cmp -s tests/requirements.txt build/venv/requirements.txt; then
        return
    fi
    printf '\n== Python packages of the tests\n'
    python3 -m venv --clear build/venv
    build/venv/bin/python -m pip install --disable-pip-version-check -r tests/requirements.txt
    cp tests/requirements.txt build/venv/requirements.txt
}

# The broker of the kafka tests; tests of whole clusters start their own.
start_broker() {
    broker=$(mktemp -d)
    trap stop_broker EXIT
    CONSULARIA_TEST_KAFKA=$(scripts/kafka.sh start --port 28092 --dir "$broker")
    export CONSULARIA_TEST_KAFKA
}

stop_broker() {
    trap - EXIT
    scripts/kafka.sh stop --dir "$broker"
    rm -rf "$broker"
}

scripts/install.sh
scripts/install.sh kafka
prepare_python
printf '\n== Building with sanitizers\n'
scripts/build.sh asan
printf '\n== Building the release\n'
scripts/build.sh release consularia audit_cases same_rows integration_tests simulation_tests scenarios
printf '\n== Building the previous version\n'
scripts/build_at.sh

printf '\n== Fuzzing the readers of untrusted bytes\n'
if scripts/fuzz.sh; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
fi

# Sanitizers make the simulation ten times slower: fewer seeds there, thousands on the release.
CONSULARIA_SIMULATION_SEEDS=200 run_tests asan 'unit|simulation|contract|integration'
start_broker
run_tests asan kafka
stop_broker
run_tests release 'simulation|integration|http|browser|durability|deploy|clients|cluster|chaos|house'

echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
