"""What a schema cannot say, said to Schemathesis."""
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
}


COUNT = itertools.count()


def sentences(errors):
    """All sentences of an error, however deep."""
    if isinstance(errors, str):
        return {errors}
    items = errors.values() if isinstance(errors, dict) else errors
    return set().union(*(sentences(item) for item in items)) if items else set()


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Keeps every failure but a 400 whose every sentence is about other values or the state."""
    if type(failure).__name__ != "RejectedPositiveData" or response.status_code != 400:
        return True
    body = json.loads(response.content)
    found = sentences(body.get("errors", body) if isinstance(body, dict) else body)
    return not found <= DEPENDING_ON_OTHERS


@schemathesis.hook
def before_call(context, case, kwargs):
    """A well-formed Idempotency-Key is used once: examples repeat, and would be 422 each time."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch("[!-~]{1,255}", key):
        case.headers["Idempotency-Key"] = f"{key[:240]}-{next(COUNT)}"
