# SPDX-License-Identifier: BSD-3-Clause
"""docs/performance.md from the JSON that the benchmark programs leave."""

import dataclasses
import json
import re
import statistics

from performance_floors import FLOORS
from performance_tables import TABLES, Table

MODIFIERS = re.compile(r"(/(real_time|process_time|manual_time|[a-z_]+:[^/]*))+$")
UNITS = (("s", 1), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9))


@dataclasses.dataclass
class Row:
    """The median of a row's repetitions."""

    seconds: float
    flops: float = 0  # of one iteration
    bytes: float = 0
    limits: dict = dataclasses.field(default_factory=dict)  # of the program that measured the row


@dataclasses.dataclass
class Results:
    """What one build folder measured: rows by table, case and contender."""

    tables: dict
    context: dict
    limits: dict
    programs: dict  # what the example programs were measured by

    def seconds(self, table, case, contender):
        row = self.tables.get(table, {}).get(case, {}).get(contender)
        return row.seconds if row else None


def split_name(name, program):
    """table, case and contender of a row; those without a table take the program's name."""
    parts = MODIFIERS.sub("", name).split("/")
    if len(parts) < 3:
        parts.insert(0, program)
    return parts[0], "/".join(parts[1:-1]), parts[-1]


def read_rows(report, program):
    """The rows of a program's report, by (table, case, contender)."""
    samples = {}
    for entry in report["benchmarks"]:
        if entry.get("run_type") == "aggregate" or "error_message" in entry:
            continue
        samples.setdefault(entry["run_name"], []).append(entry)
    scale = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}
    rows = {}
    for name, entries in sorted(samples.items(), key=lambda s: s[1][0]["family_index"]):
        seconds = statistics.median(e["real_time"] * scale[e["time_unit"]] for e in entries)
        work = [
            statistics.median(e.get(key, 0) * e["real_time"] * scale[e["time_unit"]] for e in entries)
            for key in ("FLOP/s", "B/s")
        ]
        rows[split_name(name, program)] = Row(seconds, *work)
    return rows


def take_limits(rows):
    """Removes the rows limit/... and returns them: rates by what is limited."""
    limits = {}
    for key in [key for key in rows if key[0] == "limit"]:
        row = rows.pop(key)
        rate = (row.flops or row.bytes) / row.seconds
        limits[key[1], key[2]] = rate
    return limits


def results_of(build):
    """All results of a build folder."""
    tables, context, all_limits = {}, {}, {}
    folder = build / "benchmarks" / "results"
    for path in sorted(folder.glob("*-*.json")):
        report = json.loads(path.read_text())
        rows = read_rows(report, path.stem.partition("-")[2])
        limits = take_limits(rows)
        context.update(report["context"])
        for what, rate in limits.items():
            all_limits.setdefault(what, []).append(rate)
        for (table, case, contender), row in rows.items():
            row.limits = limits
            tables.setdefault(table, {}).setdefault(case, {})[contender] = row
    if not tables:
        raise SystemExit(f"{build}: no results; run the benchmarks first")
    medians = {what: statistics.median(rates) for what, rates in all_limits.items()}
    programs = folder / "programs.json"
    measured = json.loads(programs.read_text()) if programs.exists() else {}
    return Results(tables, context, medians, measured)


def share_of_limit(case, row):
    """The share of the multiply-add peak or of the bandwidth that a row reaches, whichever is more."""
    threads = int(match[1]) if (match := re.search(r"threads (\d+)", case)) else 1
    shares = []
    peak = row.limits.get(("multiply-add", "double" if "double" in case else "float"))
    if row.flops and peak:
        shares.append(row.flops / row.seconds / peak / threads)
    sizes = sorted(
        (float(size.split()[0]) * 1024, rate)
        for (what, size), rate in row.limits.items()
        if what == "bandwidth"
    )
    if row.bytes and sizes:
        fitting = [rate for size, rate in sizes if row.bytes <= size] or [sizes[-1][1]]
        shares.append(row.bytes / row.seconds / fitting[0])
    return max(shares, default=None)


def three_digits(number):
    if number >= 100:
        return f"{number:.0f}"
    return f"{number:.2f}" if number < 10 else f"{number:.1f}"


def as_time(seconds):
    unit, scale = next(((u, s) for u, s in UNITS if seconds >= s), UNITS[-1])
    return f"{three_digits(seconds / scale)} {unit}"


def as_rate(row):
    if row.flops:
        return f"{three_digits(row.flops / row.seconds * 1e-9)} GFLOP/s"
    if row.bytes:
        return f"{three_digits(row.bytes / row.seconds * 1e-9)} GB/s"
    return ""


def table_lines(name, results):
    """One table of the page: a line per case, the contenders side by side."""
    table = TABLES.get(name, Table(name))
    cases = results[0].tables[name]
    contenders = list(dict.fromkeys(c for rows in cases.values() for c in rows if c != "xgrad"))
    others = [r.context.get("compiler", "?") for r in results[1:]]
    what = "time ÷" if table.ratio == "time" else "speed ÷"
    header = ["", "xgrad", "", "of the limit"]
    header += [f"{what} {c}" for c in contenders] + [f"with {c}" for c in others]
    lines = [f"## {table.title or name}", ""]
    if table.text:
        lines += [table.text, ""]
    lines += ["| " + " | ".join(header) + " |", "|---" + "|---:" * (len(header) - 1) + "|"]
    for case, rows in cases.items():
        own = rows.get("xgrad")
        if own is None:
            continue  # only a rival was measured
        share = share_of_limit(case, own)
        cells = [case, as_time(own.seconds), as_rate(own), f"{share:.0%}" if share else ""]
        for contender in contenders:
            other = rows.get(contender)
            ratio = own.seconds / other.seconds if other else None
            if ratio and table.ratio == "speed":
                ratio = 1 / ratio
            cells.append(three_digits(ratio) if ratio else "")
        for result in results[1:]:
            seconds = result.seconds(name, case, "xgrad")
            cells.append(as_time(seconds) if seconds else "")
        lines.append("| " + " | ".join(cells) + " |")
    return lines + [""]


def floor_lines(results):
    """What was promised of the first build folder, and what was measured."""
    builds = [r.context.get("compiler", "?") for r in results]
    lines = ["| what | asked | " + " | ".join(builds) + " | |"]
    lines += ["|---|---:" + "|---:" * len(builds) + "|---|"]
    for floor in FLOORS:
        measured = [floor.measure(r) for r in results]
        if measured[0] is None:
            continue
        value, where = measured[0]
        cells = [three_digits(m[0]) if m else "" for m in measured]
        verdict = "met" if floor.is_met(value) else "**short**"
        note = f"{verdict}; worst: {where}" if where else verdict
        lines.append(f"| {floor.what} | {floor.sign} {floor.limit} | " + " | ".join(cells) + f" | {note} |")
    return lines + [""]


def machine_lines(results):
    """The machine, its limits, the compilers and versions."""
    context = results[0].context
    caches = ", ".join(f"L{c['level']} {c['type'].lower()} {c['size'] // 1024} KiB" for c in context["caches"])
    limits = results[0].limits
    lines = [f"- processor: {processor()}, {context['num_cpus']} cores; {caches}"]
    peaks = [
        f"{three_digits(rate * 1e-9)} GFLOP/s ({kind})"
        for (what, kind), rate in limits.items()
        if what == "multiply-add"
    ]
    bandwidths = [
        f"{three_digits(rate * 1e-9)} GB/s in {kind}"
        for (what, kind), rate in sorted(limits.items(), key=lambda item: -item[1])
        if what == "bandwidth"
    ]
    lines += [f"- multiply-add peak of a core: {', '.join(peaks)}"]
    lines += [f"- bandwidth of a core, two arrays added into a third: {', '.join(bandwidths)}"]
    lines += [f"- compilers: {', '.join(r.context.get('compiler', '?') for r in results)}"]
    lines += [f"- vectors of {context.get('floats in a vector', '?')} floats"]
    versions = sorted((k.removeprefix("version "), v) for k, v in context.items() if k.startswith("version "))
    lines += ["- " + ", ".join(f"{name} {value.removeprefix(name + ' ')}" for name, value in versions)]
    lines += [f"- measured on {context['date'][:10]}"]
    return lines + [""]


def processor():
    """The processor's name and, where Linux tells, its model."""
    facts = {}
    try:
        with open("/proc/cpuinfo", encoding="ascii") as file:
            for line in file:
                key, _, value = line.partition(":")
                facts.setdefault(key.strip(), value.strip())
    except OSError:
        return "unknown"
    return f"{facts.get('model name', 'unknown')} (family {facts.get('cpu family')}, model {facts.get('model')})"


INTRODUCTION = """\
# Performance

This page is written by `benchmarks/performance.py` from the results of the benchmarks; do not edit it.
To measure again:

    cmake --preset release
    cmake --build build/release --target benchmarks
    python3 benchmarks/performance.py build/release

All times are medians of repetitions whose order is random, so that rows of one program were measured side
by side; where two programs are compared (training and inference beside libtorch), they ran one after the
other. The limit of a row is the multiply-add peak of the cores it uses, or the bandwidth of
the memory that its arrays fit, both measured by the same program. Rivals that the machine does not have
lose their columns; on Debian they are `libopenblas-dev libdnnl-dev libxsmm-dev libeigen3-dev
libtorch-dev libgoogle-perftools-dev`.
"""


def write_page(path, results):
    """Writes the page of one or more Results, the first of which fills the tables."""
    lines = [INTRODUCTION, "## The machine", ""] + machine_lines(results)
    lines += ["## What was asked, and what came of it", ""] + floor_lines(results)
    order = {name: place for place, name in enumerate(TABLES)}
    for name in sorted(results[0].tables, key=lambda n: (order.get(n, len(order)), n)):
        if any("xgrad" in rows for rows in results[0].tables[name].values()):
            lines += table_lines(name, results)
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    print(f"wrote {path}")
