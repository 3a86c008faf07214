#!/usr/bin/env python3
"""Counts what a CTest run did: single GoogleTest cases where a program reports them, else the CTest test itself.

Usage: count_results.py JUNIT_XML GTEST_FOLDER [PROGRAM_FOLDER]
Prints "passed failed skipped", and each failure by name on stderr. A program test_* of PROGRAM_FOLDER that CTest does not
know is a failure; without that folder some tests were chosen.
"""

import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def cases_of(report):
    """Yields (name, outcome) for each case of one GoogleTest JSON report."""
    for suite in report.get("testsuites", []):
        for case in suite.get("testsuite", []):
            name = f"{suite['name']}.{case['name']}"
            if case.get("failures"):
                yield name, "failed"
            elif case.get("status") == "NOTRUN":
                continue  # filtered out or disabled
            else:
                yield name, "skipped" if case.get("result") == "SKIPPED" else "passed"


def outcome_of(test):
    """The outcome of one CTest test in the JUnit report."""
    if test.find("failure") is not None or test.get("status") == "fail":
        return "failed"
    return "passed" if test.get("status") == "run" else "skipped"


def forgotten(known, program_folder):
    """The test programs that were built and that no CTest test runs."""
    return sorted({path.name for path in pathlib.Path(program_folder).glob("test_*")} - known) if program_folder else []


def count(junit_path, gtest_folder, program_folder=None):
    """Returns ({outcome: number}, [failed names])."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    tests = {test.get("name"): outcome_of(test) for test in ElementTree.parse(junit_path).getroot().iter("testcase")}
    failures = [f"{name}: not registered with CTest" for name in forgotten(set(tests), program_folder)]
    counts["failed"] += len(failures)
    for name, outcome in tests.items():
        report = pathlib.Path(gtest_folder) / f"{name}.json"
        cases = []
        if report.is_file():
            try:
                cases = list(cases_of(json.loads(report.read_text())))
            except json.JSONDecodeError:
                outcome = "failed"
        failed = [case for case, result in cases if result == "failed"]
        for _, result in cases:
            counts[result] += 1
        failures += [f"{name}: {case}" for case in failed]
        # A program that crashes, times out or leaks fails as a whole, whatever its cases said.
        if not cases or (outcome == "failed" and not failed):
            counts[outcome] += 1
            if outcome == "failed":
                failures.append(name)
    return counts, failures


def main():
    counts, failures = count(*sys.argv[1:])
    for failure in failures:
        print(f"FAILED {failure}", file=sys.stderr)
    print(counts["passed"], counts["failed"], counts["skipped"])


if __name__ == "__main__":
    main()
