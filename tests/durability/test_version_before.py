"""A data directory of the version before is served by the present one, and by the one before again."""
import json

import merkle
from client import valid
from cluster import rows
from guest import appointment, guest_of
from merkle import Head
from previous import previous_binary
from server import binary, run


def check_head(api):
    """The version before adds to the journal without the trees: they have its facts too."""
    *records, last = api.get("/audit/export/").body.split(b"\n")[:-1]
    head = Head(json.loads(last)["head"], api.get("/audit/keys/")["keys"][-1]["verifier_key"])
    assert head.size == len(records)
    assert head.root == merkle.root([merkle.leaf(record) for record in records])


def test_a_data_directory_can_be_upgraded_and_put_back(node):
    once = {"Idempotency-Key": "ann@private.example"}
    organization = None
    for program in (previous_binary(), binary(), previous_binary(), binary()):
        node.program = program
        api = node.serve()
        if organization is None:
            organization = node.embassy
            first = api.post("/appointments/", valid(), headers=once)
            assert first.status == 201
        else:
            assert rows(api) == before
        again = api.post("/appointments/", valid(), headers=once)
        assert (again.status, again.body) == (201, first.body)
        made = appointment(api, "open")
        assert guest_of(node, made).join().status == 200
        before = rows(api)
        assert node.total("consularia_frozen_records_total") == 0
        if program == binary():
            check_head(api)
        node.stop()
    done = run("ledger", "verify", "--data-dir", node.data_dir)
    assert done.returncode == 0 and "every chain intact" in done.stdout, (done.stdout, done.stderr)
