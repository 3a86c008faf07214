#!/usr/bin/env python3
"""Holds the C++ code to .clang-format, with the one version of the tool whose output the tree has (14)."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from source_text import REPOSITORY, cpp_files

SKIPPED = 77  # told to CTest as SKIP_RETURN_CODE


def tool():
    for name in ("clang-format-14", "clang-format"):
        path = shutil.which(name)
        if path and re.search(r"version 14\.", subprocess.run([path, "--version"], capture_output=True, text=True).stdout):
            return path
    return None


def complaints(path_of_tool, paths):
    style = f"--style=file:{REPOSITORY / '.clang-format'}"
    run = subprocess.run([path_of_tool, "--dry-run", "-Werror", style, *paths], capture_output=True, text=True)
    return run.stderr if run.returncode != 0 else ""


def main():
    formatter = tool()
    if formatter is None:
        print("skipped: no clang-format 14 here")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:  # the check must be able to fail
        ugly = pathlib.Path(folder) / "ugly.cpp"
        ugly.write_text("int  f( ){return 1 ;}\n")
        if not complaints(formatter, [ugly]):
            print("the tool accepts a file that is not formatted")
            return 1
    found = complaints(formatter, cpp_files(REPOSITORY))
    if found:
        files = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", found, re.MULTILINE)))
        print(f"not formatted, run scripts/format.sh: {len(files)} files", *files, sep="\n  ")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
