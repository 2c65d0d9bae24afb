"""What is measured of one side of a row, and how rounds become one figure."""
import dataclasses
import statistics


@dataclasses.dataclass
class Figures:
    """None: not measured. `invalid` says why nothing of it may be believed."""

    per_s: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    longest_ms: float | None = None
    cpu_s_per_1000: float | None = None
    peak_mb: float | None = None
    invalid: str = ""


def of_rounds(rounds):
    """The median of each figure, but the longest of the longest."""
    if invalid := next((one.invalid for one in rounds if one.invalid), ""):
        return Figures(invalid=invalid)
    merged = Figures()
    for field in dataclasses.fields(Figures):
        values = [value for one in rounds if (value := getattr(one, field.name)) is not None]
        if values and field.name != "invalid":
            middle = max if field.name == "longest_ms" else statistics.median
            setattr(merged, field.name, middle(values))
    return merged
