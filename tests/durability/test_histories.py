"""The store of histories is made of the journal: whatever happens to it, proofs are the same."""
import shutil

from server import run


def proof(api, made):
    answer = api.get(f"/appointments/{made['id']}/proof/")
    assert answer.status == 200, answer
    return answer.body


def test_a_proof_is_the_same_after_crashes_and_without_the_store(node):
    api = node.serve()
    made = [api.create(title=f"{number}") for number in range(50)]
    before = proof(api, made[7])
    node.kill()
    api = node.serve()
    assert proof(api, made[7]) == before
    api.patch(f"/appointments/{made[7]['id']}/", {"title": "again"})
    later = proof(api, made[7])
    assert later.count(b"\n") == 3
    node.stop()
    shutil.rmtree(node.data_dir / "histories")
    api = node.serve()
    assert proof(api, made[7]) == later


def test_a_damaged_store_is_made_again(node):
    api = node.serve()
    made = [api.create(title=f"{number}") for number in range(50)]
    before = proof(api, made[7])
    node.stop()
    for file in (node.data_dir / "histories").glob("*"):
        if file.is_file():
            file.write_bytes(b"damaged" * 100)
    api = node.serve()
    assert proof(api, made[7]) == before


def test_the_store_of_another_ledger_is_noticed(node, tmp_path):
    """A data directory may be restored to a moment before, and go on otherwise."""
    api = node.serve()
    made = [api.create(title=f"{number}") for number in range(20)]
    backup = tmp_path / "backup"
    done = run("backup", "--data-dir", node.data_dir, "--to", backup)
    assert done.returncode == 0, done.stderr
    for number in range(20):
        api.create(title=f"lost {number}")
    assert proof(api, made[3])
    node.stop()
    done = run("backup", "restore", "--from", backup, "--data-dir", node.data_dir, "--force")
    assert done.returncode == 0, done.stderr
    assert (node.data_dir / "histories").exists()
    api = node.serve()
    for number in range(30):
        api.create(title=f"new {number}")
    again = proof(api, made[3])
    node.stop()
    shutil.rmtree(node.data_dir / "histories")
    assert proof(node.serve(), made[3]) == again
