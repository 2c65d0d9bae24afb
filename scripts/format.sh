#!/usr/bin/env bash
# Formats every C++ file in place; with --check changes nothing and fails where a line would change.
set -euo pipefail
cd "$(dirname "$0")/.."

cpp_files() {
    find api base bench cli domain infra journal ledger node projections reactions tables tests -name '*.[ch]pp' -print0 2>/dev/null || true
}

case "${1:-}" in
    "") cpp_files | xargs -0 clang-format -i ;;
    --check)
        cpp_files | xargs -0 clang-format --dry-run --Werror 2>&1 |
            sed -nE '/^xargs:/p; s/^([^: ]+:[0-9]+):.* error: .*/\1: run scripts\/format.sh/p'
        ;;
    *) echo "usage: scripts/format.sh [--check]" >&2; exit 2 ;;
esac
