"""From rounds to a table: medians, and ratios within each round."""
import statistics

BASE = "nginx"


def summary(rounds):
    """[{workload: {proxy: figures}}] → {workload: {proxy: {figure: median, "ratio": median, "ratios": each}}}."""
    result = {}
    for workload in dict.fromkeys(name for one in rounds for name in one):
        for proxy in dict.fromkeys(name for one in rounds for name in one.get(workload, {})):
            runs = [one[workload][proxy] for one in rounds if proxy in one.get(workload, {})]
            figures = {key: _median([run[key] for run in runs]) for key in runs[0]}
            if "max_ms" in figures:
                figures["max_ms"] = max((run["max_ms"] for run in runs if run["max_ms"] is not None), default=None)
            ratios = [one[workload][proxy]["cpu_us"] / one[workload][BASE]["cpu_us"] for one in rounds
                      if {proxy, BASE} <= one.get(workload, {}).keys() and "cpu_us" in one[workload][proxy]]
            if ratios:
                figures.update(ratio=statistics.median(ratios), ratios=ratios)
            result.setdefault(workload, {})[proxy] = figures
    return result


def _median(values):
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def _text(value, digits):
    return "-" if value is None else f"{value:,.{digits}f}"


def _ratio(figures):
    if "ratio" not in figures:
        return "-"
    return f"{figures['ratio']:.2f} ({min(figures['ratios']):.2f}–{max(figures['ratios']):.2f})"


COLUMNS = {  # of a kind of workload: title, text
    "closed": [("CPU µs/request", lambda f: _text(f["cpu_us"], 1)), (f"/ {BASE} (range)", _ratio),
               ("requests/s", lambda f: _text(f["per_second"], 0)), ("p50 µs", lambda f: _text(f["p50_us"], 0)),
               ("p99 µs", lambda f: _text(f["p99_us"], 0)), ("failed", lambda f: _text(f["bad"], 0))],
    "streams": [("CPU µs/event", lambda f: _text(f["cpu_us"], 2)), (f"/ {BASE} (range)", _ratio),
                ("events/s", lambda f: _text(f["per_second"], 0)),
                ("KB/stream", lambda f: _text(f["kb_per_stream"], 1)), ("idle MB", lambda f: _text(f["idle_mb"], 1)),
                ("failed", lambda f: _text(f["bad"], 0))],
    "cancel": [("median ms", lambda f: _text(f["median_ms"], 2)), ("max ms", lambda f: _text(f["max_ms"], 1)),
               ("still open", lambda f: _text(f["still_open"], 0))],
}


def markdown(result):
    """One table for each kind of workload."""
    parts = []
    for kind, columns in COLUMNS.items():
        rows = [["workload", "proxy", *(title for title, _ in columns)]]
        for workload, proxies in result.items():
            name = "streams" if ":" in workload else workload
            if (name if name in COLUMNS else "closed") == kind:
                rows += [[workload, proxy, *(text(figures) for _, text in columns)]
                         for proxy, figures in proxies.items()]
        if len(rows) > 1:
            parts.append(_aligned(rows))
    return "\n\n".join(parts)


def _aligned(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows)
