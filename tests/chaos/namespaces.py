"""Network namespaces: a node in a namespace of its own reaches only what we let it reach.

Only loopback is in them. A socket belongs to the namespace in which it was made, so we reach a
node, and listen in the place of its brokers, by making a socket in there and using it from here.
"""

import ctypes
import os
import socket
import subprocess

from process import Process

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def enter(descriptor):
    if LIBC.setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "cannot enter the network namespace")


class Namespace:
    """Exists until this process and the processes in it have ended."""

    home = os.open("/proc/self/ns/net", os.O_RDONLY)

    def __init__(self):
        command = "ip link set lo up && echo up && read -r _"
        words = ("unshare", "--net", "sh", "-c", command)
        with Process(*words, talks=True, stderr=subprocess.STDOUT) as made:
            answer = made.hear()
            assert answer == "up", f"no network namespace can be made: {answer}"
            self.descriptor = os.open(f"/proc/{made.pid}/ns/net", os.O_RDONLY)

    def socket(self):
        """Only the calling thread enters, for this one call."""
        enter(self.descriptor)
        try:
            return socket.socket()
        finally:
            enter(Namespace.home)

    def command(self):
        """Words before a command that is to run in the namespace; give it `descriptor`."""
        return ["nsenter", f"--net=/proc/self/fd/{self.descriptor}", "--"]

    def close(self):
        os.close(self.descriptor)
