"""A disk that is nearly full, and stopping under load."""
import signal
import threading

from client import person, valid

OUT_OF_STORAGE = {"detail": "The server is out of storage; reading goes on."}
HUGE = str(1 << 60)


def test_below_the_watermark_reads_go_on_and_writes_are_507(node):
    api = node.serve()
    made = api.post("/appointments/", valid(participants=[person("ann")]))
    node.stop()
    api = node.serve("--min-free-bytes", HUGE)
    assert api.get(f"/appointments/{made['id']}/").body == made.body
    refused = api.post("/appointments/", valid())
    assert (refused.status, refused.json) == (507, OUT_OF_STORAGE)
    assert api.patch(f"/appointments/{made['id']}/", {"title": "x"}).status == 507
    assert api.get("/appointments/")["count"] == 1
    ready = api.get("/readyz", prefix="")
    assert ready.status == 503
    assert "the server is out of storage" in ready["detail"]


def test_sigterm_finishes_what_was_accepted(node):
    api = node.serve()
    answers = []
    busy = threading.Event()

    def write(name):
        for n in range(10_000):
            try:
                answer = api.post("/appointments/", valid(participants=[person(f"{name}-{n}")]))
            except OSError:  # refused or closed: it was not accepted
                return
            if answer.status == 503:
                return
            assert answer.status == 201, answer
            answers.append(answer["participants"][0]["unique_id"])
            if len(answers) == 50:
                busy.set()

    writers = [threading.Thread(target=write, args=(f"w{n}",)) for n in range(8)]
    for writer in writers:
        writer.start()
    assert busy.wait(30)
    node.process.signal(signal.SIGTERM)
    assert node.process.exit_code() == 0
    for writer in writers:
        writer.join()
    api = node.serve()
    for unique_id in answers:
        assert api.get(f"/appointments/?participant_unique_id={unique_id}")["count"] == 1
