"""How many commands wait, for one organization and for all: they do while the disk hangs, since
nothing leaves the queue then."""
import concurrent.futures

import pytest

from client import valid
from test_sick_disk import disk_of, library  # noqa: F401
from wait import until

PATIENT = ("--command-deadline-ms", "60000")


@pytest.mark.parametrize("options, share, all_together", [
    (("--max-queue-commands", 5, "--max-queue-commands-per-organization", 3), 3, 5),
    (("--max-queue-commands", 8), 2, 8),
    # Whatever its bytes, one command is taken if none is before it.
    (("--max-queue-bytes-per-organization", 1, "--max-queue-commands", 3), 1, 3),
    (("--max-queue-bytes", 1), 1, 1)])
def test_commands_beyond_a_share_or_the_whole_are_refused_at_once(
        node, disk_of, options, share, all_together):  # noqa: F811
    disk = disk_of("ledger")
    node.serve(*PATIENT, *map(str, options))
    secrets = [node.secret] + [node.organization(f"{n}")["token"]["token"] for n in range(all_together)]

    def create(secret):
        return node.client(secret).post("/appointments/", valid())

    def waiting():
        return node.total("consularia_queued_commands")

    disk.hang()
    with concurrent.futures.ThreadPoolExecutor(all_together) as pool:
        try:
            taken = []
            for secret in secrets:
                for _ in range(min(share, all_together - len(taken))):
                    taken.append(pool.submit(create, secret))
                    until(lambda: waiting() == len(taken), f"{len(taken)} wait")
                refused = create(secret)
                assert refused.status == 503 and refused.header("Retry-After"), refused
                if len(taken) == all_together:
                    break
            assert create(secrets[-1]).status == 503, "of another organization"
            assert not any(one.done() for one in taken)
        finally:
            disk.heal()
        assert {one.result().status for one in taken} == {201}
    assert create(secrets[-1]).status == 201
