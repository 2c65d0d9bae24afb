"""Tells Schemathesis what a schema cannot express."""
import itertools
import json
import re

import schemathesis

# Refusals of well-formed values that README.md explains.
DEPENDING_ON_OTHERS = {
    "A participant with this unique_id already exists in this appointment.",
    "No participant with this id in this appointment.",
    "An appointment has at most 1000 participants.",
    "An organization has at most 100 tokens.",
    "An organization has at most 20 webhooks.",
    "This address is not allowed.",
    "Ensure this value lies in the future.",
    "Pages by cursor have an order of their own.",
    "Deleted ones are listed with changed_after only.",
    'Ensure this value is not greater than "size".',
    'Ensure this value is not greater than "to".',
    "The first event has sequence 1.",
    "The last event has sequence N.",
    "This moment is still to come.",
    "This moment lies before the first event.",
}
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
LONGEST = {"wait": 60, "timeout": 60_000}
COUNT = itertools.count()


def sentences(errors):
    """All sentences of an error, however deep."""
    if isinstance(errors, str):
        return {re.sub("last event has sequence [0-9]+", "last event has sequence N", errors)}
    items = errors.values() if isinstance(errors, dict) else errors
    return set().union(*(sentences(item) for item in items)) if items else set()


def about_other_values(response):
    body = json.loads(response.content)
    found = sentences(body.get("errors", body) if isinstance(body, dict) else body)
    return found <= DEPENDING_ON_OTHERS


def is_empty_form(case, response):
    return case.media_type in FORMS and not response.request.body


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Drops the failures that README.md lists, and no others."""
    kind = type(failure).__name__
    if kind == "RejectedPositiveData" and response.status_code == 400:
        return not about_other_values(response) and not is_empty_form(case, response)
    if kind == "AcceptedNegativeData" and case.media_type in FORMS:
        return isinstance(case.body, dict)
    return True


@schemathesis.hook
def before_call(context, case, kwargs):
    """A well-formed Idempotency-Key is used once: examples repeat, and would be 422 each time. A
    request that may wait for an event does not: it would take a minute."""
    for name, most in LONGEST.items():
        value = str((case.query or {}).get(name))
        if re.fullmatch("[0-9]+", value) and int(value) <= most:
            case.query[name] = 0
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch("[!-~]{1,255}", key):
        case.headers["Idempotency-Key"] = f"{key[:240]}-{next(COUNT)}"
