"""A job in a process of its own, timed from after its imports, with the peak of its own memory."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

Made = TypeVar("Made")


class Measured(NamedTuple):
    """What a job took, and what it said of what it made."""

    seconds: float
    peak: int
    """Bytes."""
    said: tuple[str, ...]
    """Its words."""


def timed(work: Callable[[], Made], said: Callable[[Made], str]) -> None:
    """Do the work and print what it took, for the process that asked."""
    began = time.perf_counter()
    made = work()
    seconds = time.perf_counter() - began
    print(seconds, peak_bytes(), said(made))


def peak_bytes() -> int:
    """Return the most memory that this process has held since it began.

    Linux hands a new process the peak of the one that started it in ``ru_maxrss``; its own is in
    ``/proc``.
    """
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def measured(script: str, *words: str) -> Measured:
    """Run a benchmark's script as a process, which does one job and prints what `timed` prints."""
    done = subprocess.run(
        [sys.executable, script, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    seconds, peak, *said = done.stdout.split()
    return Measured(float(seconds), int(peak), tuple(said))
