"""What the checks of this folder read: the files of the tree, and C++ text without its comments and literals."""

import pathlib
import re

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
CODE_FOLDERS = ("src", "sim", "fuzz", "tests", "bench", "web")
# Not ours, or made by a build. tests/clients/work is where client programs are installed.
PASSED_OVER = {".git", "build", "node_modules", "dist", "out", "__pycache__", "work"}


def files(root, suffixes, folders=None):
    """All files below `root` (below `folders` of it, when given) with one of the suffixes, sorted."""
    root = pathlib.Path(root)
    found = []
    for start in [root / folder for folder in folders] if folders else [root]:
        for path in start.rglob("*") if start.is_dir() else []:
            inside = path.relative_to(root).parts
            if path.suffix in suffixes and path.is_file() and not PASSED_OVER & set(inside[:-1]):
                found.append(path)
    return sorted(found)


def cpp_files(root):
    return files(root, {".hpp", ".cpp"}, CODE_FOLDERS)


# In this order: a raw string, a comment, a string, a character. A quote behind a digit separates digits.
_LITERALS = re.compile(
    r'(?P<raw>\bu?8?R"(?P<end>[^\s()\\]{0,16})\(.*?\)(?P=end)")'
    r"|(?P<comment>//[^\n]*|/\*.*?\*/)"
    r'|(?P<string>"(?:\\.|[^"\\\n])*")'
    r"|(?P<char>(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+')",
    re.DOTALL,
)


def bare(text):
    """The text with comments removed and literals emptied; every line keeps its number."""

    def replacement(match):
        lines = "\n" * match.group(0).count("\n")
        return lines if match.group("comment") else '""' + lines

    return _LITERALS.sub(replacement, text)
