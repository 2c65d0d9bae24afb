#!/usr/bin/env bash
# Runs the browser tests with the packages that package-lock.json names, which it installs into
# build/browser when they changed. Further arguments go to `node --test`.
set -euo pipefail
cd "$(dirname "$0")/../.."

packages=build/browser
if ! cmp -s tests/browser/package-lock.json $packages/installed.json; then
    mkdir -p $packages
    cp tests/browser/{package.json,package-lock.json,.npmrc} $packages/
    (cd $packages && npm ci --no-progress)
    cp tests/browser/package-lock.json $packages/installed.json
fi
exec node --test --test-reporter=spec "$@" tests/browser/*.test.mjs
