"""The plot of docs/performance.md: how far each target is met, as an SVG."""
from html import escape

WIDTH, LABELS, LINE, TOP = 960, 520, 22, 40
UNIT = 180  # pixels for a target that is exactly met
MOST = 2.0  # times the target; longer bars are cut off


def reached(target):
    """1 when it is exactly met, more when it is exceeded."""
    value, goal = target["value"], target["goal"]
    if target["at_least"]:
        return value / goal
    return goal / value if value > 0 else MOST


def bars(results):
    """Label, length in targets, and text of each."""
    for row in results["rows"]:
        for target in row["targets"]:
            unit = f" {target['unit']}" if target["unit"] else ""
            label = f"{row['title']}, {row['data']}: {target['bound']}"
            yield label, reached(target), f"{target['value']:.3g}{unit}"


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
