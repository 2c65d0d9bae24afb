#!/usr/bin/env bash
# Installs what the JavaScript client and the tests of documents need, and prints the node to run
# them with: the machine's own if that is new enough, otherwise one from npm. What is there already
# is not installed again.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec 9>build/clients.lock
flock 9

version=24.22.3
package=node-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
node=$(command -v node)
if [ "$("$node" -p 'process.versions.node.split(".")[0] >= 24')" != true ]; then
    node=$PWD/build/node/node_modules/$package/bin/node
    if [ ! -x "$node" ] || [ "$("$node" --version)" != v$version ]; then
        npm install --no-audit --no-fund --no-progress --prefix build/node "$package@$version" >&2
    fi
fi

# install_packages FOLDER: those that its package-lock.json names.
install_packages() {
    cd "$1"
    if ! cmp -s package-lock.json node_modules/installed.json; then
        npm ci --ignore-scripts --no-progress >&2
        cp package-lock.json node_modules/installed.json
    fi
}

mkdir -p build/documents
cp tests/clients/{package.json,package-lock.json,.npmrc} build/documents/
(install_packages build/documents)
(install_packages clients/javascript)
echo "$node"
