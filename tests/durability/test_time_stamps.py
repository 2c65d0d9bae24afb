"""RFC 3161: heads that `audit sign` keeps get stamps of a TSA, and `audit verify` says what they
prove. The TSA is openssl's."""
import re
import threading

import pytest

from conftest import PUBLIC_URL
from ports import free_port
from process import Process
from server import binary, run
from tsa import DIGEST, Tsa, openssl
from wait import until


@pytest.fixture
def audited(node, tmp_path):
    """A node with some facts."""
    node.api = node.serve()
    node.heads = tmp_path / "heads"
    write(node, 5)
    return node


def write(node, count):
    for n in range(count):
        node.api.create(title=f"number {n}")


def words(node, url, *more):
    return ("audit", "sign", "--data-dir", node.data_dir, "--public-url", PUBLIC_URL,
            "--directory", node.heads, "--timestamp-url", url, *more)


def sign(node, tsa, *more):
    return run(*words(node, tsa if isinstance(tsa, str) else tsa.url, *more))


def kept(node, suffix):
    return sorted((node.heads / node.embassy["id"]).glob(f"*{suffix}"))


def fetch(node, path, file):
    file.write_bytes(node.api.get(path).body)
    return file


@pytest.fixture
def verify(audited, tmp_path):
    """The exit code of `audit verify` on an export of now, and what it prints."""
    export = fetch(audited, "/audit/export/", tmp_path / "export")
    key = audited.api.get("/audit/keys/")["keys"][-1]["verifier_key"]
    return lambda *more: (lambda done: (done.returncode, done.stdout))(
        run("audit", "verify", export, "--key", key, *more))


def test_a_kept_head_gets_a_stamp_that_openssl_verifies(audited, tsa):
    done = sign(audited, tsa)
    assert done.returncode == 0 and done.stdout.endswith("1 heads got a stamp, 0 have none\n"), done
    (note,), (stamp,) = kept(audited, ".note"), kept(audited, ".tsr")
    assert stamp.stem == note.stem and stamp.stat().st_mode & 0o777 == 0o600
    said = openssl("ts", "-verify", "-in", stamp, "-data", note, "-CAfile", tsa.ca, cwd=tsa.directory)
    assert said == b"Verification: OK\n"
    request = openssl("ts", "-query", "-in", "request.tsq", "-text", cwd=tsa.directory).decode()
    assert "sha256" in request and "Nonce: 0x" in request and "Certificate required: yes" in request
    assert sign(audited, tsa).stdout.endswith("0 heads got a stamp, 0 have none\n")
    assert len(tsa.requests) == 1
    write(audited, 1)
    assert sign(audited, tsa).stdout.endswith("1 heads got a stamp, 0 have none\n")
    first, second = tsa.requests
    digest = first.index(DIGEST)
    assert first[digest:digest + 34] != second[digest:digest + 34]
    assert first[digest + 34:] != second[digest + 34:]  # the nonce


@pytest.mark.parametrize("lie, why", [
    ("of_another_digest", "the TSA stamped another digest"),
    ("of_another_request", "the TSA answered another request"),
    ("forged", "the signature of the TSA's answer is wrong"),
    (lambda *_: b"", "the TSA answered something else than a time stamp"),
    (lambda *_: b"<html>busy</html>", "the TSA answered something else than a time stamp"),
    (lambda answer, _: answer + b"\n", "the TSA answered something else than a time stamp"),
    (lambda answer, _: answer[:-1], "the TSA answered something else than a time stamp"),
    (lambda *_: 503, "the TSA answered with status 503"),
    (lambda *_: b"x" * ((256 << 10) + 1), "cannot be read: body limit exceeded."),
])
def test_a_lie_is_named_and_the_head_is_stamped_in_the_next_round(audited, tsa, lie, why):
    honest, tsa.lie = tsa.lie, getattr(tsa, lie) if isinstance(lie, str) else lie
    done = sign(audited, tsa)
    (note,) = kept(audited, ".note")
    assert done.returncode == 1 and done.stdout.endswith("0 heads got a stamp, 1 have none\n")
    named, last = done.stderr.splitlines()
    assert named.startswith(f"consularia: {note} has no stamp: ") and named.endswith(why), done
    assert last == "consularia: 1 heads have no stamp."
    assert kept(audited, ".tsr") == []
    tsa.lie = honest
    done = sign(audited, tsa)
    assert done.returncode == 0 and [stamp.stem for stamp in kept(audited, ".tsr")] == [note.stem]


def test_a_refusal_is_printed_as_the_tsa_words_it(audited, tmp_path):
    with Tsa(tmp_path / "picky", digests="sha512") as picky:
        done = sign(audited, picky)
    assert done.returncode == 1 and "has no stamp: the TSA refused with status 2: " in done.stderr
    assert "algorithm" in done.stderr


def test_a_tsa_that_does_not_answer_costs_its_time_out_and_no_head(audited, tsa):
    silent = threading.Event()
    tsa.lie = lambda answer, _: silent.wait(30) and answer
    done = sign(audited, tsa, "--timestamp-timeout-s", "1")
    silent.set()
    assert done.returncode == 1 and done.stderr.splitlines()[0].endswith(
        f"The server at http://127.0.0.1:{tsa.port} did not answer within 1 s.")
    done = sign(audited, f"http://127.0.0.1:{free_port()}")
    assert done.returncode == 1 and "cannot be reached" in done.stderr
    assert len(kept(audited, ".note")) == 1 and kept(audited, ".tsr") == []
    assert sign(audited, "ftp://127.0.0.1").returncode == 2


def test_a_round_gives_up_a_tsa_that_is_down_and_the_next_one_begins_behind_it(audited, tsa):
    for n in range(4):
        audited.organization(f"Embassy {n}")
    tsa.lie = lambda *_: 500
    done = sign(audited, tsa)
    assert done.stdout.endswith("0 heads got a stamp, 5 have none\n")
    assert len(tsa.requests) == 3 and done.stderr.endswith("consularia: 5 heads have no stamp.\n")
    process = Process(binary(), *words(audited, tsa.url, "--interval-s", "1"),
                      log=audited.data_dir.with_name("sign.log"))
    until(lambda: len(set(map(digest_of, tsa.requests))) == 5, "each head was tried")
    tsa.lie = lambda answer, _: answer
    until(lambda: "have none" in process.log() and len(list(audited.heads.glob("*/*.tsr"))) == 5,
          "the next rounds stamp them all")
    process.kill()


def digest_of(request):
    at = request.index(DIGEST)
    return request[at:at + 34]


def test_signing_refuses_stamps_of_a_stranger_if_it_knows_the_ca(audited, tsa, tmp_path):
    with Tsa(tmp_path / "stranger") as stranger:
        done = sign(audited, stranger, "--tsa-ca", tsa.ca)
        assert done.returncode == 1 and f"no certificate of {tsa.ca} vouches" in done.stderr
        assert kept(audited, ".tsr") == []
    assert sign(audited, tsa, "--tsa-ca", tsa.ca).returncode == 0
    assert sign(audited, tsa, "--tsa-ca", tsa.directory / "serial").returncode == 2


def test_stamps_prove_when_the_records_existed(audited, tsa, verify, tmp_path):
    assert sign(audited, tsa).returncode == 0
    (note,), (stamp,) = kept(audited, ".note"), kept(audited, ".tsr")
    trust = ("--tsa-ca", tsa.ca)
    size = int(note.stem)
    reply = openssl("ts", "-reply", "-in", stamp, "-text", cwd=tsa.directory).decode()
    clock = re.search(r"Time stamp: \w+ +\d+ (\d\d:\d\d:\d\d)", reply)[1]
    code, said = verify("--head", note, "--stamp", stamp, *trust)
    intact, proven = said.splitlines()
    assert code == 0 and intact.startswith(f"intact: records 1 to {size} ")
    assert re.fullmatch(rf"stamp {stamp}: records 1 to {size} existed on [-\d]+T{clock}Z", proven)

    write(audited, 3)
    assert sign(audited, tsa).returncode == 0
    later, newer = kept(audited, ".note")[1], kept(audited, ".tsr")[1]
    fetch(audited, "/audit/export/", tmp_path / "export")
    code, said = verify("--head", note, "--stamp", stamp, "--head", later, "--stamp", newer, *trust)
    assert code == 0 and [re.search(r"records 1 to (\d+)", line)[1] for line in said.splitlines()] \
        == [str(size + 3), str(size), str(size + 3)]
    # a head that is not given
    assert verify("--stamp", stamp, *trust) == (
        3, f"cannot tell: stamp {stamp}: it is of none of the heads\n")
    assert verify("--stamp", stamp) == (2, "")
    assert verify("--stamp", stamp, "--tsa-ca", stamp)[0] == 3
    for file in (note, tmp_path / "lost"):
        assert verify("--stamp", file, *trust)[0] == 3
    export = tmp_path / "export"
    export.write_bytes(export.read_bytes().replace(b"number 1", b"number 7"))
    code, said = verify("--head", note, "--stamp", stamp, *trust)
    assert code == 1 and said.startswith("altered: record ") and "existed" not in said


def test_a_stamp_of_a_stranger_proves_nothing(audited, tsa, verify, tmp_path):
    assert sign(audited, tsa).returncode == 0
    (note,), (stamp,) = kept(audited, ".note"), kept(audited, ".tsr")
    nobody = f"cannot tell: stamp {stamp}: none of the certificates vouches for its TSA\n"
    with Tsa(tmp_path / "stranger") as stranger:
        assert verify("--stamp", stamp, "--tsa-ca", stranger.ca) == (3, nobody)
    assert verify("--head", note, "--stamp", stamp, "--tsa-ca", tsa.ca)[0] == 0


def test_a_stamp_without_its_certificate_needs_it_among_those_that_vouch(audited, tsa, verify, tmp_path):
    assert sign(audited, tsa).returncode == 0
    (note,) = kept(audited, ".note")
    query = openssl("ts", "-query", "-data", note, "-sha256", cwd=tsa.directory)  # without -cert
    stamp, both = tmp_path / "bare.tsr", tmp_path / "both.pem"
    stamp.write_bytes(tsa.honest(query))
    both.write_bytes(tsa.ca.read_bytes() + (tsa.directory / "signer.pem").read_bytes())
    words = ("--head", note, "--stamp", stamp, "--tsa-ca")
    assert verify(*words, both)[0] == 0
    nobody = f"cannot tell: stamp {stamp}: none of the certificates vouches for its TSA\n"
    assert verify(*words, tsa.ca) == (3, nobody)
    data = stamp.read_bytes()
    stamp.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert verify(*words, both) == (1, f"altered: stamp {stamp}: its signature is wrong\n")


def test_a_stamp_with_any_byte_changed_says_the_same_or_is_refused(audited, tsa, verify, tmp_path):
    assert sign(audited, tsa).returncode == 0
    (note,), (stamp,) = kept(audited, ".note"), kept(audited, ".tsr")
    data, changed = stamp.read_bytes(), tmp_path / "changed.tsr"
    changed.write_bytes(data)
    words = ("--head", note, "--stamp", changed, "--tsa-ca", tsa.ca)
    code, said = verify(*words)
    assert code == 0
    codes = set()
    for at in [*range(0, len(data), 7), len(data) - 1]:
        changed.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
        found = verify(*words)
        codes.add(found[0])
        assert found == (0, said) or (found[0] in (1, 3) and "existed" not in found[1]), (at, found)
    assert {1, 3} <= codes
    for size in range(0, len(data), 97):
        changed.write_bytes(data[:size])
        assert verify(*words)[0] == 3


def test_a_stamp_is_looked_at_with_the_proof_of_an_appointment_too(audited, tsa, tmp_path):
    id = audited.api.create()["id"]
    assert sign(audited, tsa).returncode == 0
    (note,), (stamp,) = kept(audited, ".note"), kept(audited, ".tsr")
    proof = fetch(audited, f"/appointments/{id}/proof/", tmp_path / "proof")
    key = audited.api.get("/audit/keys/")["keys"][-1]["verifier_key"]
    words = ("audit", "verify", proof, "--appointment", id, "--key", key, "--stamp", stamp,
             "--tsa-ca", tsa.ca)
    done = run(*words, "--head", note)
    assert done.returncode == 0 and f"\nstamp {stamp}: records 1 to 7 existed on " in done.stdout, done
    done = run(*words)
    assert (done.returncode, done.stdout) == (
        3, f"cannot tell: stamp {stamp}: it is of none of the heads\n")
    stamp.write_bytes(tsa.forged(stamp.read_bytes(), None))
    done = run(*words, "--head", note)
    assert (done.returncode, done.stdout) == (1, f"altered: stamp {stamp}: its signature is wrong\n")
