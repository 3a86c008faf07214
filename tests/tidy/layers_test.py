#!/usr/bin/env python3
"""Holds the tree to its layers, and the check to made-up trees that break them."""

import pathlib
import tempfile
import unittest

import layers
from source_text import REPOSITORY

LAYERS = "# folder rank kind\nbase 0 pure\nnet 1 asio\nwire 2 pure\nroute 4 pure\nadmit 4 pure\napp 8 asio\n"


def problems_of(sources, text=LAYERS):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "src").mkdir()
        (root / "src/LAYERS").write_text(text)
        for name, content in sources.items():
            (root / "src" / name).parent.mkdir(parents=True, exist_ok=True)
            (root / "src" / name).write_text(content)
        return layers.check(root)


class TheTree(unittest.TestCase):
    def test_keeps_its_layers(self):
        self.assertEqual([], layers.check(REPOSITORY))

    def test_has_sources_in_most_folders_so_that_the_check_saw_something(self):
        self.assertGreater(len(list((REPOSITORY / "src").glob("*/*.hpp"))), 20)


class TheCheck(unittest.TestCase):
    def test_accepts_lower_ranks_the_own_folder_and_the_standard_library(self):
        source = '#include "route/plan.hpp"\n#include "base/a.hpp"\n#include "wire/b.hpp"\n#include <vector>\n'
        self.assertEqual([], problems_of({"route/a.cpp": source}))

    def test_refuses(self):
        cases = {
            "a higher rank": ("base/a.cpp", '#include "wire/a.hpp"'),
            "an equal rank": ("route/a.cpp", '#include "admit/a.hpp"'),
            "a higher rank in angle brackets": ("base/a.cpp", "#include <wire/a.hpp>"),
            "an indented include": ("base/a.cpp", '  #  include   "wire/a.hpp"'),
            "a folder that is not listed": ("base/a.cpp", '#include "other/a.hpp"'),
            "a path without folder": ("wire/a.cpp", '#include "b.hpp"'),
            "the simulator": ("net/a.cpp", '#include "sim/model.hpp"'),
            "tests in the program": ("net/a.cpp", '#include "tests/support/a.hpp"'),
            "Asio in a pure folder": ("wire/a.hpp", "#include <boost/asio/buffer.hpp>"),
            "OpenSSL in a pure folder": ("base/a.cpp", "#include <openssl/ssl.h>"),
            "SQLite in a pure folder": ("wire/a.cpp", "#include <sqlite3.h>"),
            "PostgreSQL in a pure folder": ("wire/a.cpp", "#include <libpq-fe.h>"),
            "sockets in a pure folder": ("route/a.cpp", "#include <sys/socket.h>"),
        }
        for name, (path, text) in cases.items():
            with self.subTest(name):
                self.assertEqual(1, len(problems_of({path: text + "\n"})), name)

    def test_lets_only_the_commands_run_the_simulator(self):
        self.assertEqual([], problems_of({"app/demo.cpp": '#include "sim/model.hpp"\n#include "web/assets.hpp"\n'}))
        self.assertEqual(1, len(problems_of({"app/demo.cpp": '#include "tests/support/a.hpp"\n'})))

    def test_reports_the_line(self):
        self.assertIn("src/base/a.cpp:3:", problems_of({"base/a.cpp": '\n\n#include "wire/a.hpp"\n'})[0])

    def test_passes_over_comments(self):
        self.assertEqual([], problems_of({"base/a.cpp": '// #include "wire/a.hpp"\n/*\n#include "wire/a.hpp"\n*/\n'}))

    def test_lets_only_the_secret_wipe_memory_with_openssl(self):
        self.assertEqual([], problems_of({"base/secret.cpp": "#include <openssl/crypto.h>\n"}))

    def test_lets_tests_use_test_support(self):
        self.assertEqual([], problems_of({"net/a_test.cpp": '#include "tests/support/a.hpp"\n'}))

    def test_wants_every_folder_listed(self):
        self.assertEqual(["src/extra: not in src/LAYERS"], problems_of({"extra/a.cpp": ""}))

    def test_refuses_a_layers_file_it_cannot_read(self):
        for text in ("base zero pure\n", "base 0\n", "base 0 grey\n", "base 0 pure\nbase 1 pure\n"):
            with self.subTest(text), self.assertRaises(ValueError):
                problems_of({}, text)


if __name__ == "__main__":
    unittest.main()
