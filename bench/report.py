"""What a run leaves behind: the table, the JSON, and both in docs/performance.md."""
import dataclasses
import json
import re

import plot


def number(value, unit=""):
    if value is None:
        return ""
    if value >= 1000:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.3g}"
    return f"{text} {unit}".rstrip()


def bound(target):
    if target.at_least is not None:
        return f"{target.what} ≥ {number(target.at_least, target.unit)}"
    if target.at_most is not None:
        return f"{target.what} ≤ {number(target.at_most, target.unit)}"
    return target.what


def measured(row, data, sides, judged):
    """One row of the results: `sides` maps labels to figures, in order. Without `judged` it is not
    said whether its targets are met."""
    figures = list(sides.values())[:len(row.sides)]  # another binary has no targets
    targets = []
    for target in row.targets:
        if not any(one.invalid for one in figures):
            value = target.value(figures)
            targets.append({"bound": bound(target), "value": value, "at_least": target.at_least,
                            "at_most": target.at_most, "unit": target.unit,
                            "met": target.met(value) if judged else None})
    return {"key": row.key, "title": row.title, "data": data, "targets": targets,
            "sides": {label: dataclasses.asdict(each) for label, each in sides.items()}}


FIGURES = {"per_s": "per s", "p50_ms": "p50 ms", "p99_ms": "p99 ms", "longest_ms": "longest ms",
           "cpu_s_per_1000": "CPU s/1,000", "peak_mb": "peak MB"}
VERDICTS = {True: "", False: ": MISSED", None: ", in a full run"}
HEAD = ["work", "appointments", "", *FIGURES.values(), "is", "target"]


def lines_of(row):
    """Cells of the table: a line for each side or target, whichever are more."""
    sides, targets = list(row["sides"].items()), row["targets"]
    for n in range(max(len(sides), len(targets))):
        cells = [row["title"], row["data"]] if n == 0 else ["", ""]
        if n < len(sides):
            label, figures = sides[n]
            cells.append(label)
            if figures["invalid"]:
                cells += ["INVALID", figures["invalid"], *[""] * (len(FIGURES) - 2)]
            else:
                cells += [number(figures[each]) for each in FIGURES]
        else:
            cells += [""] * (1 + len(FIGURES))
        if n < len(targets):
            target = targets[n]
            cells += [number(target["value"], target["unit"]),
                      target["bound"] + VERDICTS[target["met"]]]
        else:
            cells += ["", ""]
        yield cells


def table_of(results):
    return [HEAD] + [cells for row in results["rows"] for cells in lines_of(row)]


def text(results):
    """For a terminal."""
    table = table_of(results)
    wide = [max(len(cells[n]) for cells in table) for n in range(len(HEAD))]
    lines = [results["machine"], results["command"], ""]
    for cells in table:
        lines.append("  ".join(
            cell.ljust(size) if n < 3 or n > 9 else cell.rjust(size)
            for n, (cell, size) in enumerate(zip(cells, wide))).rstrip())
    return "\n".join(lines) + "\n"


def markdown(results):
    table = table_of(results)
    table.insert(1, ["---"] * 3 + ["--:"] * (len(FIGURES) + 1) + ["---"])
    lines = ["| " + " | ".join(cells) + " |" for cells in table]
    return (f"```\n{results['command']}\n```\n\non {results['date']}, commit {results['commit']}, on\n"
            f"{results['machine']}:\n\n" + "\n".join(lines) + "\n")


def save(results, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def write_docs(results, docs):
    """Puts the table between its marks, and the plot beside it."""
    page = docs / "performance.md"
    between = re.compile(r"(<!-- table -->\n).*(<!-- end of table -->)", re.S)
    written = between.sub(lambda marks: f"{marks[1]}{markdown(results)}{marks[2]}",
                          page.read_text(encoding="utf-8"))
    page.write_text(written, encoding="utf-8")
    (docs / "images" / "performance.svg").write_text(plot.svg(results), encoding="utf-8")


def write_soak(results, docs):
    (docs / "images" / "soak.svg").write_text(plot.soak_svg(results), encoding="utf-8")
