"""The plots of docs/performance.md, as SVG: how far each target is met, and a soak."""
from html import escape

WIDTH, LABELS, LINE, TOP = 960, 520, 22, 40
UNIT = 180  # pixels for a target that is exactly met
MOST = 2.0  # times the target; longer bars are cut off


def reached(target):
    """1 when it is exactly met, more when it is exceeded."""
    if target["at_least"] is not None:
        return target["value"] / target["at_least"]
    return target["at_most"] / target["value"] if target["value"] > 0 else MOST


def bars(results):
    """Label, length in targets, and text of each."""
    for row in results["rows"]:
        for target in row["targets"]:
            if target["at_least"] is None and target["at_most"] is None:
                continue
            label = f"{row['title']}, {row['data']}: {target['bound']}"
            yield label, reached(target), f"{target['value']:.3g} {target['unit']}".rstrip()


def svg(results):
    every = list(bars(results))
    height = TOP + LINE * len(every) + 10
    goal = LABELS + UNIT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        f'<text x="{goal}" y="24" text-anchor="middle">the target</text>']
    for n, (label, length, text) in enumerate(every):
        y = TOP + n * LINE
        end = min(length, MOST) * UNIT
        colour = "#3a7d44" if length >= 1 else "#c1666b"
        parts += [
            f'<text x="{LABELS - 8}" y="{y + 14}" text-anchor="end">{escape(label)}</text>',
            f'<rect x="{LABELS}" y="{y + 3}" width="{end:.0f}" height="{LINE - 7}" '
            f'fill="{colour}"/>',
            f'<text x="{LABELS + end + 5:.0f}" y="{y + 14}">{escape(text)}</text>']
    parts += [f'<line x1="{goal}" y1="{TOP - 10}" x2="{goal}" y2="{height - 6}" stroke="black"/>',
              "</svg>"]
    return "\n".join(parts) + "\n"


CHART = (60, 30, 860, 130)  # left, top, width, height
COLOURS = ["#2f6690", "#c1666b"]


def chart(title, minutes, lines, top):
    """`lines` maps names to values, all on one axis that begins at 0."""
    left, space, width, height = CHART
    most = max(max(values) for values in lines.values()) * 1.1
    bottom = top + space + height
    yield f'<text x="{left}" y="{top + 18}">{escape(title)}</text>'
    for share in (0, 0.5, 1):
        y = bottom - share * height
        yield f'<line x1="{left}" y1="{y}" x2="{left + width}" y2="{y}" stroke="#ccc"/>'
        yield f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{most * share:.3g}</text>'
    for n, (name, values) in enumerate(lines.items()):
        points = " ".join(
            f"{left + width * minute / minutes[-1]:.1f},{bottom - height * value / most:.1f}"
            for minute, value in zip(minutes, values))
        yield f'<polyline points="{points}" fill="none" stroke="{COLOURS[n]}"/>'
        yield (f'<text x="{left + width}" y="{top + 18 - 14 * n}" text-anchor="end" '
               f'fill="{COLOURS[n]}">{escape(name)}</text>')
    yield f'<text x="{left + width}" y="{bottom + 16}" text-anchor="end">minutes</text>'
    yield f'<text x="{left + width / 2}" y="{bottom + 16}">{minutes[-1] / 2:.3g}</text>'


def soak_svg(results):
    soak = results["soak"]
    samples = soak["samples"]
    minutes = [one["minute"] for one in samples]

    def column(name):
        return [one[name] for one in samples]

    charts = [
        ("milliseconds", {"p50": column("p50_ms"), "p99": column("p99_ms")}),
        ("memory of the process, MB", {"resident": column("resident_mb")})]
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="420" '
             f'viewBox="0 0 {WIDTH} 420" font-family="sans-serif" font-size="11">',
             f'<rect width="{WIDTH}" height="420" fill="white"/>',
             f'<text x="60" y="16">{soak["per_s"]:,.0f} requests per second, of which 5 % create '
             f"appointments: {soak['appointments']:,} at the end</text>"]
    for n, (title, lines) in enumerate(charts):
        parts += chart(title, minutes, lines, 20 + 195 * n)
    return "\n".join([*parts, "</svg>"]) + "\n"
