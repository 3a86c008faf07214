#!/usr/bin/env python3
"""The sum under the test run must not hide a failure: made-up reports in, counts out."""

import json
import pathlib
import sys
import tempfile
import unittest

from source_text import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "scripts"))
import count_results  # noqa: E402


def counted(tests, reports, programs=()):
    """`tests`: {name: JUnit status}; `reports`: {name: [(case, outcome)] or raw text}; `programs`: names of what was built."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        cases = "".join(
            f'<testcase name="{name}" status="{status}">{"<failure/>" if status == "fail" else ""}</testcase>'
            for name, status in tests.items())
        (root / "junit.xml").write_text(f"<testsuite>{cases}</testsuite>")
        for name, report in reports.items():
            if not isinstance(report, str):
                suite = [{"name": case, "status": "RUN", "result": "SKIPPED" if outcome == "skipped" else "COMPLETED",
                          **({"failures": [{}]} if outcome == "failed" else {})} for case, outcome in report]
                report = json.dumps({"testsuites": [{"name": "S", "testsuite": suite}]})
            (root / f"{name}.json").write_text(report)
        (root / "bin").mkdir()
        for program in programs:
            (root / "bin" / program).touch()
        counts, failures = count_results.count(root / "junit.xml", root, root / "bin")
        return (counts["passed"], counts["failed"], counts["skipped"]), failures


class CountResults(unittest.TestCase):
    def test_counts_cases_where_a_program_reports_them_and_tests_elsewhere(self):
        reports = {"test_a": [("x", "passed"), ("y", "passed"), ("z", "skipped")]}
        self.assertEqual(((3, 0, 1), []), counted({"test_a": "run", "tidy": "run"}, reports))

    def test_counts_a_failed_case_once(self):
        reports = {"test_a": [("x", "failed"), ("y", "passed")]}
        self.assertEqual(((1, 1, 0), ["test_a: S.x"]), counted({"test_a": "fail"}, reports))

    def test_counts_a_program_that_fails_behind_its_last_case(self):
        self.assertEqual(((1, 1, 0), ["test_a"]), counted({"test_a": "fail"}, {"test_a": [("x", "passed")]}))

    def test_counts_a_program_that_died_without_a_report(self):
        self.assertEqual(((0, 1, 0), ["test_a"]), counted({"test_a": "fail"}, {}))

    def test_counts_a_cut_report_as_a_failure(self):
        self.assertEqual(((0, 1, 0), ["test_a"]), counted({"test_a": "run"}, {"test_a": '{"testsuites": ['}))

    def test_counts_what_did_not_run_as_skipped(self):
        self.assertEqual(((0, 0, 1), []), counted({"format": "notrun"}, {}))

    def test_asks_for_no_program_where_some_were_chosen(self):
        with tempfile.TemporaryDirectory() as folder:
            junit = pathlib.Path(folder) / "junit.xml"
            junit.write_text('<testsuite><testcase name="test_a" status="run"/></testsuite>')
            self.assertEqual(({"passed": 1, "failed": 0, "skipped": 0}, []), count_results.count(junit, folder))

    def test_counts_a_program_that_no_test_runs_as_a_failure(self):
        self.assertEqual(((1, 1, 0), ["test_b: not registered with CTest"]),
                         counted({"test_a": "run"}, {}, ["test_a", "test_b", "rlm-cascade"]))


if __name__ == "__main__":
    unittest.main()
