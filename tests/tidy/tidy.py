"""Sizes, openings and banned words of the tree's files. A ratchet: allowed.txt names what may still be too long."""

import re

from source_text import bare, cpp_files, files
from words import TEXTS, violations

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 350
_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
_PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.MULTILINE)


def functions(text):
    """(name, first line, number of lines) of each function body that stands in a namespace or a class."""
    code = _PREPROCESSOR.sub(lambda match: "\n" * match.group(0).count("\n"), bare(text))
    found = []
    head_begin = 0  # where the declaration in front of the next brace begins
    inside_body = None  # (name, first line, depth) of the body we are in
    depth = 0
    for at, char in enumerate(code):
        if char == "{":
            head = code[head_begin:at]
            if inside_body is None and not _is_scope(head):
                if _is_body(head):
                    first = code.count("\n", 0, head_begin + len(head) - len(head.lstrip())) + 1
                    inside_body = (_name_of(head), first, depth)
                else:
                    inside_body = (None, 0, depth)  # an initialiser: braces without a function
            depth += 1
            if inside_body is None:
                head_begin = at + 1
        elif char == "}":
            depth -= 1
            if inside_body is not None and inside_body[2] == depth:
                name, first, _ = inside_body
                inside_body = None
                if name is not None:
                    found.append((name, first, code.count("\n", 0, at) + 2 - first))
                    head_begin = at + 1
            elif inside_body is None:
                head_begin = at + 1
        elif char == ";" and inside_body is None:
            head_begin = at + 1
    return found


def _is_scope(head):
    outside_parentheses = head
    while True:
        shorter = re.sub(r"\([^()]*\)", "", outside_parentheses)
        if shorter == outside_parentheses:
            break
        outside_parentheses = shorter
    without_template = re.sub(r"\btemplate\s*<[^{};]*>", "", outside_parentheses)
    return bool(_SCOPE.search(without_template)) and "(" not in re.sub(r"alignas\s*\([^)]*\)", "", head)


def _is_body(head):
    """A brace behind parentheses opens a body; behind `=`, a name or a bracket it opens an initialiser."""
    if "(" not in head or head.count("(") != head.count(")"):  # within parentheses: an argument
        return False
    end = head.rstrip()
    if end.endswith(("=", ",", "return", "(")):
        return False
    # A member in the list behind a constructor: `X() : a_{1}, b_{2} {`.
    return not re.search(r"\)\s*(noexcept\s*)?:(?!:).*[\w>]$", end, re.DOTALL) or end.endswith(")")


def _name_of(head):
    test = re.search(r"\b(TEST|TEST_F|TEST_P|BENCHMARK\w*)\s*\(\s*(\w+)\s*,\s*(\w+)", head)
    if test:
        return f"{test.group(2)}.{test.group(3)}"
    name = re.search(r"([~\w:]+|operator\s*\S+?)\s*\(", head)
    return name.group(1) if name else "?"


def opening_problem(text):
    """Why a header's first lines are not `#pragma once` and a sentence; None when they are."""
    lines = text.splitlines()
    if not lines or lines[0] != "#pragma once":
        return "begins with something other than #pragma once"
    comment = []  # its first paragraph
    for line in lines[1:]:
        words = line.lstrip("/ ") if line.startswith("//") else ""
        if words:
            comment.append(words)
        elif comment or (line.strip() and not line.startswith("//")):
            break
    sentence = " ".join(comment)
    if not sentence:
        return "has no comment behind #pragma once that says its one idea"
    if not re.search(r"[.!?)]['\"]?$", sentence):
        return "opens with a comment that is no sentence"
    return None


def parse_allowed(text):
    """{(kind, what): number} from lines such as `function src/a.cpp:run 80` or `word docs/a.md /tmp/`."""
    allowed = {}
    for line in text.splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) != 3 or words[0] not in ("function", "file", "word"):
            raise ValueError(f"allowed.txt: cannot read '{line}'")
        key = (words[0], words[1]) if words[0] != "word" else (words[0], f"{words[1]} {words[2]}")
        allowed[key] = int(words[2]) if words[0] != "word" else 0
    return allowed


def _too_long(kind, what, lines, limit, allowed, used):
    key = (kind, what)
    if lines <= limit:
        return None
    if key in allowed:
        used.add(key)
        if lines < allowed[key]:
            return f"{what}: {lines} lines now; lower its number in allowed.txt"
    if lines <= allowed.get(key, limit):
        return None
    return f"{what}: {lines} lines, at most {allowed.get(key, limit)}"


def check(root, allowed_text=""):
    """All violations below `root`, one sentence each."""
    allowed, used, problems = parse_allowed(allowed_text), set(), []

    def note(problem):
        if problem:
            problems.append(problem)

    for path in cpp_files(root):
        name, text = path.relative_to(root).as_posix(), path.read_text()
        note(_too_long("file", name, text.count("\n"), FILE_LINES_MAX, allowed, used))
        for function, line, lines in functions(text):
            note(_too_long("function", f"{name}:{function}", lines, FUNCTION_LINES_MAX, allowed, used))
        if path.suffix == ".hpp":
            problem = opening_problem(text)
            note(f"{name}: {problem}" if problem else None)
    for path in files(root, {".py", ".sh"}):
        name = path.relative_to(root).as_posix()
        note(_too_long("file", name, path.read_text().count("\n"), FILE_LINES_MAX, allowed, used))
    own = ("tests/tidy/words.py", "tests/tidy/tidy_test.py", "tests/tidy/tidy.py", "LICENSE")
    for path in files(root, TEXTS):
        name = path.relative_to(root).as_posix()
        if name in own or path.name in ("package-lock.json", "allowed.txt"):
            continue
        text = path.read_text(errors="replace")
        for line, word, instead in violations(name, text, bare(text) if path.suffix in (".hpp", ".cpp") else text):
            key = ("word", f"{name} {word}")
            if key in allowed:
                used.add(key)
            else:
                problems.append(f"{name}:{line}: '{word}': rather {instead}")
    problems += [f"allowed.txt: '{' '.join(key)}' is not needed any more" for key in sorted(set(allowed) - used)]
    return problems
