#!/usr/bin/env bash
# Kafka's own tool of this name, from the jars that scripts/kafka.sh has fetched.
set -euo pipefail

jars=$(cd "$(dirname "$0")/../../.." && pwd)/build/kafka/4.1.1
case $(basename "$0") in
    kafka-acls.sh) class=AclCommand ;;
    kafka-topics.sh) class=TopicCommand ;;
esac
exec "/usr/lib/jvm/java-17-openjdk-$(dpkg --print-architecture)/bin/java" -XX:+UseSerialGC \
    -XX:TieredStopAtLevel=1 -XX:-UsePerfData -cp "$jars/*" "org.apache.kafka.tools.$class" "$@"
