"""docs/events.schema.json and docs/asyncapi.json are valid, say what the golden files say, and tools
make types from them."""
import copy
import functools
import json
import re
import subprocess
import sys
from operator import delitem, getitem, setitem

import jsonschema_rs
import pytest

from server import ROOT
from test_rule import GOLDEN

SCHEMA = json.loads((ROOT / "docs" / "events.schema.json").read_text())
EVENTS = [json.loads(value) for value in GOLDEN]
# Text of any form, and what an object may lack.
FREE = {"title", "name", "unique_id", "display_name", "requestid", "idempotencykey", "description"}
OPTIONAL = {"requestid", "idempotencykey", "requesthash", "prevhash", "expires_at",
            "skippable", "secret_sha256"}
OTHER_FORM = {str: 7, int: "7", bool: "true", type(None): 7, dict: [], list: {}}
TSC = ROOT / "clients" / "javascript" / "node_modules" / "typescript" / "bin" / "tsc"


@pytest.fixture(scope="module")
def schema():
    jsonschema_rs.meta.validate(SCHEMA)
    return jsonschema_rs.Draft202012Validator(SCHEMA)


def places(value, path=()):
    """Yields (path, value) of everything in a document, without the document itself."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, member in members:
        yield (*path, name), member
        if isinstance(member, (dict, list)):
            yield from places(member, (*path, name))


def with_change(event, path, change):
    """A copy; `change` gets the object or list that holds what is at the path, and the name there."""
    made = copy.deepcopy(event)
    change(functools.reduce(getitem, path[:-1], made), path[-1])
    return made


def is_optional(path):
    """May its object lack it? `old` and `new` have what changed, and a config has what was given."""
    return path[-1] in OPTIONAL or path[-2:-1] in [("config",), ("old",), ("new",)]


def test_the_schema_knows_every_type_and_no_other():
    page = (ROOT / "docs" / "events.md").read_text()
    types = [SCHEMA["$defs"][one["$ref"].rpartition("/")[2]]["properties"]["type"]["const"]
             for one in SCHEMA["oneOf"]]
    assert sorted(types) == sorted(re.findall(r"^### (dev\.consularia\..*)$", page, re.M))
    assert set(types) == {event["type"] for event in EVENTS}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["sequence"])
def test_golden_files_are_valid_and_what_differs_is_not(schema, event):
    schema.validate(event)
    for name in ("prevhash", "idempotencykey", "requesthash"):  # a readable event has none
        schema.validate({key: value for key, value in event.items() if key != name})
    for path, value in places(event):
        other = [OTHER_FORM[type(value)]]
        if isinstance(value, str) and not FREE & set(path):
            other.append("?")
        for form in other:
            assert not schema.is_valid(with_change(event, path, lambda *at: setitem(*at, form))), path
        if isinstance(path[-1], str):
            assert schema.is_valid(with_change(event, path, delitem)) == is_optional(path), path
            schema.validate(with_change(event, path, lambda place, _: setitem(place, "more", 1)))


def test_the_asyncapi_document_is_valid_and_types_for_typescript_compile(node, tmp_path):
    done = subprocess.run([node, ROOT / "tests" / "clients" / "lint.ts", tmp_path / "events.ts"],
                          capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout == "", (done.stdout, done.stderr)
    (tmp_path / "use.ts").write_text("""
        import type { ConsulariaEvent } from './events.ts'
        export function title(event: ConsulariaEvent): string | undefined {
          return event.type === 'dev.consularia.appointment.scheduled.v1'
            ? event.data.private.title : undefined
        }
        export function wrong(event: ConsulariaEvent): unknown {
          // @ts-expect-error: only some events have a title
          return event.data.private.title
        }
    """)
    done = subprocess.run(
        [node, TSC, "--strict", "--noEmit", "--allowImportingTsExtensions", "--module", "nodenext",
         "--types", "", tmp_path / "use.ts"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_types_for_python_are_right_to_a_type_checker(tmp_path):
    made = tmp_path / "events.py"
    for words in (
            ["datamodel_code_generator", "--input", ROOT / "docs" / "events.schema.json",
             "--input-file-type", "jsonschema", "--output-model-type", "typing.TypedDict",
             "--target-python-version", "3.11", "--formatters", "builtin", "--output", made],
            ["mypy", "--strict", "--cache-dir", ROOT / "build" / "mypy", made]):
        done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True)
        assert done.returncode == 0, (done.stdout, done.stderr)
    assert "class AppointmentScheduledV1(AppointmentEvent):" in made.read_text()
