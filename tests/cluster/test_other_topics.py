"""A node that has found its topic once keeps to it: another one is refused, however little was read of either."""
import shutil

from server import run


def refusal(node, *options):
    node.launch(*options)
    code, sentence = node.exit_code()
    assert code == 1, sentence
    return sentence


def test_an_empty_topic_that_was_deleted_is_not_made_again(make_cluster):
    cluster = make_cluster("empty", partitions=1)
    node, = cluster.start(1)
    node.stop()
    node.start()
    node.stop()
    cluster.kafka.delete_topic(cluster.topic)
    said = refusal(node, "--public-url", "https://other.example.org")
    assert f"there is no Kafka topic {cluster.topic}" in said, said


def test_a_journal_that_has_read_a_little_of_another_topic_is_refused(make_cluster):
    cluster, others = make_cluster("ours", partitions=1), make_cluster("theirs", partitions=1)
    node, other = cluster.start(1) + others.start(1)
    for name in ("One", "Two"):
        node.organization(name)
    other.organization()
    for one in (node, other):
        one.stop()
    shutil.rmtree(node.data_dir / "journal")
    shutil.copytree(other.data_dir / "journal", node.data_dir / "journal")
    said = refusal(node)
    assert "have read different ledgers" in said and cluster.topic in said and others.topic in said, said
    done = run("projections", "rebuild", "--data-dir", node.data_dir, *cluster.options_of_nodes,
               "--secrets-file", node.secrets_file)
    assert done.returncode == 1 and "have read different ledgers" in done.stderr, done
