#!/usr/bin/env bash
# Runs a real Apache Kafka on 127.0.0.1, for development and tests. Its data survives a stop.
#
#   kafka.sh start [--brokers 1|3] [--port P] [--secure|--acls] [--kafka 4.1.1|3.9.1] [--dir D]
#       Ready when it returns; the last line it prints are the bootstrap servers.
#   kafka.sh stop [--dir D]
#   kafka.sh status [--dir D]               exit code 0 if all brokers run
#   kafka.sh start-broker N [--no-wait] [--dir D]
#   kafka.sh stop-broker N [--kill] [--dir D]
#   kafka.sh pid N [--dir D]                exit code 1 if broker N does not run
#
# Broker N (1 to 3) serves clients on port P + N - 1, and its controller uses the port 10 above.
# --secure adds, 20 above, SASL_SSL (SCRAM-SHA-512 or PLAIN, user consularia, password
# consularia-secret) and, 30 above, SSL; clients trust D/tls/ca.pem. --acls is --secure with an
# authorizer: whoever comes in has the rights that ACLs grant, except the plain port and the user
# admin, who may do everything. PLAIN also knows admin, auditor and stranger, with that password.
# D remembers these options. scripts/kafka/tools has Kafka's own tools for topics and ACLs.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
kafka=$root/build/kafka
here=$root/scripts/kafka
# Classes as the JVM has them in memory: with this archive a broker starts on 2 seconds of processor
# time, without it on 3.5. The first broker that is stopped leaves it behind.
archived_classes() { echo "$kafka/$version/classes.jsa"; }
start_within_s=90
stop_within_s=15
. "$here/files.sh"

wrong_usage() {
    echo "kafka.sh: $1" >&2
    exit 2
}

fail() {
    echo "kafka.sh: $1" >&2
    exit 1
}

# --- what was asked for

command=
broker=
dir=$kafka/data
asked_brokers=
asked_port=
asked_secure=
asked_version=
signal=TERM
wait_ready=yes

# takes OPTION COMMAND...: this option belongs to these commands only.
takes() {
    local option=$1 word
    shift
    for word in "$@"; do
        if [ "$word" = "$command" ]; then return; fi
    done
    wrong_usage "$command takes no $option"
}

parse() {
    command=${1:-}
    shift || true
    case $command in
        start | stop | status) ;;
        start-broker | stop-broker | pid)
            [[ ${1:-} =~ ^[1-3]$ ]] || wrong_usage "$command takes the number of a broker, 1 to 3"
            broker=$1
            shift
            ;;
        "") wrong_usage "say start, stop, status, start-broker N, stop-broker N or pid N" ;;
        *) wrong_usage "unknown command: $command" ;;
    esac
    while [ $# -gt 0 ]; do
        case $1 in
            --brokers | --port | --kafka | --dir) [[ ${2:---} != --* ]] || wrong_usage "$1 takes a value" ;;&
            --brokers)
                takes "$1" start
                [[ $2 =~ ^[13]$ ]] || wrong_usage "--brokers takes 1 or 3, not $2"
                asked_brokers=$2
                shift
                ;;
            --port)
                takes "$1" start
                [[ $2 =~ ^[1-9][0-9]{3,4}$ ]] || wrong_usage "--port takes a port from 1024, not $2"
                asked_port=$2
                shift
                ;;
            --kafka)
                takes "$1" start
                [[ $2 =~ ^(4\.1\.1|3\.9\.1)$ ]] || wrong_usage "--kafka takes 4.1.1 or 3.9.1, not $2"
                asked_version=$2
                shift
                ;;
            --dir) dir=$2; shift ;;
            --secure | --acls) takes "$1" start; asked_secure=${1#--} ;;
            --kill) takes "$1" stop-broker; signal=KILL ;;
            --no-wait) takes "$1" start-broker; wait_ready= ;;
            *) wrong_usage "unknown option: $1" ;;
        esac
        shift
    done
    dir=$(realpath -m -- "$dir")
}

# --- what the directory holds: D/cluster remembers "id brokers port plain|secure|acls version"

load_cluster() {
    read -r cluster_id brokers port secure version 2>/dev/null <"$dir/cluster"
}

check_ports() {
    local first_ephemeral
    read -r first_ephemeral _ </proc/sys/net/ipv4/ip_local_port_range
    if [ "$1" -lt 1024 ] || [ $(($1 + 32)) -ge "$first_ephemeral" ]; then
        wrong_usage "--port takes a port from 1024 to $((first_ephemeral - 33)), not $1"
    fi
}

make_cluster() {
    brokers=${asked_brokers:-1}
    port=${asked_port:-9092}
    secure=${asked_secure:-plain}
    version=${asked_version:-4.1.1}
    check_ports "$port"
    cluster_id=$(random_id)
    mkdir -p "$dir"
    echo "$cluster_id $brokers $port $secure $version" >"$dir/cluster"
}

check_cluster() {
    if [ "${asked_brokers:-$brokers}" != "$brokers" ]; then
        wrong_usage "$dir holds a cluster with --brokers $brokers"
    elif [ "${asked_port:-$port}" != "$port" ]; then
        wrong_usage "$dir holds a cluster with --port $port"
    elif [ "${asked_secure:-$secure}" != "$secure" ]; then
        wrong_usage "$dir holds a cluster without --$asked_secure"
    elif [ "${asked_version:-$version}" != "$version" ]; then
        wrong_usage "$dir holds a cluster with --kafka $version"
    fi
}

# addresses OFFSET: the brokers' addresses that far above the clients' ports, with commas.
addresses() {
    local n list=
    for ((n = 0; n < brokers; n++)); do list+=,127.0.0.1:$((port + $1 + n)); done
    echo "${list#,}"
}

# --- programs

fetch_programs() {
    mkdir -p "$kafka"
    exec 9>"$kafka/lock"
    flock 9
    "$root/scripts/install.sh" kafka >&2
    if ! cmp -s "$here/pom.xml" "$kafka/$version/pom.xml"; then
        echo "Fetching Apache Kafka $version into $kafka/$version" >&2
        rm -rf "${kafka:?}/$version" "$kafka/$version.new"
        mvn --quiet --batch-mode --file "$here/pom.xml" dependency:copy-dependencies \
            -DincludeScope=runtime "-Dkafka.version=$version" "-DoutputDirectory=$kafka/$version.new" >&2
        cp "$here/pom.xml" "$kafka/$version.new/"
        mv "$kafka/$version.new" "$kafka/$version"
    fi
    exec 9>&-
}

# java BROKER HEAP WORDS...: becomes the Java process, with its log in the broker's directory.
java() {
    local home=$dir/broker-$1 heap=$2 archive=()
    shift 2
    if [ -e "$(archived_classes)" ]; then archive=("-XX:SharedArchiveFile=$(archived_classes)"); fi
    cd "$home"
    exec setsid "/usr/lib/jvm/java-17-openjdk-$(dpkg --print-architecture)/bin/java" "-Xmx$heap" \
        -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData "${archive[@]}" -cp "$kafka/$version/*" \
        "-Dlog4j2.configurationFile=$here/log4j2.properties" "-Dconsularia.kafka.log=$home/kafka.log" "$@"
}

# --- processes

# process N: prints the id of broker N's process, if there is one and it really is ours.
process() {
    local pid
    pid=$(cat "$dir/broker-$1/pid" 2>/dev/null) || return 1
    { tr '\0' '\n' <"/proc/$pid/cmdline"; } 2>/dev/null |
        grep -Fx "$dir/broker-$1/server.properties" >/dev/null || return 1
    echo "$pid"
}

launch() {
    if process "$1" >/dev/null; then return; fi
    local home=$dir/broker-$1 heap=512m archive=()
    if [ "$brokers" -gt 1 ]; then heap=400m; fi
    if [ "$1" -eq 1 ] && [ ! -e "$(archived_classes)" ]; then
        archive=("-XX:ArchiveClassesAtExit=$home/classes.jsa")
    fi
    (java "$1" "$heap" "${archive[@]}" kafka.Kafka "$home/server.properties") \
        </dev/null &>>"$home/output.log" &
    echo $! >"$home/pid"
}

# tell_end N: fails with what broker N said last, say that its port is taken.
tell_end() {
    grep -E -m 1 -A 2 ' (ERROR|FATAL) ' <(tail -n 200 "$dir/broker-$1/kafka.log") >&2 || true
    fail "broker $1 ended, see kafka.log and output.log in $dir/broker-$1"
}

# await_ready SEEN N...: until the brokers N serve and each of them sees SEEN brokers.
await_ready() {
    local seen=$1 n ports=() deadline=$((SECONDS + start_within_s))
    shift
    for n in "$@"; do ports+=($((port + n - 1))); done
    until /usr/bin/python3 "$here/probe.py" "$cluster_id" "$seen" "${ports[@]}"; do
        for n in "$@"; do
            kill -0 "$(cat "$dir/broker-$n/pid")" 2>/dev/null || tell_end "$n"
        done
        [ $SECONDS -lt $deadline ] || fail "not ready in $start_within_s s, see $dir/broker-*/kafka.log"
        sleep 0.2
    done
}

# has_ended PID: nothing of it holds a port or a file any more, though nobody may have reaped it.
has_ended() {
    local state tasks
    read -r _ _ state _ 2>/dev/null <"/proc/$1/stat" || return 0
    tasks=("/proc/$1/task/"*)
    [ "$state" = Z ] && [ ${#tasks[@]} -eq 1 ]
}

# await_end PID...: true when all have ended within stop_within_s.
await_end() {
    local deadline=$((SECONDS + stop_within_s)) pid
    for pid in "$@"; do
        until has_ended "$pid"; do
            [ $SECONDS -lt $deadline ] || return 1
            sleep 0.05
        done
    done
}

# end SIGNAL N...: ends the brokers N, with SIGKILL where SIGNAL is not enough.
end() {
    local signal=$1 n pid pids=()
    shift
    for n in "$@"; do
        if pid=$(process "$n"); then
            pids+=("$pid")
            kill "-$signal" "$pid" 2>/dev/null || true
            kill -CONT "$pid" 2>/dev/null || true  # a paused one would never see the signal
        fi
    done
    if ! await_end "${pids[@]}"; then
        for n in "$@"; do
            if pid=$(process "$n"); then
                echo "Broker $n does not end within $stop_within_s s: killing it." >&2
                kill -KILL "$pid" 2>/dev/null || true
                rm -f "$dir/broker-$n/classes.jsa"  # perhaps half of it
            fi
        done
        await_end "${pids[@]}" || fail "a broker outlives SIGKILL"
    fi
    for n in "$@"; do rm -f "$dir/broker-$n/pid"; done
    if [ "$signal" = TERM ] && [ -e "$dir/broker-1/classes.jsa" ]; then
        mv "$dir/broker-1/classes.jsa" "$(archived_classes).$$"
        mv "$(archived_classes).$$" "$(archived_classes)"
    fi
}

# --- commands

running() {
    local n
    for ((n = 1; n <= brokers; n++)); do
        if process "$n" >/dev/null; then echo "$n"; fi
    done
}

start() {
    local n
    if load_cluster; then check_cluster; else make_cluster; fi
    if [ "$(running | wc -l)" -eq "$brokers" ]; then
        echo "Kafka already runs in $dir." >&2
    else
        fetch_programs
        prepare_brokers
        for ((n = 1; n <= brokers; n++)); do launch "$n"; done
    fi
    await_ready "$brokers" $(seq "$brokers")
    addresses 0
}

stop() {
    if [ -z "$(running)" ]; then
        echo "Kafka does not run in $dir." >&2
        return
    fi
    end TERM $(running)
}

status() {
    local n pid all=0
    for ((n = 1; n <= brokers; n++)); do
        if pid=$(process "$n"); then
            echo "broker $n runs on 127.0.0.1:$((port + n - 1)), pid $pid"
        else
            echo "broker $n does not run"
            all=1
        fi
    done
    if [ "$secure" != plain ]; then
        echo "SASL_SSL on $(addresses 20), SSL on $(addresses 30), CA in $dir/tls/ca.pem"
    fi
    return $all
}

check_broker() {
    [ "$broker" -le "$brokers" ] || wrong_usage "$dir holds a cluster with --brokers $brokers"
}

parse "$@"
if [ "$command" = start ]; then
    start
    exit
fi
if ! load_cluster; then
    case $command in
        stop | status) echo "There is no Kafka in $dir." >&2; [ "$command" = stop ]; exit ;;
        *) fail "there is no Kafka in $dir" ;;
    esac
fi
case $command in
    stop) stop ;;
    status) status ;;
    start-broker)
        check_broker
        launch "$broker"
        if [ -n "$wait_ready" ]; then await_ready 1 "$broker"; fi
        ;;
    stop-broker) check_broker; end "$signal" "$broker" ;;
    pid) check_broker; process "$broker" ;;
esac
