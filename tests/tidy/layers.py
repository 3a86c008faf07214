"""The dependency rule: a file includes its own folder and folders of strictly lower rank, as src/LAYERS gives them."""

import re

from source_text import files

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
# What a pure folder may not see, with the reason.
IMPURE = [
    (re.compile(r"^(boost/asio|boost/beast|asio)\b"), "Asio: the caller does the I/O"),
    (re.compile(r"^openssl/"), "OpenSSL: belongs to net/"),
    (re.compile(r"^sqlite3?\b"), "SQLite: belongs to store/"),
    (re.compile(r"^(libpq|postgres)"), "PostgreSQL: belongs to store/"),
    (re.compile(r"^(sys/(socket|epoll|un|select)|netinet/|arpa/|poll|netdb)"), "sockets: the caller does the I/O"),
]
# base/secret.cpp wipes memory with OPENSSL_cleanse, which compilers may not drop.
PURE_EXCEPTIONS = {("base/secret.cpp", "openssl/")}


def parse_layers(text):
    """{folder: (rank, is pure)}; raises ValueError for a line that is no layer."""
    layers = {}
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        words = line.split()
        if len(words) != 3 or not words[1].isdigit() or words[2] not in ("pure", "asio"):
            raise ValueError(f"src/LAYERS: cannot read '{line}'")
        if words[0] in layers:
            raise ValueError(f"src/LAYERS: '{words[0]}' twice")
        layers[words[0]] = (int(words[1]), words[2] == "pure")
    return layers


def _without_comments(text):
    # Include paths look like strings: keep them, drop only what a comment hides.
    return re.sub(r"//[^\n]*", "", re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.DOTALL))


def _problem_of(source, folder, opening, included, layers):
    """Why `source` (in `folder`) may not include `included`; None when it may."""
    rank, pure = layers[folder]
    target = included.split("/")[0]
    if opening == '"' or target in layers:
        if target in ("sim", "web") and folder == "app":  # its commands run and embed them
            return None
        if target in ("sim", "web", "tests", "fuzz", "bench"):
            return f"{target}/ is outside the layers"
        if "/" not in included:
            return "name the folder too"
        if target not in layers:
            return f"no folder '{target}' in src/LAYERS"
        if target != folder and layers[target][0] >= rank:
            return f"{target} has rank {layers[target][0]}, {folder} has {rank}"
        return None
    if pure and not any(source == at and included.startswith(what) for at, what in PURE_EXCEPTIONS):
        for pattern, reason in IMPURE:
            if pattern.search(included):
                return f"{folder} is pure; {reason}"
    return None


def check(root):
    """All violations below `root`/src, one sentence each."""
    src = root / "src"
    layers = parse_layers((src / "LAYERS").read_text())
    problems = []
    for folder in sorted(path.name for path in src.iterdir() if path.is_dir()):
        if folder not in layers and files(src, {".hpp", ".cpp"}, [folder]):
            problems.append(f"src/{folder}: not in src/LAYERS")
    for path in files(src, {".hpp", ".cpp"}):
        source = path.relative_to(src).as_posix()
        folder = source.split("/")[0]
        if folder not in layers:
            continue
        # Tests may stand on test support, the program may not.
        test = path.stem.endswith(("_test", "_bench"))
        text = _without_comments(path.read_text())
        for match in _INCLUDE.finditer(text):
            included = match.group(2)
            if test and included.startswith("tests/support/"):
                continue
            problem = _problem_of(source, folder, match.group(1), included, layers)
            if problem:
                line = text.count("\n", 0, match.start()) + 1
                problems.append(f"src/{source}:{line}: includes {included}: {problem}")
    return problems
