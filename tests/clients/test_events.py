"""Records are CloudEvents to the official SDKs."""
import json
import subprocess

from cloudevents.core.bindings.kafka import KafkaMessage, from_structured
from cloudevents.core.formats.json import JSONFormat

from server import ROOT
from test_rule import GOLDEN


def test_records_are_cloudevents_to_the_python_sdk():
    for value in GOLDEN:
        record = json.loads(value)
        event = from_structured(KafkaMessage(
            {"content-type": b"application/cloudevents+json"}, record["source"][-36:], value), JSONFormat())
        assert event.get_data() == record["data"]
        for name in record.keys() - {"data", "time"}:
            assert event.get_attributes()[name] == record[name]


def test_records_are_cloudevents_to_the_javascript_sdk(node):
    done = subprocess.run([node, ROOT / "tests" / "clients" / "events.ts"], input=b"\n".join(GOLDEN),
                          capture_output=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().split() == [json.loads(value)["type"] for value in GOLDEN]
