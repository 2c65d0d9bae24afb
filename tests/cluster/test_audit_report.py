"""`audit report` on a Kafka ledger counts the records that are no facts."""
from cluster import PUBLIC_URL
from server import run


def test_void_records_of_the_organization_are_counted(make_cluster, tmp_path):
    cluster = make_cluster("report", partitions=2)
    node, = cluster.start(1)
    ours, other = node.organization("Ours"), node.organization("Other")
    node.client(ours["token"]["token"]).create()
    node.client(other["token"]["token"]).create()
    node.stop()

    def report():
        return run("audit", "report", "--organization", ours["id"], "--data-dir", tmp_path / "none",
                   *cluster.ledger_options, "--secrets-file", cluster.secrets_file,
                   "--public-url", PUBLIC_URL)

    before = report()
    assert before.returncode == 0 and "<p>0 records of this organization" in before.stdout, before
    for partition, values in enumerate(cluster.kafka.values(cluster.topic, 2)):
        cluster.kafka.put(cluster.topic, partition, *values)  # each of them once more
    after = report()
    assert after.returncode == 0 and "2 of 2 records are in it" in after.stdout, after
    assert "<p>2 records of this organization in the log are void" in after.stdout
    assert "instead of record 1" in after.stdout and "instead of record 2" in after.stdout
    assert "is restored by filling a new topic" in after.stdout
