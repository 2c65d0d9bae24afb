"""The machine, and what /proc says of its processes."""
import os
import pathlib
import re

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time that the process has used so far."""
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def forget_peak(pid):
    """peak_mb() begins again at what is resident now."""
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def peak_mb(pid):
    return _status_mb(pid, "VmHWM")


def resident_mb(pid):
    return _status_mb(pid, "VmRSS")


def _status_mb(pid, what):
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(rf"{what}:\s+(\d+) kB", status)[1]) / 1024


def description():
    cpus = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"^model name\s*:\s*(.*)$", cpus, re.M)
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]
    return (f"{os.cpu_count()} cores of {model[1] if model else os.uname().machine}, "
            f"{round(int(memory) / 1024 / 1024)} GB, Linux {os.uname().release}, which server and "
            "load generator share")
