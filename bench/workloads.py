"""What is done to a proxy, and the figures that are read meanwhile."""
import json
import os
import pathlib
import select
import statistics
import subprocess
import tempfile
import time

import bodies
import process_figures
from proxies import LOAD_CORE, Process, Proxy, pinned

NAMES = ("json1k", "json60k", "sse", "streams", "translated", "cancel")
OPEN_STREAMS = ("streams", "translated")  # each for several numbers of streams
CLOSE_SECONDS = 5  # an upstream connection that lives longer after its client left counts as still open
ABORTED_STREAMS = 200


class Bench:
    """Everything that stays the same during a run."""

    def __init__(self, builds, programs, peers, seconds, connections):
        self.builds, self.programs, self.peers = builds, pathlib.Path(programs), peers
        self.seconds, self.connections = seconds, connections

    def run(self, workload, kind):
        """The figures of one workload on a proxy that was started for it."""
        name, _, count = workload.partition(":")
        with tempfile.TemporaryDirectory(prefix="rlm-bench-") as folder:
            os.chmod(folder, 0o755)  # nginx's worker is another user
            with self._mock_model(folder) as model:
                port = int(model.child.stdout.readline().split()[1])
                with Proxy(kind, self.builds, self.peers, port, folder) as proxy:
                    proxy.wait_until_ready()
                    if name in OPEN_STREAMS:
                        return self._streams(proxy, folder, name, int(count))
                    if name == "cancel":
                        return self._cancel(proxy, model, folder)
                    return self._closed_loop(proxy, folder, name)

    def _mock_model(self, folder):
        return Process(pinned(LOAD_CORE, [self.programs / "bench_mock_model"]), f"{folder}/model.log",
                       stdout=subprocess.PIPE)

    def _load(self, proxy, folder, mode, body, connections, seconds):
        command = [self.programs / "bench_load_generator", mode, proxy.port, body, f"connections={connections}",
                   f"measure_ms={int(seconds * 1000)}"]
        return Process(pinned(LOAD_CORE, command), f"{folder}/load.log", stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def _closed_loop(self, proxy, folder, name):
        make = bodies.large if name == "json60k" else bodies.small
        burst = name == "sse"
        body = bodies.write_body(folder, name, make, "bench-burst" if burst else "bench-json", burst)
        proxy.check_answer(body.read_bytes())
        with self._load(proxy, folder, "closed", body, self.connections, self.seconds) as load:
            seen = _measure(proxy, load)
        return {"cpu_us": seen["cpu_share"] * 1e6 / (seen["good"] / seen["seconds"]),
                "per_second": seen["good"] / seen["seconds"], "p50_us": seen["p50_us"], "p99_us": seen["p99_us"],
                "bad": seen["bad"]}

    def _streams(self, proxy, folder, name, count):
        interval = max(100, count // 10)  # at most 10,000 events a second: the load's core must keep up
        make, word = (bodies.small, "paced") if name == "streams" else (bodies.translated, "chatp")
        body = bodies.write_body(folder, word, make, f"bench-{word}-{interval:04d}", True)
        idle = process_figures.private_bytes(proxy.pid)
        with self._load(proxy, folder, "streams", body, count, self.seconds) as load:
            seen = _measure(proxy, load)
            held = process_figures.private_bytes(proxy.pid)
        return {"cpu_us": seen["cpu_share"] * 1e6 / (seen["events"] / seen["seconds"]),
                "per_second": seen["events"] / seen["seconds"], "idle_mb": idle / 1e6,
                "kb_per_stream": (held - idle) / 1024 / count, "bad": seen["bad"]}

    def _cancel(self, proxy, model, folder):
        body = bodies.write_body(folder, "abort", bodies.small, "bench-abort-000000", True)
        with self._load(proxy, folder, "abort", body, ABORTED_STREAMS, 1) as load:
            seen = _measure(proxy, load)
            left = dict(seen["left"])
            closed = _closed_times(model.child.stdout, set(left))
        delays = [(closed[i] - left[i]) / 1e6 for i in closed]
        return {"median_ms": statistics.median(delays) if delays else None, "max_ms": max(delays, default=None),
                "still_open": len(left) - len(closed), "bad": seen["bad"]}


def _line(load):
    line = load.child.stdout.readline()
    if not line:
        raise RuntimeError(f"the load generator ended: {load.log.read_text().strip()}")
    return line


def _measure(proxy, load):
    """The load generator's figures and the share of one core that the proxy used between its marks."""
    _line(load)  # MEASURE
    # Whatever delayed us on a busy machine, this and the window end where our own clock says.
    cpu_before, began = process_figures.cpu_ns(proxy.pid), time.monotonic_ns()
    seen = json.loads(_line(load))
    used = process_figures.cpu_ns(proxy.pid) - cpu_before
    if proxy.child.poll() is not None:
        raise RuntimeError(f"{proxy.kind} ended: {proxy.log.read_text().strip()}")
    seen["cpu_share"] = used / max(1, seen["end_ns"] - began)
    return seen


def _closed_times(output, wanted):
    """{number of the stream: when the mock model lost it}, until all are there or CLOSE_SECONDS passed."""
    times, text, deadline = {}, b"", time.monotonic() + CLOSE_SECONDS
    while len(times) < len(wanted):
        ready, _, _ = select.select([output], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            break
        text += os.read(output.fileno(), 65536)
        *lines, text = text.split(b"\n")
        for line in lines:
            _, number, when = line.split()
            if int(number) in wanted:
                times[int(number)] = int(when)
    return times
