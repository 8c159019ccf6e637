"""What the processes of a class hold, and where they listen."""

import os
import time
from pathlib import Path


def below(process):
    """The processes that this one started, and theirs."""
    found = []
    try:
        for task in os.listdir(f"/proc/{process}/task"):
            for child in Path(f"/proc/{process}/task/{task}/children").read_text(encoding="ascii").split():
                found += [int(child), *below(int(child))]
    except FileNotFoundError:
        pass
    return found


def alive(process):
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for_the_end_of(processes, seconds=60):
    end = time.monotonic() + seconds
    while any(map(alive, processes)) and time.monotonic() < end:
        time.sleep(0.1)
    assert not [command(process) for process in processes if alive(process)]


def command(process):
    return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def environment(process):
    """Its variables as it was started with, empty where it has ended."""
    try:
        return Path(f"/proc/{process}/environ").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def memory(process):
    """Megabytes: what is shared with others counts for a part (PSS)."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    (pss,) = [line for line in lines if line.startswith("Pss:")]
    return int(pss.split()[1]) * 1024 / 1e6


def listening(processes):
    """The addresses, as the system writes them, at which these processes wait for connections."""
    sockets = set()
    for process in processes:
        try:
            for name in os.listdir(f"/proc/{process}/fd"):
                sockets.add(os.readlink(f"/proc/{process}/fd/{name}"))
        except (FileNotFoundError, ProcessLookupError):
            continue
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                found.add(fields[1].split(":")[0])
    return found
