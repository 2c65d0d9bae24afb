"""The state that follows from the facts, computed from docs/events.md without any product code."""

import bisect
import json
import re

from consularia_topic.rule import facts


def kind_of(event):
    """Its type without the version: what happened is the same in all of them."""
    return re.fullmatch(r"dev\.consularia\.(.*)\.v[0-9]+", event["type"])[1]


def facts_of(logs):
    """(organization -> its events in order, the facts' bytes) of all partitions' values."""
    events, values = {}, []
    for partition, log in enumerate(logs):
        for value in facts(log, partition, len(logs)):
            event = json.loads(value)
            events.setdefault(event["source"].rpartition("/")[2], []).append(event)
            values.append(value)
    return events, values


class Impossible(Exception):
    """The event contradicts the state before it."""


class State:
    """An organization as of a fact."""

    def __init__(self):
        self.sequence = 0
        self.appointments = {}  # id -> as the API shows it, without access links
        self.versions = {}
        self.tokens = {}  # id -> scopes
        self.order = []  # (start, id)

    def apply(self, event):
        kind = kind_of(event)
        self.sequence += 1
        if int(event["sequence"]) != self.sequence:
            raise Impossible("its sequence is not the next")
        area, _, name = kind.partition(".")
        target = event["subject"].partition("/")[2]
        if area == "organization":
            self._apply_to_organization(name, target, event)
        else:
            self._apply_to_appointment(name, target, event)

    def _apply_to_organization(self, name, target, event):
        token = event["data"]["token"]
        if name == "token_revoked":
            if self.tokens.pop(target, None) is None:
                raise Impossible("there is no such token")
        elif (name == "created") != (self.sequence == 1) or token["id"] in self.tokens:
            raise Impossible("it is there already")
        else:
            self.tokens[token["id"]] = tuple(token["scopes"])

    def _apply_to_appointment(self, name, target, event):
        if int(event["version"]) != self.versions.get(target, 0) + 1:
            raise Impossible(f"its version does not follow {self.versions.get(target, 0)}")
        before = self.appointments.get(target)
        if (name == "scheduled") != (before is None):
            raise Impossible(
                "there is " + ("no" if before is None else "already an") + " appointment"
            )
        if before is not None:
            self.order.pop(bisect.bisect_left(self.order, (before["start_date_time"], target)))
        if name == "deleted":
            del self.appointments[target], self.versions[target]
            return
        after = CHANGES[name](
            before or {"id": target, "status": "scheduled", "created_at": event["time"]},
            event["data"],
        )
        self.appointments[target] = {**after, "updated_at": event["time"]}
        self.versions[target] = int(event["version"])
        bisect.insort(self.order, (after["start_date_time"], target))


def shown(participant):
    return {"id": participant["id"], **participant["person"], "role": participant["role"]}


def plain(values):
    """An event's values as an appointment has them."""
    return {
        **{name: value for name, value in values.items() if name != "private"},
        **values.get("private", {}),
    }


def scheduled(before, data):
    return {**before, **plain(data), "participants": [shown(one) for one in data["participants"]]}


def updated(before, data):
    old = plain(data["old"])
    if any(before[name] != value for name, value in old.items()):
        raise Impossible("its old values are not those that were there")
    if before["status"] not in ("scheduled", "missed"):
        raise Impossible("it cannot be updated")
    return {**before, **plain(data["new"])}


def with_status(*possible, then):
    def change(before, _):
        if before["status"] not in possible:
            raise Impossible(f"it is {before['status']}")
        return {**before, "status": then}

    return change


def participants_added(before, data):
    added = [shown(one) for one in data["participants"]]
    names = [one["unique_id"] for one in before["participants"] + added]
    if len(set(names)) < len(names) or before["status"] == "completed":
        raise Impossible("somebody is there already")
    return {**before, "participants": before["participants"] + added}


def participants_removed(before, data):
    removed = [shown(one) for one in data["participants"]]
    if any(one not in before["participants"] for one in removed) or before["status"] == "completed":
        raise Impossible("somebody is not there")
    return {**before, "participants": [one for one in before["participants"] if one not in removed]}


CHANGES = {
    "scheduled": scheduled,
    "updated": updated,
    "started": with_status("scheduled", "missed", then="active"),
    "completed": with_status("active", then="completed"),
    "missed": with_status("scheduled", then="missed"),
    "participants_added": participants_added,
    "participants_removed": participants_removed,
}

SAME = "same"  # nothing has to change


def decide(state, operation):
    """What a command leads to in this state: 200, 201 or 204 with a fact, SAME, or a refusal."""
    kind = operation.kind
    if kind == "revoke":
        return 204 if operation.target in state.tokens else 404
    if kind in ("create", "issue", "found"):
        return 201
    present = state.appointments.get(operation.target)
    if present is None:
        return 404
    names = {one["unique_id"] for one in present["participants"]}
    ids = {one["id"] for one in present["participants"]}
    if kind == "add" and any(one["unique_id"] in names for one in operation.given):
        return 400
    if kind == "remove" and any(one["id"] not in ids for one in operation.given):
        return 400
    if operation.if_match is not None and operation.if_match != state.versions[operation.target]:
        return 412
    status = present["status"]
    if kind == "delete":
        return 204
    if kind in ("add", "remove"):
        return 409 if status == "completed" else 200
    if kind == "start":
        return {"completed": 409, "active": SAME}.get(status, 200)
    if kind == "complete":
        return {"completed": SAME, "active": 200}.get(status, 409)
    assert kind == "patch"
    if status in ("active", "completed"):
        return 409
    return SAME if all(present[name] == value for name, value in operation.given.items()) else 200
