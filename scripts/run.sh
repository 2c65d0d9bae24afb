#!/usr/bin/env bash
# Installs, builds and starts consularia with its embedded ledger in ./data. The first start creates
# a demo organization; every start prints requests that are ready to paste. Ctrl-C stops the server.
set -euo pipefail
cd "$(dirname "$0")/.."

listen=${CONSULARIA_LISTEN:-127.0.0.1:8080}
data=${CONSULARIA_DATA_DIR:-data}
url=http://$listen
demo=$data/demo-organization.json
binary=build/release/consularia

scripts/install.sh run
scripts/build.sh release

create_demo_organization() {
    (umask 077 && "$binary" organization create Demo --server "$url" \
        --secrets-file "$data/secrets.toml" >"$demo.new")
    mv "$demo.new" "$demo"
}

print_requests() {
    local auth appointments=$url/api/v1/appointments/
    auth="Authorization: Token $(jq -r .token.token "$demo")"
    cat <<EOF

Create an appointment:
curl -s -H '$auth' -H 'Content-Type: application/json' $appointments -d '{"title": "Consultation", "start_date_time": "2031-05-06T07:08:09Z", "duration_minutes": 30, "participants": [{"unique_id": "ada", "display_name": "Ada", "role": "moderator"}]}'

List the appointments:
curl -s -H '$auth' $appointments

Retrieve the first one of that list:
curl -s -H '$auth' $appointments\$(curl -s -H '$auth' $appointments | jq -r '.results[0].id')/

Ctrl-C stops the server; its data stays in $data/.
EOF
}

# In a session of its own the server gets one signal, from the trap, not a second from the terminal.
mkdir -p "$data"
exec 3< <(exec setsid "$binary" serve --data-dir "$data" --listen "$listen")
server=$!
trap 'kill -TERM "$server" 2>/dev/null || true' EXIT INT TERM HUP

while read -r line <&3; do
    echo "$line"
    if [[ $line == *"$url"* ]]; then
        [ -s "$demo" ] || create_demo_organization
        print_requests
        break
    fi
done
cat <&3 &
output=$!

# A signal ends `wait` early, so wait again until the server is gone.
code=0
while wait "$server" || code=$?; kill -0 "$server" 2>/dev/null; do code=0; done
wait "$output"
exit "$code"
