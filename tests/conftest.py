"""Fixtures of several tiers."""
import pytest

from kill_at import Killer


@pytest.fixture(scope="module")
def killer(tmp_path_factory):
    return Killer(tmp_path_factory.mktemp("kill"))
