#!/usr/bin/env python3
"""Holds the tree to its sizes and words, and the check to made-up files that break each rule."""

import pathlib
import tempfile
import unittest

import tidy
from source_text import REPOSITORY, bare, cpp_files

HEADER = "#pragma once\n// Says one thing.\n"


def problems_of(files, allowed=""):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return tidy.check(root, allowed)


def function_of(lines, head="int f() {"):
    return head + "\n" + "  g();\n" * (lines - 2) + "}\n"


class TheTree(unittest.TestCase):
    def test_is_tidy(self):
        allowed = (pathlib.Path(__file__).parent / "allowed.txt").read_text()
        problems = tidy.check(REPOSITORY, allowed)
        self.assertEqual([], problems, "\n" + "\n".join(problems))

    def test_has_functions_with_names_so_that_the_check_saw_something(self):
        names = [name for path in cpp_files(REPOSITORY) for name, _, _ in tidy.functions(path.read_text())]
        self.assertGreater(len(names), 300)
        self.assertLess(names.count("?"), len(names) // 50)


class FunctionLength(unittest.TestCase):
    def test_is_measured_from_the_declaration_to_the_closing_brace(self):
        cases = {
            "free": ("int f() {\n  g();\n}\n", [("f", 1, 3)]),
            "two": ("int f() { return 1; }\n\nint g(int a,\n      int b) {\n}\n", [("f", 1, 1), ("g", 3, 3)]),
            "in a namespace": ("namespace a::b {\nint f() {\n}\n}\n", [("f", 2, 2)]),
            "member": ("class A : public B {\n public:\n  int f() const override {\n  }\n};\n", [("f", 2, 3)]),
            "constructor": ("A::A(int a) : a_(a), b_{a} {\n  g();\n}\n", [("A::A", 1, 3)]),
            "template": ("template <class T>\nT f(T t) {\n  if (t) {\n  }\n}\n", [("f", 1, 5)]),
            "trailing type": ("auto f() -> std::vector<int> {\n}\n", [("f", 1, 2)]),
            "test": ("TEST(Gate, Opens) {\n}\n", [("Gate.Opens", 1, 2)]),
            "behind a table": ("constexpr int kA[] = {\n1,\n};\nint f() {\n}\n", [("f", 4, 2)]),
            "behind test values": ("INSTANTIATE(A, B, Values(Case{1}, Case{2}));\nint f() {\n}\n", [("f", 2, 2)]),
            "braces in literals": ('int f() {\n  g("}", \'}\', R"(})");  // }\n}\n', [("f", 1, 3)]),
            "digit separators": ("int f() {\n  return 1'000 + 2'000;\n}\n", [("f", 1, 3)]),
            "preprocessor": ("#define A(x) {\nint f() {\n}\n", [("f", 2, 2)]),
        }
        for name, (text, expected) in cases.items():
            with self.subTest(name):
                self.assertEqual(expected, tidy.functions(text))

    def test_may_be_seventy_lines_and_not_one_more(self):
        self.assertEqual([], problems_of({"src/base/a.cpp": function_of(70)}))
        self.assertEqual(["src/base/a.cpp:f: 71 lines, at most 70"], problems_of({"src/base/a.cpp": function_of(71)}))

    def test_of_an_allowed_function_only_shrinks(self):
        allowed = "function src/base/a.cpp:f 80  # a table in code\n"
        self.assertEqual([], problems_of({"src/base/a.cpp": function_of(80)}, allowed))
        self.assertIn("at most 80", problems_of({"src/base/a.cpp": function_of(81)}, allowed)[0])
        self.assertIn("lower its number", problems_of({"src/base/a.cpp": function_of(75)}, allowed)[0])
        self.assertIn("not needed", problems_of({"src/base/a.cpp": function_of(70)}, allowed)[0])


class FileLength(unittest.TestCase):
    def test_may_be_350_lines_and_not_one_more(self):
        for suffix in ("cpp", "py", "sh"):
            with self.subTest(suffix):
                self.assertEqual([], problems_of({f"src/base/a.{suffix}": "\n" * 350}))
                self.assertEqual(1, len(problems_of({f"src/base/a.{suffix}": "\n" * 351})))

    def test_of_an_allowed_file_only_shrinks(self):
        self.assertEqual([], problems_of({"src/base/a.cpp": "\n" * 400}, "file src/base/a.cpp 400\n"))
        self.assertEqual(1, len(problems_of({"src/base/a.cpp": "\n" * 300}, "file src/base/a.cpp 400\n")))


class Headers(unittest.TestCase):
    def test_open_with_pragma_once_and_a_sentence(self):
        for text in (HEADER, "#pragma once\n\n// Says one\n// thing (RFC 9112 §2).\n\nint a;\n",
                     "#pragma once\n// Says one thing.\n//\n//   a  b\n"):
            self.assertEqual([], problems_of({"src/base/a.hpp": text}))

    def test_that_open_otherwise_are_refused(self):
        cases = ["", "// Says one thing.\n#pragma once\n", "#ifndef A\n", "#pragma once\nint a;\n// Late.\n",
                 "#pragma once\n// no sentence\n", "#pragma once\n//\n"]
        for text in cases:
            with self.subTest(text):
                self.assertEqual(1, len(problems_of({"src/base/a.hpp": text})))


class Words(unittest.TestCase):
    def test_banned_in_code(self):
        cases = ["co_spawn(a, b, asio::detached);", "using namespace asio::experimental::awaitable_operators;",
                 "auto t = std::chrono::system_clock::now();", 'std::cout << "a";', 'printf("a");', "int a = std::rand();",
                 "int a = rand();", "thread.detach();", "threads_[i].detach();", "std::this_thread::sleep_for(1s);",
                 "usleep(1);", "using namespace std;", "a << std::endl;", "sprintf(a, b);", "#include <regex>", "// TODO a",
                 "/* FIXME */", "// see /work/a", 'open("/tmp/a");', "// Written by an AI."]
        for line in cases:
            with self.subTest(line):
                self.assertNotEqual([], problems_of({"src/base/a.cpp": line + "\n"}))

    def test_allowed_where_they_are_at_home(self):
        cases = {"src/base/clock.cpp": "system_clock::now();", "src/app/a.cpp": 'std::printf("a");',
                 "sim/a.cpp": "std::cout << 1;", "src/base/a.cpp": '// printf("a"), std::rand\nsnprintf(a, 1, "b");',
                 "src/base/b.cpp": 'log("asio::detached");', "src/net/a.cpp": "worker.sleep_for(a); stream.detach();"}
        for path, text in cases.items():
            with self.subTest(path):
                self.assertEqual([], problems_of({path: text + "\n"}))

    def test_banned_in_every_text(self):
        for path in ("docs/a.md", "scripts/a.sh", "web/src/a.ts", "README.md", "cmake/a.cmake", "src/CMakeLists.txt"):
            for text in ("FIXME: a", "see /home/me/a", "Co-Authored-By: somebody", "in /tmp/a"):
                with self.subTest(path=path, text=text):
                    self.assertEqual(1, len(problems_of({path: text + "\n"})))

    def test_not_looked_for_in_what_is_not_ours(self):
        self.assertEqual([], problems_of({"web/node_modules/a/a.js": "TODO", "build/a.cpp": "TODO", "web/dist/a.js": "TODO"}))

    def test_allowed_by_name_and_only_while_needed(self):
        allowed = "word src/base/a.cpp TODO\n"
        self.assertEqual([], problems_of({"src/base/a.cpp": "// TODO\n"}, allowed))
        self.assertIn("not needed", problems_of({"src/base/a.cpp": "\n"}, allowed)[0])

    def test_report_line_and_replacement(self):
        problem = problems_of({"src/base/a.cpp": "\n\nstd::rand();\n"})[0]
        self.assertIn("src/base/a.cpp:3:", problem)
        self.assertIn("seeded", problem)


class Bare(unittest.TestCase):
    def test_keeps_the_line_numbers(self):
        text = 'a\n/* b\nc */ d "e\\"f" R"x(\n)" )x" g // h\ni\n'
        self.assertEqual(text.count("\n"), bare(text).count("\n"))
        self.assertEqual('a\n\n d "" ""\n g \ni\n', bare(text))

    def test_an_allowed_file_that_cannot_be_read_is_an_error(self):
        with self.assertRaises(ValueError):
            tidy.parse_allowed("functions a 1\n")


if __name__ == "__main__":
    unittest.main()
