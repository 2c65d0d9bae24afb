"""What a server writes into records instead of what clients sent (docs/events.md, Formats)."""
import hashlib
import hmac
import pathlib
import re


def stored_key(secrets_file, organization, key):
    """The `idempotencykey` of a record of format 2."""
    text = pathlib.Path(secrets_file).read_text()
    request_key = bytes.fromhex(re.search(r'^request_key\s*=\s*"([^"]+)"', text, re.M)[1])
    message = f"idempotency key\n{organization}\n{key}".encode()
    return hmac.new(request_key, message, hashlib.sha256).hexdigest()
