# Sourced by kafka.sh: the files of a cluster, which are certificates, settings and formatted data.
# shellcheck shell=bash disable=SC2154

# random_id: 128 bits as Kafka writes them. It must not begin with a dash, so it has none.
random_id() {
    openssl rand -base64 16 | tr '+/' 'AB' | tr -d =
}

make_certificates() {
    local tls=$dir/tls
    if [ -e "$tls/broker.pem" ]; then return; fi
    (
        umask 077
        mkdir -p "$tls"
        cd "$tls"
        local key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
        openssl req -x509 "${key[@]}" -days 3650 -subj "/CN=consularia test CA" -keyout ca.key -out ca.pem
        openssl req "${key[@]}" -subj "/CN=127.0.0.1" -keyout broker.key -out broker.csr
        openssl x509 -req -in broker.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 \
            -extfile <(echo "subjectAltName=IP:127.0.0.1,DNS:localhost") -out broker.crt
        cat broker.key broker.crt >broker.pem.new
        rm ca.key broker.key broker.csr broker.crt  # nobody signs a second one
        mv broker.pem.new broker.pem
    ) 2>"$dir/openssl.log" || fail "no certificates, see $dir/openssl.log"
}

voters() {
    local n list=
    for ((n = 1; n <= brokers; n++)); do list+=,$n@127.0.0.1:$((port + 9 + n)); done
    echo "${list#,}"
}

plain_users() {
    local user
    for user in consularia admin auditor stranger; do echo -n " user_$user=\"consularia-secret\""; done
}

# properties N: the settings of broker N; docker-compose.yml has the same where they mean anything.
properties() {
    local at=127.0.0.1 listeners client=$((port + $1 - 1)) in_sync=$((brokers > 1 ? 2 : 1))
    listeners=PLAINTEXT://$at:$client
    if [ "$secure" != plain ]; then
        listeners+=,SASL_SSL://$at:$((client + 20)),SSL://$at:$((client + 30))
    fi
    cat <<END
process.roles=broker,controller
node.id=$1
controller.quorum.voters=$(voters)
controller.listener.names=CONTROLLER
listeners=$listeners,CONTROLLER://$at:$((client + 10))
advertised.listeners=$listeners
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL
inter.broker.listener.name=PLAINTEXT
log.dirs=$dir/broker-$1/data
auto.create.topics.enable=false
default.replication.factor=$brokers
min.insync.replicas=$in_sync
unclean.leader.election.enable=false
offsets.topic.replication.factor=$brokers
transaction.state.log.replication.factor=$brokers
transaction.state.log.min.isr=$in_sync
# One record of 4 MiB, as its producer may batch and frame it.
message.max.bytes=8388608
replica.fetch.max.bytes=8388608
# A dead broker's partitions get new leaders after this long; Kafka's own default is 9 s.
broker.session.timeout.ms=6000
group.initial.rebalance.delay.ms=0
# Small clusters of short life: fewer internal partitions, a small buffer for compacting them.
offsets.topic.num.partitions=4
log.cleaner.dedupe.buffer.size=8388608
END
    if [ "$secure" != plain ]; then
        cat <<END
ssl.keystore.type=PEM
ssl.keystore.location=$dir/tls/broker.pem
ssl.truststore.type=PEM
ssl.truststore.location=$dir/tls/ca.pem
# PLAIN too: librdkafka before 2.6.1 repeats its nonce in SCRAM, which Kafka 4 refuses.
listener.name.sasl_ssl.sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required$(plain_users);
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
END
    fi
    if [ "$secure" = acls ]; then
        cat <<END
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:admin;User:ANONYMOUS
END
    fi
}

# format N: makes broker N's data directory. Kafka's own tool takes a second or two of processor
# time, so the others get a copy of the first one's, with a number and an id of their own.
format() {
    local home=$dir/broker-$1 first=$dir/broker-1/data scram=()
    if [ -e "$home/data/meta.properties" ]; then return; fi
    if [ "$1" -gt 1 ]; then
        mkdir -p "$home/data"
        cp "$first/bootstrap.checkpoint" "$home/data/"
        sed "s/^node.id=.*/node.id=$1/; s/^directory.id=.*/directory.id=$(random_id)/" \
            "$first/meta.properties" >"$home/data/meta.properties"
        return
    fi
    if [ "$secure" != plain ]; then
        scram=(--add-scram 'SCRAM-SHA-512=[name=consularia,password=consularia-secret]')
    fi
    (java "$1" 256m kafka.tools.StorageTool format -t "$cluster_id" \
        -c "$home/server.properties" "${scram[@]}") &>"$home/format.log" ||
        fail "broker $1 cannot be formatted, see $home/format.log"
}

prepare_brokers() {
    local n
    if [ "$secure" != plain ]; then make_certificates; fi
    for ((n = 1; n <= brokers; n++)); do
        mkdir -p "$dir/broker-$n"
        properties "$n" >"$dir/broker-$n/server.properties"
        format "$n"
    done
}
