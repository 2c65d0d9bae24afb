"""The facts of a whole topic, through confluent-kafka."""
import time
from typing import Any, Dict, Iterable, Iterator, List, Tuple

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient

from consularia_topic.partition import Fact, Head, Partition

REQUIRED = {
    "enable.auto.commit": False,  # the position is the caller's
    "auto.offset.reset": "error",  # lost records are an error and not a jump
    "isolation.level": "read_uncommitted",  # no transaction hides records
    "enable.partition.eof": True,
    "check.crcs": True,
}
ANSWERS_WITHIN_S = 30
WAITS_S = 1.0
CHECKED_EVERY_S = 10.0


def facts(config: Dict[str, Any], topic: str, heads: Iterable[Head] = (), *,
          until_end: bool = False) -> Iterator[Fact]:
    """Yields each fact behind `heads` once, in log order within a partition and so within an
    organization. Waits for more, or ends with the records that are there (`until_end`).

    Commit `fact.head` in one transaction with what the fact leads to, in place of its
    organization's head before. After a restart, or an error of yours, begin again with the heads
    that are stored. `config` is librdkafka's. Raises BrokenLog where the log cannot be read on, and
    KafkaException when the cluster cannot be reached at the start, or refuses.
    """
    admin = AdminClient(config)
    consumer = Consumer({"group.id": "consularia-topic", **config, **REQUIRED})
    try:
        topic_id, count = _describe(admin, topic)
        partitions = _assign(consumer, topic, count, list(heads))
        unread = set(partitions)
        check_at = time.monotonic() + CHECKED_EVERY_S
        while unread or not until_end:
            message = consumer.poll(WAITS_S)
            if time.monotonic() > check_at:
                _check_same(admin, topic, topic_id, partitions)
                check_at = time.monotonic() + CHECKED_EVERY_S
            if message is None:
                continue
            number, offset, error = message.partition(), message.offset(), message.error()
            partition = partitions[number or 0]
            if error is None and offset is not None:
                if fact := partition.read(offset, message.value()):
                    yield fact
            elif error is not None and error.code() == KafkaError._PARTITION_EOF:
                partition.check_reached(offset or 0)
                unread.discard(partition.number)
            elif error is not None and error.code() == KafkaError._AUTO_OFFSET_RESET:
                raise partition.broken("the position is gone")
            elif error is not None and not error.retriable():
                raise KafkaException(error)
    finally:
        consumer.close()


def _describe(admin: AdminClient, topic: str) -> Tuple[str, int]:
    """The topic's id, and how many partitions it has."""
    found = admin.describe_topics(TopicCollection([topic]), request_timeout=ANSWERS_WITHIN_S)
    described = found[topic].result()
    return str(described.topic_id), len(described.partitions)


def _assign(consumer: Consumer, topic: str, count: int, heads: List[Head]) -> Dict[int, Partition]:
    """All partitions, each to be read from its position."""
    partitions = {number: Partition(number, count, heads) for number in range(count)}
    for number, partition in partitions.items():
        partition.check_range(*consumer.get_watermark_offsets(
            TopicPartition(topic, number), ANSWERS_WITHIN_S))
    consumer.assign([TopicPartition(topic, number, partition.offset)
                     for number, partition in partitions.items()])
    return partitions


def _check_same(admin: AdminClient, topic: str, topic_id: str,
                partitions: Dict[int, Partition]) -> None:
    """A topic that was deleted and created again may have records at all positions by now. None of
    them would be a fact behind the heads: the reader would wait for ever."""
    try:
        if _describe(admin, topic)[0] == topic_id:
            return
    except KafkaException as failure:
        if failure.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
            return  # nobody answers; the next check is soon
    raise partitions[0].broken("the topic was deleted")
