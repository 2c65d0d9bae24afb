"""What the build of the image is given: everything that the binary is made of."""
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).parents[2]
LEFT_OUT = {"bench", "build", "tests"}


def copy_context(to):
    """The files that .dockerignore does not leave out: it lists what is kept."""
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if line.startswith("!"):
            source, target = ROOT / line[1:], to / line[1:]
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, target)


def sources(root):
    return {path.relative_to(root) for top in root.iterdir() if top.name not in LEFT_OUT
            for path in top.rglob("*.[ch]pp")}


def test_the_image_is_built_from_all_sources(tmp_path):
    copy_context(tmp_path)
    assert sources(tmp_path) == sources(ROOT) != set()
    subprocess.run(["cmake", "--preset", "release"], cwd=tmp_path, check=True)
