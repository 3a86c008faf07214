#!/usr/bin/env python3
"""Measures rlm-cascade against other proxies on the same work, interleaved; prints a table and writes JSON. See bench/README.md."""
import argparse
import json
import os
import pathlib
import platform
import resource
import shutil
import sys
import time

sys.dont_write_bytecode = True  # the tree stays clean
import proxies
import table
import workloads

HERE = pathlib.Path(__file__).resolve().parent


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--proxy", required=True, type=pathlib.Path, help="the rlm-cascade program")
    parser.add_argument("--programs", type=pathlib.Path,
                        help="folder of bench_mock_model and bench_load_generator (default: near the proxy)")
    parser.add_argument("--with", dest="others", default="nginx,haproxy", help="compared proxies; empty: none")
    parser.add_argument("--build", action="append", default=[], metavar="NAME=PROGRAM", help="one more build of rlm-cascade")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND",
                        help="one more proxy; {port}, {upstream} (a port) and {folder} are filled in")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="measured time of a workload")
    parser.add_argument("--connections", type=int, default=32, help="of the closed loop")
    parser.add_argument("--workload", default=",".join(workloads.NAMES))
    parser.add_argument("--streams", default="1000,5000", help="numbers of open streams")
    parser.add_argument("--json", type=pathlib.Path, default=HERE / "out" / "last.json")
    return parser.parse_args()


def wanted_workloads(options):
    wanted = []
    for name in filter(None, options.workload.split(",")):
        if name not in workloads.NAMES:
            sys.exit(f"--workload: {name!r} found; expected some of {', '.join(workloads.NAMES)}")
        wanted += [f"{name}:{n}" for n in options.streams.split(",")] if name in workloads.OPEN_STREAMS else [name]
    return wanted


def find_programs(options):
    near = options.proxy.resolve().parent
    for folder in filter(None, [options.programs, near / "bin", near / "bench", near, HERE.parent / "build/bench/bin"]):
        if (folder / "bench_mock_model").exists():
            return folder.resolve()
    sys.exit("bench_mock_model is not built; configure with -DRLM_BUILD_BENCH=ON and build bench_programs")


def wanted_proxies(options, builds, peers):
    kinds = [*builds, *filter(None, options.others.split(",")), *peers]
    for kind in kinds[len(builds):]:
        if kind not in peers and kind not in ("nginx", "haproxy"):
            sys.exit(f"--with: {kind!r} found; expected nginx, haproxy")
        if kind not in peers and not shutil.which(kind):
            sys.exit(f"{kind} is not installed; scripts/install_deps.sh bench")
    return kinds


def one_round(bench, wanted, kinds):
    """{workload: {proxy: figures}}; all proxies of a workload run one after another, so that noise hits them alike."""
    found = {}
    for workload in wanted:
        for kind in kinds:
            try:
                figures = bench.run(workload, kind)
            except (RuntimeError, OSError, ValueError) as error:
                print(f"{workload} {kind}: {error}", file=sys.stderr, flush=True)
                continue
            found.setdefault(workload, {})[kind] = figures
            shown = " ".join(f"{key}={value:.2f}" for key, value in figures.items() if value is not None)
            print(f"  {workload:12} {kind:12} {shown}", file=sys.stderr, flush=True)
    return found


def check_cores():
    if not {proxies.PROXY_CORE, proxies.LOAD_CORE} <= os.sched_getaffinity(0):
        sys.exit("needs two cores: one for the proxy, one for the load and the mock model")


def main():
    options = parse_arguments()
    check_cores()
    peers = dict(peer.split("=", 1) for peer in options.peer)
    builds = {"rlm-cascade": options.proxy.resolve()}
    builds.update((name, pathlib.Path(program).resolve()) for name, program in (one.split("=", 1) for one in options.build))
    kinds = wanted_proxies(options, builds, peers)
    wanted = wanted_workloads(options)
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    bench = workloads.Bench(builds, find_programs(options), peers, options.seconds, options.connections)
    load_before, rounds = os.getloadavg()[0], []
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
        rounds.append(one_round(bench, wanted, kinds if number % 2 == 0 else kinds[::-1]))
    result = table.summary([{name: {kind: one[name][kind] for kind in kinds if kind in one[name]} for name in one}
                            for one in rounds])
    machine = {"cores": os.cpu_count(), "kernel": platform.release(), "load_before": load_before,
               "load_after": os.getloadavg()[0]}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps({
        "when": int(time.time()), "machine": machine, "arguments": sys.argv[1:], "summary": result,
        "rounds": rounds}, indent=1) + "\n")
    print(table.markdown(result))
    print(f"\n{options.rounds} rounds of {options.seconds:g} s; {machine['cores']} cores, load average "
          f"{machine['load_before']:.1f} before and {machine['load_after']:.1f} after")
    complete = all(kind in one.get(name, {}) for one in rounds for name in wanted for kind in kinds)
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
