"""What the kernel accounts to a process and its children."""
import pathlib


def family(pid):
    """The process and all that descend from it."""
    pids = [pid]
    for children in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _read(children).split():
            pids += family(int(child))
    return pids


def cpu_ns(pid):
    """Time on a CPU, of all threads."""
    total = 0
    for member in family(pid):
        for task in pathlib.Path(f"/proc/{member}/task").glob("*/schedstat"):
            total += int((_read(task).split() or ["0"])[0])
    return total


def private_bytes(pid):
    """User memory that is nobody else's. Readable only by root for processes that forbid to be dumped, such as ours."""
    total = 0
    for member in family(pid):
        for line in pathlib.Path(f"/proc/{member}/smaps_rollup").read_text().splitlines():
            if line.startswith("Private_"):
                total += int(line.split()[1]) * 1024
    return total


def _read(path):
    try:
        return path.read_text()
    except OSError:  # ended meanwhile
        return ""
