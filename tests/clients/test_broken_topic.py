"""The clients stop where records are missing or the topic is another one, and say where."""
from conftest import PARTITIONS
from kafka import GOOD_SETTINGS
from wait import until


def test_a_gap_stops_it(copier, cluster):
    copier.copy(cluster.topic)
    end = len(cluster.values()[1])
    with copier.start(cluster.topic) as process:
        cluster.kafka.put_in_transaction(cluster.topic, 1, b"a stranger's")
        assert copier.stopped(process) == (1, end + 1, f"the log goes on at {end + 2}: a gap")
    assert copier.stop(cluster.topic)[:2] == (1, end + 1)


def test_a_log_that_begins_behind_the_position_stops_it(copier, cluster):
    copier.copy(cluster.topic)
    end = len(cluster.values()[0])
    cluster.nodes[0].kill()
    cluster.kafka.put(cluster.topic, 0, b"one more")
    cluster.kafka.delete_records(cluster.topic, 0, before=end + 1)
    assert copier.stop(cluster.topic) == (0, end - 1, f"the log begins at {end + 1}: records were deleted")
    copier.database.unlink()
    assert copier.stop(cluster.topic) == (0, 0, f"the log begins at {end + 1}: records were deleted")


def test_a_log_that_ends_before_the_position_stops_it(copier, cluster):
    copier.copy(cluster.topic)
    values = cluster.values()
    cluster.nodes[0].kill()
    cluster.kafka.recreate_topic(cluster.topic, PARTITIONS)
    for number, kept in enumerate(values):
        cluster.kafka.put(cluster.topic, number, *(kept[:-1] if number == 1 else kept))
    end = len(values[1]) - 1
    assert copier.stop(cluster.topic) == (1, end, f"the log ends at {end}: it was cut off, or is another one")


def test_another_topic_of_the_same_name_stops_it(copier, cluster):
    copier.copy(cluster.topic)
    ends = [len(values) for values in cluster.values()]
    cluster.nodes[0].kill()
    with copier.start(cluster.topic) as process:
        process.pause()  # it looks again when everything is in its place
        cluster.kafka.recreate_topic(cluster.topic, PARTITIONS)
        for number, end in enumerate(ends):
            cluster.kafka.put(cluster.topic, number, *(b"another %d" % n for n in range(end + 2)))
        process.resume()
        copier.stopped(process)
    partition, offset, reason = copier.stop(cluster.topic)
    assert (offset, reason) == (ends[partition] - 1, "another record than before: this is another log")


def test_a_topic_of_another_number_of_partitions_stops_it(copier, cluster):
    copier.copy(cluster.topic)
    cluster.nodes[0].kill()
    cluster.kafka.delete_topic(cluster.topic)
    until(lambda: cluster.kafka.create_topic(cluster.topic, 7, GOOD_SETTINGS) == 0, "the topic is back")
    assert "the topic has 7 partitions now" in copier.stop(cluster.topic)[2]
