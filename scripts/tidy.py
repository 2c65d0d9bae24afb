#!/usr/bin/env python3
"""The house rules that no compiler holds: prints file:line and the rule of each breach.

tidy.py               checks the project; exit code 1 if a rule is broken
tidy.py --self-test   proves that every rule barks
"""
import graphlib
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 70
MAX_COLUMNS = 100

# The layers from top to bottom: each may include what stands above it, and itself.
LAYERS = [
    "base", "domain", "ledger/record", "ledger/log", "ledger/commands",
    "ledger",  # only tests/unit/ledger, which tests all three
    "tables", "journal", "projections", "reactions", "infra", "api", "node", "cli",
]
# Except these.
UNSEEN = {"api": {"reactions", "infra"}}
FOLDERS = {layer.split("/")[0] for layer in LAYERS} | {"tests", "bench"}

# Libraries by the beginning of their includes: the paths that may include them, and that in words.
LIBRARIES = {
    "boost/beast": (r"(api|infra)/http/|bench/", "api/http and infra/http"),
    "nlohmann/": (r"tests/|.*(codec|json|render)", "paths with codec, json or render"),
    "rocksdb/": (r"infra/rocks/|tests/integration/|bench/", "infra/rocks"),
    "librdkafka/": (r"infra/kafka/|tests/(kafka|unit/infra/kafka)/|bench/", "infra/kafka"),
}
NOT_IN_DOMAIN = set(
    "barrier condition_variable filesystem fstream future iostream latch mutex ostream semaphore "
    "shared_mutex stop_token syncstream thread".split()
)

# (rule, where it holds, pattern in the code without comments and literals, what to do instead)
BANNED_CODE = [
    ("cout", r"(?!cli/|bench/|tests/(durability|clients)/)", r"\bstd::(cout|cerr)\b", "log with spdlog; only cli prints"),
    ("printf", r"", r"(?<!\w)f?printf\s*\(", "log with spdlog; cli prints with std::cout"),
    ("assert", r"", r"(?<!\w)assert\s*\(", "CHECK of base/check.hpp, which stays on in release"),
    ("using-std", r"", r"\busing\s+namespace\s+std\s*;", "write std:: where it is used"),
    ("clock", r"domain/", r"clock::now\s*\(", "the domain gets the time as an argument"),
    ("sleep", r"tests/(?!support/)", r"(?<!\w)(sleep_for|sleep_until|u?sleep)\s*\(",
     "wait on a condition with a deadline"),
    ("coroutine", r"(?!(api|infra)/http/)", r"\bco_(await|return|yield)\b",
     "only api/http and infra/http suspend"),
]
# The same for patterns that stand in comments.
BANNED_TEXT = [
    ("todo", r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))", "name its issue: TODO(#12)"),
    ("of", r"//[/<]* Of (?=\S)", "say what it is: a comment does not begin with Of"),
    ("words", r"(?i)//.*\b(meanwhile|anew|lest|was told|is told|are told)\b",
     "plain words: until then, again, so that not, reported"),
    ("nolint", r"\bNOLINT(NEXTLINE|BEGIN)?\b(?!(\([\w.,* -]+\))?: \S)",
     "say why: NOLINT(check): reason"),
]

COMMENT_OR_LITERAL = re.compile(
    r"//[^\n]*|/\*.*?\*/"
    r'|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)
DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)
INCLUDE = re.compile(r'[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)')
NOT_OF_HEAD = re.compile(r"\[\[.*?\]\]|\b(public|private|protected)\s*:(?!:)", re.DOTALL)
TYPE_OR_NAMESPACE = re.compile(
    r"(template\s*<.*>\s*)?(inline\s+)?(namespace|class|struct|union|enum|extern)\b", re.DOTALL
)


def layer_of(path):
    """None for tests and bench."""
    return next((layer for layer in LAYERS if path.startswith(layer + "/")), None)


def may_see(path, target):
    """Whether the file may include from this layer."""
    layer = layer_of(path.removeprefix("tests/unit/"))
    if layer is None or target is None:
        return path.startswith(("tests/", "bench/"))
    return LAYERS.index(target) <= LAYERS.index(layer) and target not in UNSEEN.get(layer, ())


def check_includes(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        if not (include := INCLUDE.match(line)):
            continue
        quote, name = include.groups()
        if quote == '"' and name.split("/")[0] not in FOLDERS:
            yield number, "include-root", f'"{name}": write the path from the root of the project'
        elif quote == '"' and not may_see(path, layer_of(name)):
            yield number, "include-direction", f'"{name}": {path} may not see it'
        elif quote == "<" and path.startswith("domain/"):
            standard = re.fullmatch(r"[a-z_0-9]+", name) and name not in NOT_IN_DOMAIN
            if not standard and name != "tl/expected.hpp":
                yield number, "include-domain", f"<{name}>: std without threads and I/O, or tl"
        for prefix, (paths, words) in LIBRARIES.items():
            if quote == "<" and name.startswith(prefix) and not re.match(paths, path):
                yield number, "include-library", f"<{name}>: only {words} may include it"


def find_circle(texts):
    """Names of files without suffix, each including the next and the last the first; or None. A
    header and the .cpp of its name are one. `texts` maps paths to contents."""
    graph = {}
    for path, text in texts.items():
        includes = filter(None, map(INCLUDE.match, text.splitlines()))
        name = path.rpartition(".")[0]
        graph.setdefault(name, set()).update(
            include[2].rpartition(".")[0] for include in includes if include[1] == '"')
        graph[name].discard(name)
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as circle:
        return circle.args[1][::-1]
    return None


def check_head(text):
    head = []
    for line in text.splitlines():
        if line and not line.startswith(("//", "#pragma once")):
            break
        head.append(line)
    if "#pragma once" not in head:
        yield 1, "pragma-once", "a header begins with #pragma once"
    if not any(re.match(r"///? \S+ \S+", line) for line in head):
        yield 1, "file-comment", "beside #pragma once, say in a // sentence what this file is"


def check_prose(text):
    """Long lines of Markdown, but for code, tables, headings and what has no blank to break at."""
    code = False
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if words and words[0].startswith("```"):
            code = not code
        if code or len(line) <= MAX_COLUMNS or words[0].startswith(("|", "#")):
            continue
        if len(words) > (2 if re.fullmatch(r"[-*]|\d+\.", words[0]) else 1):
            yield number, "markdown-width", f"{len(line)} columns, at most {MAX_COLUMNS}: wrap it"


def check_patch(text):
    """A planted fault that no longer fits the sources would be found out only by the chaos tier."""
    if not re.match(r"found as: \S", text):
        yield 1, "patch-head", "begin with `found as: ` and the violations by which it is found"
    done = subprocess.run(["patch", "-p1", "--dry-run", "--force"], cwd=ROOT, input=text,
                          capture_output=True, text=True)
    if done.returncode != 0 or "fuzz" in done.stdout:
        yield 1, "stale-patch", " ".join(done.stdout.split())


def is_function(head):
    """Does a brace after this text, the statement so far, open a function?"""
    before, parenthesis, _ = head.partition("(")
    if not parenthesis or TYPE_OR_NAMESPACE.match(head):
        return False
    return "=" not in before or "operator" in before or re.search(r"=\s*\[", before)


def functions(code):
    """Yields (first line, last line) of the functions in code without comments and literals."""
    start = position = 0
    while mark := re.compile(r"[{};]").search(code, position):
        position = mark.end()
        head = NOT_OF_HEAD.sub("", code[start : mark.start()])
        if mark[0] != "{" or not is_function(head.strip()):
            start = position
            continue
        depth = 1
        while depth and (brace := re.compile(r"[{}]").search(code, position)):
            depth += 1 if brace[0] == "{" else -1
            position = brace.end()
        if re.compile(r"\s*[,{)]").match(code, position):
            continue  # that was a member initialiser or a default argument: the head goes on
        first = mark.start() - len(head.lstrip())
        yield 1 + code.count("\n", 0, first), 1 + code.count("\n", 0, position)
        start = position


def keep_lines(match):
    return "\n" * match[0].count("\n")


def findings(path, text):
    """Yields (line, rule, message); path is relative to the root."""
    if path.endswith(".md"):
        yield from check_prose(text)
        return
    if path.endswith(".patch"):
        yield from check_patch(text)
        return
    code = COMMENT_OR_LITERAL.sub(keep_lines, text)
    if (lines := len(text.splitlines())) > MAX_FILE_LINES:
        yield lines, "file-length", f"{lines} lines, at most {MAX_FILE_LINES}: split by idea"
    yield from check_includes(path, text)
    if path.endswith(".hpp"):
        yield from check_head(text)
    for first, last in functions(DIRECTIVE.sub(keep_lines, code)):
        if (lines := last - first + 1) > MAX_FUNCTION_LINES:
            yield first, "function-length", f"{lines} lines, at most {MAX_FUNCTION_LINES}: split it"
    banned = [(rule, pattern, instead, code)
              for rule, paths, pattern, instead in BANNED_CODE if re.match(paths, path)]
    banned += [(*rule, text) for rule in BANNED_TEXT]
    for rule, pattern, instead, where in banned:
        for match in re.finditer(pattern, where):
            yield 1 + where.count("\n", 0, match.start()), rule, f"{match[0]} -> {instead}"


LONG_BODY = "    x();\n" * MAX_FUNCTION_LINES
LONG_WORD = "x" * MAX_COLUMNS
LONG_PROSE = "word " * 20 + "word\n"
PATCH = "--- a/.gitignore\n+++ b/.gitignore\n@@ -1,2 +1,2 @@\n-/{}/\n+/x/\n /data/\n"
# (the rule that must bark, or none; path; text)
SAMPLES = [
    ("file-length", "domain/a.cpp", "\n" * (MAX_FILE_LINES + 1)),
    ("function-length", "domain/a.cpp", "namespace n {\nvoid f() {\n" + LONG_BODY + "}\n}\n"),
    ("function-length", "api/a.cpp", "A::A(int b) : b_{b}, c_{1} {\n" + LONG_BODY + "}\n"),
    ("function-length", "api/a.cpp", "auto f = [](int a) {\n" + LONG_BODY + "};\n"),
    ("include-root", "domain/a.cpp", '#include "ids.hpp"\n'),
    ("include-direction", "domain/a.cpp", '#include "ledger/record/record.hpp"\n'),
    ("include-direction", "ledger/a.cpp", '#include "projections/projector.hpp"\n'),
    ("include-direction", "ledger/log/a.cpp", '#include "ledger/commands/queue.hpp"\n'),
    ("include-direction", "infra/a.cpp", '#include "api/routes.hpp"\n'),
    ("include-direction", "reactions/a.cpp", '#include "infra/http/client.hpp"\n'),
    ("include-direction", "api/a.cpp", '#include "tests/support/a.hpp"\n'),
    ("include-direction", "api/a.cpp", '#include "infra/rocks/store.hpp"\n'),
    ("include-direction", "tests/unit/ledger/a.cpp", '#include "api/routes.hpp"\n'),
    ("include-domain", "domain/a.cpp", "#include <thread>\n"),
    ("include-domain", "domain/a.cpp", "#include <spdlog/spdlog.h>\n"),
    ("include-library", "api/a.cpp", "#include <boost/beast/http.hpp>\n"),
    ("include-library", "api/routes.cpp", "#include <nlohmann/json.hpp>\n"),
    ("include-library", "infra/store.cpp", "#include <rocksdb/db.h>\n"),
    ("include-library", "infra/rocks/ledger.cpp", "#include <librdkafka/rdkafka.h>\n"),
    ("pragma-once", "domain/a.hpp", "// What it is.\n\nint f();\n"),
    ("file-comment", "domain/a.hpp", "#pragma once\n\n#include <string>\n// Too late now.\n"),
    ("cout", "infra/a.cpp", 'void f() { std::cout << "x"; }\n'),
    ("printf", "cli/a.cpp", 'void f() { std::printf("x"); }\n'),
    ("assert", "ledger/a.cpp", "void f() { assert(true); }\n"),
    ("using-std", "cli/a.cpp", "using namespace std;\n"),
    ("clock", "domain/a.cpp", "auto t = std::chrono::system_clock::now();\n"),
    ("sleep", "tests/integration/a.cpp", "void f() { std::this_thread::sleep_for(t); }\n"),
    ("coroutine", "cli/a.cpp", "void f() { co_await g(); }\n"),
    ("todo", "cli/a.cpp", "// TODO: later\n"),
    ("nolint", "cli/a.cpp", "int x;  // NOLINT(bugprone-foo)\n"),
    ("of", "cli/a.cpp", "int x;  ///< Of y.\n"),
    ("words", "cli/a.cpp", "// It is made anew.\n"),
    ("markdown-width", "README.md", LONG_PROSE),
    ("markdown-width", "docs/a.md", "```\ncode\n```\n- " + LONG_PROSE),
    ("patch-head", "tests/chaos/a.patch", PATCH.format("build")),
    ("stale-patch", "tests/chaos/a.patch", "found as: stale\n\n" + PATCH.format("gone")),
    (None, "tests/chaos/a.patch", "found as: stale\n\n" + PATCH.format("build")),
    (None, "docs/a.md", f"# {LONG_PROSE}| {LONG_PROSE}```\n{LONG_PROSE}```\n"),
    (None, "docs/a.md", f"Of {'ä' * 97}\n[a]({LONG_WORD})\n- [a]({LONG_WORD})\n2. {LONG_WORD}\n"),
    (None, "api/http/a.hpp", "// What it is.\n#pragma once\n#include <boost/beast/http.hpp>\n"),
    (None, "infra/rocks/a.cpp", '#include <rocksdb/db.h>\n#include "ledger/log/ledger.hpp"\n'),
    (None, "api/http/a.cpp", "void f() { co_await g(); }\n"),
    (None, "tests/unit/api/a.cpp", '#include "api/routes.hpp"\n#include "tests/support/a.hpp"\n'),
    (None, "cli/a.cpp", "// TODO(#1): x\nint x;  // NOLINT(a-b): because\nstatic_assert(true);\n"),
    (None, "api/a.cpp", '// std::cout assert(x)\nauto s = "printf(";\nauto n = 1\'000\'000;\n'),
    (None, "api/a.cpp", "class A {\n" + "    int f() {\n        return 1;\n    }\n" * 40 + "};\n"),
    (None, "api/a.cpp", "constexpr std::array kRows = {\n" + "    Row{f(1)},\n" * 100 + "};\n"),
]


# (whether these files include each other in a circle, the files)
CIRCLES = [
    (False, {"api/a.hpp": "", "api/a.cpp": '#include "api/a.hpp"\n#include "api/b.hpp"\n'}),
    (True, {"api/a.cpp": '#include "api/b.hpp"\n', "api/b.hpp": '#include "api/a.hpp"\n'}),
]


def self_test():
    wrong = 0
    for expected, texts in CIRCLES:
        if bool(circle := find_circle(texts)) != expected:
            wrong += 1
            print(f"include-circle: {circle} for {sorted(texts)}")
    for expected, path, text in SAMPLES:
        barked = {rule for _, rule, _ in findings(path, text)}
        if barked != ({expected} if expected else set()):
            wrong += 1
            print(f"{path}: expected {expected}, got {sorted(barked)} for\n{text[:200]}")
    print(f"{len(SAMPLES) + len(CIRCLES)} samples, {wrong} wrong")
    return wrong


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if self_test() else 0
    files = [f for d in sorted(FOLDERS) for f in sorted((ROOT / d).rglob("*.[ch]pp"))]
    files += sorted(ROOT.glob("*.md")) + sorted((ROOT / "tests").rglob("*.patch"))
    prose = [f for d in sorted(FOLDERS | {"docs"}) for f in sorted((ROOT / d).rglob("*.md"))]
    files += [f for f in prose if "node_modules" not in f.parts]
    texts = {f.relative_to(ROOT).as_posix(): f.read_text(encoding="utf-8") for f in files}
    breaches = 0
    if circle := find_circle({path: text for path, text in texts.items() if path.endswith("pp")}):
        breaches += 1
        print(f"{circle[0]}: include-circle: {' -> '.join(circle)}: move what is misplaced")
    for path, text in texts.items():
        for line, rule, message in findings(path, text):
            breaches += 1
            print(f"{path}:{line}: {rule}: {message}")
    print(f"{len(files)} files, {breaches} breaches")
    return 1 if breaches or not files else 0


sys.exit(main())
