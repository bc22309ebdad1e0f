"""Measuring: processor time, the least of several; what a program that was started took; and the machine it was measured on."""

import gc
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def least(run: Callable[[], object], times: int) -> float:
    """Give the least processor time of several runs, in milliseconds, after one that does not count."""
    run()
    found = []
    for _ in range(times):
        gc.collect()
        begin = time.process_time()
        run()
        found.append(time.process_time() - begin)
    return 1000 * min(found)


@dataclass(frozen=True)
class Spent:
    """What a program took, with all it started: processor and wall time in seconds, and the largest process in megabytes."""

    processor: float
    wall: float
    memory: float
    code: int


def started(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Spent:
    """Run a program to its end and give what it took; what it prints is dropped."""
    watch = [sys.executable, "-c", _WATCH, *command]
    shown = subprocess.run(
        watch, capture_output=True, text=True, check=True, cwd=ROOT, env={**os.environ, **(environment or {})}
    ).stdout
    processor, wall, memory, code = (float(word) for word in shown.split()[-4:])
    return Spent(processor, wall, memory, int(code))


# In a process of its own, so that the largest process is the largest of this program and not of one before it.
_WATCH = """
import resource, subprocess, sys, time
begin = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
size = used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
print(used.ru_utime + used.ru_stime, time.perf_counter() - begin, size, code)
"""


def machine() -> dict[str, str]:
    """Describe the machine."""
    return {
        "processor": _processor(),
        "processors": str(os.cpu_count()),
        "load": f"{os.getloadavg()[0]:.1f}",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "memory_of_this_run": f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB",
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = (
        [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        if info.exists()
        else []
    )
    return names[0] if names else platform.processor() or platform.machine()
