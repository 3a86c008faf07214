"""Words that do not belong in the tree, each with what to write instead."""

import re
from typing import NamedTuple

CODE = {".hpp", ".cpp"}
SCRIPTS = {".py", ".sh", ".ts", ".js", ".mjs", ".cmake"}
TEXTS = CODE | SCRIPTS | {".md", ".txt", ".toml", ".json", ".html", ".css"}


class Rule(NamedTuple):
    pattern: str  # a regular expression
    instead: str
    suffixes: set = CODE
    outside: str = ""  # paths (a regular expression) where the word is at home
    only_in: str = ""  # paths to which the rule is restricted
    in_comments: bool = False  # comments and literals are looked at too


RULES = [
    Rule(r"\basio::detached\b|\bdetached\b(?=\s*\))", "a TaskScope: nothing runs without an owner"),
    Rule(r"\bawaitable_operators\b", "a deadline: || waits for the first success and loses the error"),
    Rule(r"\bsystem_clock::now\b", "base/clock: tests must be able to set the time", outside=r"^src/base/clock\."),
    Rule(r"\bstd::cout\b|\bstd::cerr\b|(?<!\w)printf\s*\(|(?<!\w)puts\s*\(", "base/log; reports belong to app, lab and sim",
         outside=r"^(src/(app|lab)/|sim/|bench/|tests/|fuzz/)"),
    Rule(r"\bstd::s?rand\b|(?<![\w:.>])s?rand\s*\(", "a seeded std::mt19937_64: results must repeat"),
    Rule(r"(?i)thread\w*(\[\w*\])?\.detach\s*\(", "join: a thread belongs to somebody who ends it"),
    Rule(r"\bthis_thread::sleep_\w+|(?<![\w.:>])u?sleep\s*\(", "an event to wait for, or a fake clock",
         outside=r"^(src/app/|bench/)"),
    Rule(r"\busing\s+namespace\s+std\s*;", "names in full"),
    Rule(r"\busing\s+namespace\b", "names in full: a header's reader did not ask for them", suffixes={".hpp"}),
    Rule(r"\bstd::endl\b", r"'\n': endl flushes"),
    Rule(r"(?<!\w)(strcpy|strcat|sprintf|gets)\s*\(", "a bounded function"),
    Rule(r"#\s*include\s*<regex>", "a small parser of our own: std::regex recurses over its input", in_comments=True),
    Rule(r"\b(TODO|FIXME|XXX|HACK)\b", "the work itself, or an issue", suffixes=TEXTS, in_comments=True),
    Rule(r"(?<![\w.])/(work|root)/\w", "a path relative to the repository", suffixes=TEXTS, in_comments=True),
    # Made-up prompts of a coding agent do hold such paths.
    Rule(r"(?<![\w.])/(home|Users)/\w", "a path relative to the repository", suffixes=TEXTS, in_comments=True,
         outside=r"^sim/|^tests/|_test\.cpp$"),
    Rule(r"(?<![\w.$}])/tmp/", "a folder made for the occasion (mktemp, temp_directory_path)", suffixes=TEXTS,
         in_comments=True),
    Rule(r"(?i)\b(co-authored-by|(generated|written) (by|with) (an? )?(ai|llm|assistant|agent|claude|gpt|copilot)|"
         r"ai[- ]generated\b)", "nothing: who typed it is not the reader's business", suffixes=TEXTS,
         in_comments=True),
]


def violations(path, text, bare_text):
    """(line, word, what to write instead) for each banned word of a file. `path` is relative, with slashes."""
    suffix = "." + path.rsplit(".", 1)[-1] if "." in path.rsplit("/", 1)[-1] else ".txt"
    found = []
    for rule in RULES:
        if suffix not in rule.suffixes:
            continue
        if (rule.outside and re.search(rule.outside, path)) or (rule.only_in and not re.search(rule.only_in, path)):
            continue
        looked_at = text if rule.in_comments else bare_text
        for match in re.finditer(rule.pattern, looked_at):
            found.append((looked_at.count("\n", 0, match.start()) + 1, match.group(0), rule.instead))
    return found
