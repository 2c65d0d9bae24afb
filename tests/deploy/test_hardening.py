"""The release binary carries what its compiler and linker have against exploits."""
import pathlib
import platform
import subprocess

import pytest

from server import binary

INDIRECT_TARGET = bytes.fromhex("f30f1efa")  # endbr64


@pytest.fixture(scope="module")
def told():
    """What readelf tells of the binary: headers, the dynamic section, symbols."""
    done = subprocess.run(["readelf", "--wide", "--file-header", "--program-headers", "--dynamic",
                           "--dyn-syms", binary()],
                          capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def test_it_is_loaded_anywhere(told):
    assert "Position-Independent Executable" in told


def test_what_the_linker_resolved_is_read_only(told):
    assert "GNU_RELRO" in told
    assert "BIND_NOW" in told


def test_the_stack_is_guarded_and_not_executable(told):
    assert "__stack_chk_fail" in told
    stack = next(line for line in told.splitlines() if "GNU_STACK" in line)
    assert " RWE " not in stack and " RW " in stack, stack


def test_copies_are_bounded(told):
    assert "__memcpy_chk" in told or "__memmove_chk" in told, "not built with _FORTIFY_SOURCE"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="of x86 processors")
def test_indirect_calls_reach_functions_only():
    # Without -fcf-protection there are none but the few of the C run-time.
    assert pathlib.Path(binary()).read_bytes().count(INDIRECT_TARGET) > 1000


def test_bounds_of_the_standard_library_are_checked(told):
    assert "__glibcxx_assert_fail" in told
