"""The release binary has the protections against exploits that compiler and linker offer."""
import pathlib
import platform
import subprocess

import pytest

from server import binary

INDIRECT_TARGET = bytes.fromhex("f30f1efa")  # endbr64


@pytest.fixture(scope="module")
def elf():
    """The output of readelf for the binary: headers, the dynamic section, symbols."""
    done = subprocess.run(["readelf", "--wide", "--file-header", "--program-headers", "--dynamic",
                           "--dyn-syms", binary()],
                          capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def test_it_is_loaded_anywhere(elf):
    assert "Position-Independent Executable" in elf


def test_what_the_linker_resolved_is_read_only(elf):
    assert "GNU_RELRO" in elf
    assert "BIND_NOW" in elf


def test_the_stack_is_guarded_and_not_executable(elf):
    assert "__stack_chk_fail" in elf
    stack = next(line for line in elf.splitlines() if "GNU_STACK" in line)
    assert " RWE " not in stack and " RW " in stack, stack


def test_copies_are_bounded(elf):
    assert "__memcpy_chk" in elf or "__memmove_chk" in elf, "not built with _FORTIFY_SOURCE"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="of x86 processors")
def test_indirect_calls_reach_functions_only():
    # Without -fcf-protection there are only the few of the C run-time.
    assert pathlib.Path(binary()).read_bytes().count(INDIRECT_TARGET) > 1000


def test_bounds_of_the_standard_library_are_checked(elf):
    assert "__glibcxx_assert_fail" in elf
