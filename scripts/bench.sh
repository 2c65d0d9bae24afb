#!/usr/bin/env bash
# bench.sh [OPTION...]: measures the release build against floors on this machine, side by side, and
# prints one table. --quick takes 3 minutes, everything 20; --help shows the other options.
# docs/performance.md says what is measured, and how.
set -euo pipefail
cd "$(dirname "$0")/.."

case " $* " in
    *" --help "* | *" --list "*) exec python3 -B bench/run.py "$@" ;;
    *" --kafka "*) kafka=yes ;;
    *" --quick "*) kafka=no ;;
    *) kafka=yes ;;
esac
scripts/install.sh bench
if [ $kafka = yes ]; then scripts/install.sh kafka; fi
scripts/build.sh release bench >&2
exec python3 -B bench/run.py "$@"
