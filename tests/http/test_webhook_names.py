"""The host of a webhook's URL is resolved by a real name service, which lies.

The test runs once more as a program in namespaces of its own: there the name service is ours, and a
public address is this machine's."""
import os
import pathlib
import subprocess
import sys
import tempfile

from client import Client
from name_server import NameServer
from receiver import Receiver
from server import Server
from wait import until

PUBLIC = "93.184.216.34"
# In a network of its own and with its own files in /etc; nothing of it outlives the program.
PREPARE = f"""set -e
ip link set lo up
ip address add {PUBLIC}/32 dev lo
echo 'nameserver 127.0.0.1' >"$1/resolv.conf"
echo 'hosts: files dns' >"$1/nsswitch.conf"
mount --bind "$1/resolv.conf" /etc/resolv.conf
mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf
exec "$2" -B "$3" "$1"
"""
REFUSED = "This address is not allowed."


def test_only_the_address_that_was_checked_is_called_whatever_the_name_service_says(tmp_path):
    support = pathlib.Path(sys.modules["name_server"].__file__).parent
    done = subprocess.run(
        ["unshare", "--net", "--mount", "sh", "-c", PREPARE, "sh", tmp_path, sys.executable,
         __file__], env=os.environ | {"PYTHONPATH": str(support)}, capture_output=True, text=True,
        timeout=120)
    assert done.returncode == 0 and done.stdout.endswith("all seen\n"), (done.stdout, done.stderr)


def deliveries(api, webhook):
    return {one["sequence"]: one
            for one in api.get(f"/webhooks/{webhook}/deliveries/")["results"]}


def rebinding(api, names, public, inside):
    """The first answer is a public address, the next ones are not."""
    name = "rebinding.example.com"
    names.answers[name] = [[PUBLIC], ["127.0.0.1"]]
    made = api.post("/webhooks/", {"url": f"http://{name}:{public.port}/"})
    assert made.status == 201, made
    first = made.position + 1
    assert api.create().position == first
    until(lambda: first in public.sequences(), "the public address gets the event")
    assert names.asked.count(name) == 1, "one question for one attempt"
    second = api.create().position
    until(lambda: (tried := deliveries(api, made["id"]).get(second)) and tried["attempts"] >= 2,
          "it is tried again")
    assert deliveries(api, made["id"])[second]["last_error"] == REFUSED
    for path in ("test/", f"deliveries/{made['id']}.{second}/redeliver/"):
        answer = api.post(f"/webhooks/{made['id']}/{path}", {})
        assert answer.json == {"status": None, "body": "", "error": REFUSED}, answer
    names.answers[name] = [[PUBLIC]]
    until(lambda: second in public.sequences(), "it is delivered once the name is right again")
    assert inside.messages == []
    api.delete(f"/webhooks/{made['id']}/")


def mixed(api, names, public, inside):
    """One answer with addresses that are refused, and one that is not."""
    name = "mixed.example.com"
    names.answers[name] = [["127.0.0.1", "169.254.169.254", "10.0.0.1", PUBLIC, "127.0.0.2"]]
    made = api.post("/webhooks/", {"url": f"http://{name}:{public.port}/"})
    before = len(public.messages)
    answer = api.post(f"/webhooks/{made['id']}/test/", {})
    assert (answer["status"], len(public.messages)) == (204, before + 1), answer
    names.answers[name] = [["169.254.169.254", "10.0.0.1", "100.64.0.1", "192.168.1.1", "0.0.0.0"]]
    assert api.post(f"/webhooks/{made['id']}/test/", {})["error"] == REFUSED
    assert inside.messages == []
    nowhere = api.post("/webhooks/", {"url": "http://nowhere.example.com/"})
    assert (api.post(f"/webhooks/{nowhere['id']}/test/", {})["error"]
            == "The name of the host cannot be resolved.")


def main(directory):
    names = NameServer("127.0.0.1", {})
    with Receiver(address=PUBLIC) as public, \
            Receiver(address="127.0.0.1", port=public.port) as inside, \
            Server(directory / "node", "--webhook-allow-http", "--webhook-retry-s", "1") as node:
        node.start()
        api = Client(node.port, node.organization()["token"]["token"])
        rebinding(api, names, public, inside)
        mixed(api, names, public, inside)
    print("all seen")


if __name__ == "__main__":
    main(pathlib.Path(tempfile.mkdtemp(dir=sys.argv[1])))
