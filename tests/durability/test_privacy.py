"""Only the owner can read the data, the secrets or a password, however their files were made."""
import os
import signal
import socket
import stat
import subprocess

from process import Process
from server import binary, run


def modes(directory):
    """{mode: [path…]} of all that is in the directory, itself included."""
    found = {}
    for path in [directory, *directory.rglob("*")]:
        kind = "directory" if path.is_dir() else "file"
        found.setdefault((kind, oct(stat.S_IMODE(path.stat().st_mode))), []).append(str(path))
    return found


def test_the_data_directory_is_the_owners_only_whatever_made_it(node):
    node.data_dir.mkdir(mode=0o777)
    node.data_dir.chmod(0o755)
    (node.data_dir / "note").write_text("made by somebody")
    (node.data_dir / "note").chmod(0o644)
    before = os.umask(0)
    try:
        api = node.serve()
        api.post("/appointments/", {"title": "T", "start_date_time": "2031-01-01T00:00:00Z",
                                    "duration_minutes": 30, "participants": []})
        node.stop()
    finally:
        os.umask(before)
    found = modes(node.data_dir)
    assert set(found) == {("directory", "0o700"), ("file", "0o600")}, found


def test_a_configuration_file_with_a_password_is_as_private_as_the_secrets(tmp_path):
    file = tmp_path / "consularia.toml"
    words = ("--config", file, "serve", "--data-dir", tmp_path / "data", "--listen", "127.0.0.1:0",
             "--ledger", "kafka:127.0.0.1:1")  # no --secrets-file: it ends here in any case
    file.write_text('[serve]\nkafka-config = ["sasl.username=ann", "sasl.password=hush"]\n')
    file.chmod(0o644)
    refused = run(*words)
    assert refused.returncode == 1
    assert refused.stderr == (f"consularia: the configuration file {file} contains a password, and can be read by "
                              f"others than its owner: run chmod 600 {file}\n")
    file.chmod(0o600)
    taken = run(*words)
    assert taken.returncode == 2 and "--secrets-file must be named" in taken.stderr
    file.write_text('[serve]\n# no sasl.password here\nlog-level = "info"\n')
    file.chmod(0o644)
    taken = run(*words)
    assert taken.returncode == 2 and "--secrets-file must be named" in taken.stderr


def flood(port):
    """Sends many requests for /healthz; returns how many."""
    bite, bites = 100, 30
    with socket.create_connection(("127.0.0.1", port), timeout=30) as one:
        for _ in range(bites):
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n" * bite)
            answers = b""
            while answers.count(b"HTTP/1.1 200 ") < bite or not answers.endswith(b"}"):
                answers += one.recv(1 << 16)
    return bite * bites


def test_a_log_that_is_written_too_slowly_says_how_many_lines_were_lost(tmp_path):
    words = ("serve", "--data-dir", tmp_path / "data", "--listen", "127.0.0.1:0",
             "--max-log-lines", "100")
    with Process(binary(), *words, talks=True, stderr=subprocess.PIPE) as process:
        requests = flood(port=int(process.hear().rsplit(":", 1)[1]))
        process.signal(signal.SIGTERM)
        log = process.popen.stderr.read().decode().splitlines()
        assert process.exit_code() == 0
    shown = sum(" route=/healthz " in line for line in log)
    lost = sum(int(line.split(": ", 1)[1].split()[0]) for line in log if "lines were lost" in line)
    assert shown < requests, "the log kept up: nothing was tested"
    others = len(log) - shown
    assert requests - shown <= lost <= requests - shown + others, (requests, shown, lost, others)
