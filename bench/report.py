"""The table and the JSON of a run."""
import dataclasses
import json


def number(value, unit=""):
    if value is None:
        return ""
    if value >= 1000:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.3g}"
    return f"{text} {unit}".rstrip()


def bound(target):
    sign, value = ("≥", target.at_least) if target.at_least is not None else ("≤", target.at_most)
    return f"{sign} {number(value, target.unit)}"


NAMES = {"per_s": "rate", "p50_ms": "p50", "p99_ms": "p99", "longest_ms": "longest",
         "cpu_s_per_1000": "CPU s/1,000", "peak_mb": "peak memory"}


def judged(target, ours, floor):
    """How one target is met, for the JSON and the table."""
    ratio = target.ratio(ours, floor)
    what = NAMES[target.of]
    if target.to not in (None, target.of):
        name = target.to.removeprefix("own_")
        what += f" / {'own ' if target.to.startswith('own_') else ''}{NAMES[name]}"
    return {"what": what,
            "ratio": ratio, "bound": bound(target), "unit": target.unit,
            "met": ratio is not None and target.met(ratio)}


def measured(row, data, sides):
    """One row of the results: `sides` maps ours, floor and maybe other to their figures."""
    ours, floor = sides["ours"], sides["floor"]
    targets = [] if ours.invalid or floor.invalid else [
        judged(target, ours, floor) for target in row.targets]
    return {"key": row.key, "title": row.title, "data": str(data), "floor_is": row.floor,
            "targets": targets,
            "sides": {name: dataclasses.asdict(each) for name, each in sides.items()}}


HEAD = ["work", "data", "", "per s", "p50 ms", "p99 ms", "longest ms", "CPU s/1,000", "peak MB",
        "ratio", "target"]


def lines_of(row):
    """Cells of the table: a line for each side; the targets stand beside ours."""
    for name, figures in row["sides"].items():
        label = {"ours": "consularia", "floor": row["floor_is"]}.get(name, name)
        cells = [row["title"], row["data"], label] if name == "ours" else ["", "", label]
        if figures["invalid"]:
            yield [*cells, "INVALID: " + figures["invalid"], *[""] * 7]
            continue
        cells += [number(figures[each]) for each in NAMES]
        if name != "ours":
            yield [*cells, "", ""]
            continue
        told = [f"{number(each['ratio'], each['unit'])}" for each in row["targets"]]
        wanted = [f"{each['what']} {each['bound']} {'met' if each['met'] else 'MISSED'}"
                  for each in row["targets"]]
        yield [*cells, told[0] if told else "", wanted[0] if wanted else ""]
        for ratio, target in zip(told[1:], wanted[1:]):
            yield [*[""] * 9, ratio, target]


def markdown(results):
    table = [HEAD, ["---"] * len(HEAD)] + [
        cells for row in results["rows"] for cells in lines_of(row)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in table) + "\n"


def text(results):
    """The same for a terminal."""
    table = [HEAD] + [cells for row in results["rows"] for cells in lines_of(row)]
    wide = [max(len(cells[n]) for cells in table) for n in range(len(HEAD))]
    lines = [results["machine"], results["command"], ""]
    for cells in table:
        lines.append("  ".join(
            cell.ljust(size) if n < 3 or n > 8 else cell.rjust(size)
            for n, (cell, size) in enumerate(zip(cells, wide))).rstrip())
    return "\n".join(lines) + "\n"


def save(results, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
