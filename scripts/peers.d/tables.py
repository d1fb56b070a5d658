"""Markdown from the records of a run; nothing here measures."""

import re
from statistics import median

# Gap, as a fraction of the pay-off range, up to which an answer is usable: only then can it be the fastest.
USABLE = 1e-6

# What every ratio is measured by: the method that a user gets who names none.
OURS = "saddlepoint auto"

# The same for many small games, in order of preference.
OURS_IN_BULK = ("saddlepoint batch", "saddlepoint simplex")

VERDICTS = ("right", "rough", "wrong", "false bounds", "raised", "hang", "crash")

# The name of a tool that a row stands for, by the first word of its solvers.
PRODUCTS = {
    "clarabel": "Clarabel",
    "clp": "Clp",
    "gambit-lp": "Gambit",
    "glpsol": "GLPK",
    "good_lp": "good_lp",
    "highspy": "HiGHS",
    "lrs": "lrslib",
    "lrsnash": "lrslib",
    "microlp": "microlp",
    "minilp": "minilp",
    "nashpy": "Nashpy",
    "open_spiel": "OpenSpiel",
    "pygambit": "Gambit",
    "quantecon": "QuantEcon.py",
    "scipy": "SciPy",
}


def seconds(value):
    if value < 1e-3:
        return f"{value * 1e6:.3g} µs"
    return f"{value * 1e3:.3g} ms" if value < 1 else f"{value:.3g} s"


def ratio(value):
    return f"{value:.2g}" if value < 10 else f"{value:,.0f}"


def rate(value):
    if value >= 1e6:
        return f"{value / 1e6:.3g} M"
    return f"{value / 1e3:.3g} k" if value >= 1e3 else f"{value:.3g}"


def table(head, rows):
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def ours(tool):
    return tool.startswith("saddlepoint")


def label(tool, pass_):
    return f"{tool}, certified" if pass_ == "certified" else tool


def ours_first(rows):
    """Tools and passes once each, in the order in which they come."""
    return sorted(dict.fromkeys(rows), key=lambda row: not ours(row[0]))


def shape(size):
    return "×".join(size.split("x"))


class Cell:
    """One tool on the games of one family and size: its best time for each seed, and what went wrong."""

    def __init__(self, tool):
        # A method with a goal of its own, `name@gap`, has done what it should there, but is no rival of the others.
        self.goal = float(tool.split("@")[1]) if "@" in tool else USABLE
        self.times, self.cores, self.gaps, self.busy, self.notes = {}, {}, [], [], []
        self.failures, self.false_bounds = [], False

    def add(self, seed, runs, cap):
        good = [run for run in runs if "seconds" in run]
        for run in runs:
            if "late" in run or ("seconds" in run and run["seconds"] > cap):
                self.failures.append(f"> {cap:g} s")
            elif "error" in run:
                self.failures.append("failed: " + run["error"].split(":")[0])
        good = [run for run in good if run["seconds"] <= cap]
        if good:
            best = min(good, key=lambda run: run["seconds"])
            self.times[seed], self.cores[seed] = best["seconds"], best["core"]
            self.gaps += [run["gap"] for run in good]
            self.busy += [run["busy"] for run in good if "busy" in run]
            self.notes += [run["note"] for run in good if "rounds" in run.get("note", "")]
            self.false_bounds |= any(run.get("false_bounds", False) for run in good)

    @property
    def gap(self):
        # One answer that is no pair of mixes spoils the cell.
        return float("nan") if any(gap != gap for gap in self.gaps) else max(self.gaps)

    @property
    def usable(self):
        return bool(self.times) and not self.failures and not self.false_bounds and self.gap <= USABLE

    def text(self, seeds):
        if not self.times:
            return self.failures[0] if self.failures else "–"
        time, core = median(self.times.values()), median(self.cores.values())
        words = [seconds(time) + (f" (core {seconds(core)})" if core < 0.8 * time else "")]
        words.append(f"[{self.gap:.0e}{'; ' + self.notes[0] if self.notes else ''}]")
        if not self.gap <= self.goal * 1.001:
            words.append("**not solved**")
        if self.false_bounds:
            words.append("**false bounds**")
        if self.failures:
            words.append(self.failures[0])
        if len(self.times) < seeds and not self.failures:
            words.append("¹")
        if self.busy and time > 0.02 and median(self.busy) < 0.85:
            words.append("~")
        return " ".join(words)


class Results:
    def __init__(self, records):
        self.cells, self.skipped = {}, {}
        self.seeds = {}
        self.by_kind = {}
        for record in records:
            self.by_kind.setdefault(record["record"], []).append(record)
        for record in self.by_kind.get("solve", []):
            place = (record["family"], record["size"])
            self.seeds.setdefault(place, 0)
            if "skipped" in record:
                self.skipped[(*place, record["tool"])] = f"not run, > {record['cap']:g} s"
                continue
            self.seeds[place] = max(self.seeds[place], record["seed"] + 1)
            for pass_ in dict.fromkeys(run["pass"] for run in record["runs"]):
                cell = self.cells.setdefault((*place, record["tool"], pass_), Cell(record["tool"]))
                cell.add(record["seed"], [run for run in record["runs"] if run["pass"] == pass_], record["cap"])

    @property
    def places(self):
        return list(self.seeds)

    def rows(self):
        """Tools and passes as they come, ours first."""
        found = [(tool, pass_) for _, _, tool, pass_ in self.cells] + [(tool, "plain") for *_, tool in self.skipped]
        return ours_first(found)

    def versus(self, place, tool, pass_="plain"):
        """How many times our time a tool takes: the median over the seeds that both have solved."""
        mine, theirs = self.cells.get((*place, OURS, "plain")), self.cells.get((*place, tool, pass_))
        if not mine or not theirs or not theirs.usable:
            return None
        both = [theirs.times[seed] / mine.times[seed] for seed in theirs.times if seed in mine.times]
        return median(both) if both else None

    def fastest(self, place, among):
        """The tool with the least time among those whose answers are all usable."""
        cells = {key[2]: cell for key, cell in self.cells.items() if key[:2] == place and key[3] == "plain"}
        usable = {tool: cell for tool, cell in cells.items() if among(tool) and cell.usable}
        return min(usable.items(), key=lambda item: median(item[1].times.values()), default=(None, None))

    def text(self, place, tool, pass_):
        cell = self.cells.get((*place, tool, pass_))
        if cell:
            return cell.text(self.seeds[place])
        return self.skipped.get((*place, tool), "–") if pass_ == "plain" else "–"


def place_name(place):
    return f"{place[0]} {shape(place[1])}"


def summary(results):
    rows = []
    for place in results.places:
        mine, peer = results.fastest(place, ours), results.fastest(place, lambda tool: not ours(tool))
        row = [place_name(place), results.text(place, OURS, "plain"), results.text(place, OURS, "certified")]
        row.append(f"{mine[0].split()[1]} {seconds(median(mine[1].times.values()))}" if mine[0] else "–")
        row += [peer[0], peer[1].text(results.seeds[place])] if peer[0] else ["–", "–"]
        times = results.versus(place, peer[0]) if peer[0] else None
        rows.append([*row, ratio(times) if times else "–"])
    head = ["games", "ours (auto)", "certified", "our fastest", "fastest other", "its time", "its time / ours (auto)"]
    return table(head, rows)


def times(results):
    parts = []
    for family in dict.fromkeys(family for family, _ in results.places):
        places = [place for place in results.places if place[0] == family]
        rows = [[label(*row), *(results.text(place, *row) for place in places)] for row in results.rows()]
        rows = [row for row in rows if set(row[1:]) != {"–"}]
        parts.append(f"#### Times, {family}\n\n" + table(["solver", *(shape(place[1]) for place in places)], rows))
    return "\n".join(parts)


def ratios(results):
    def text(place, tool, pass_):
        cell, times = results.cells.get((*place, tool, pass_)), results.versus(place, tool, pass_)
        if times is not None:
            return ratio(times)
        if cell and cell.times and not cell.usable:
            return "not solved"
        return results.text(place, tool, pass_) if not (cell and cell.usable) else "–"

    rows = [row for row in results.rows() if "@" not in row[0]]
    rows = [[label(*row), *(text(place, *row) for place in results.places)] for row in rows]
    rows = [row for row in rows if set(row[1:]) != {"–"}]
    return table(["solver", *map(place_name, results.places)], rows)


def product_ratios(results):
    """Each product by the fastest of its solvers whose answers are usable."""
    solvers = {}
    for tool, pass_ in results.rows():
        if not ours(tool) and pass_ == "plain" and "@" not in tool:
            solvers.setdefault(PRODUCTS.get(tool.split()[0], tool), []).append(tool)
    mine = [results.text(place, OURS, "plain").split(" [")[0] for place in results.places]
    rows = [["**ours (auto)**", *(f"**{time}**" for time in mine)]]
    rows.append(["its worst gap, of the range", *(worst_gap(results, place) for place in results.places)])
    rows.append(["the same, certified", *(certified_ratio(results, place) for place in results.places)])
    for product, tools in sorted(solvers.items(), key=lambda item: item[0].lower()):
        row = [product]
        for place in results.places:
            best = min((t for t in (results.versus(place, tool) for tool in tools) if t is not None), default=None)
            row.append(ratio(best) if best is not None else why_not(results, place, tools))
        rows.append(row)
    return table(["", *map(place_name, results.places)], rows)


def worst_gap(results, place):
    cells = [results.cells.get((*place, OURS, pass_)) for pass_ in ("plain", "certified")]
    gaps = [cell.gap for cell in cells if cell and cell.gaps]
    return f"{max(gaps):.0e}" if gaps else "–"


def certified_ratio(results, place):
    times = results.versus(place, OURS, "certified")
    return ratio(times) if times is not None else "–"


def why_not(results, place, tools):
    cells = [results.cells.get((*place, tool, "plain")) for tool in tools]
    if any(cell and cell.times and not cell.failures for cell in cells):
        return "not solved"
    caps = [cell.failures[0] for cell in cells if cell and cell.failures and cell.failures[0].startswith(">")]
    skipped = [results.skipped[(*place, tool)] for tool in tools if (*place, tool) in results.skipped]
    if caps or skipped:
        return caps[0] if caps else "> " + skipped[0].split("> ")[1]
    return "failed" if any(cells) else "–"


def bulk(results):
    records = results.by_kind.get("bulk", [])
    sizes = sorted(dict.fromkeys(record["size"] for record in records), key=lambda size: int(size.split("x")[0]))
    rates, texts = {}, {}
    for record in records:
        key = (record["tool"], record["pass"], record["size"])
        if "seconds" not in record:
            texts[key] = "> cap" if "late" in record else "failed"
        elif not record["gap"] <= USABLE:
            texts[key] = f"**not solved** [{record['gap']:.0e}]"
        else:
            rates[key] = record["games"] / record["seconds"]
    tools = ours_first((record["tool"], record["pass"]) for record in records)
    mine = next((tool for tool in OURS_IN_BULK if (tool, "plain") in tools), None)

    def text(tool, pass_, size):
        key, reference = (tool, pass_, size), rates.get((mine, "plain", size))
        if key not in rates:
            return texts.get(key, "–")
        slower = f" ({ratio(reference / rates[key])})" if reference and tool != mine else ""
        return rate(rates[key]) + slower

    rows = [[label(*row), *(text(*row, size) for size in sizes)] for row in tools]
    return table(["games per second", *map(shape, sizes)], rows), mine


def robust(results):
    records = results.by_kind.get("robust", [])
    columns = list(dict.fromkeys(record["column"] for record in records))
    cells = {(record["tool"], record["pass"], record["column"]): record for record in records}

    def text(record):
        if record is None:
            return "–"
        counts = record["verdicts"]
        if counts.get("right") == record["games"]:
            return "all right"
        shown = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts.get(verdict))
        missing = record["games"] - sum(counts.values())
        return shown + (f", {missing} not run" if missing else "")

    tools = ours_first((record["tool"], record["pass"]) for record in records)
    rows = [[label(*row), *(text(cells.get((*row, column))) for column in columns)] for row in tools]
    return table(["solver", *(re.sub(r"(?<=\d)x(?=\d)", "×", column) for column in columns)], rows)


def startup(results):
    rows = []
    for record in results.by_kind.get("startup", []):
        known = "seconds" in record
        words = [seconds(record["seconds"]), str(record["megabytes"])] if known else [record["error"], "–"]
        rows.append([record["tool"], *words])
    return table(["a 3×3 game from the shell", "time", "peak MB"], rows)


def setting(results):
    """Machine, versions, what is missing, and the command."""
    lines = []
    for record in results.by_kind.get("machine", [])[-1:]:
        versions = ", ".join(f"{name} {version}" for name, version in sorted(record["versions"].items(), key=by_name))
        lines.append(
            f"Machine: {record['cpu']}, {record['cores']} cores, {record['caches']}, {record['memory_gb']} GB, "
            f"{record['system']}; every solver on one thread of one core. Versions: {versions}. "
            f"Command: `{record['command']}` ({record['plan']})."
        )
        absent = {r["tool"].split()[0]: f"{r['tool']}: {r['why']}" for r in results.by_kind.get("missing", [])}
        absent |= {problem.split(":")[0]: problem for problem in record["problems"]}
        lines.append("Missing: " + ("; ".join(sorted(absent.values())) if absent else "nothing") + ".")
    loads = [record["load"] for record in results.by_kind.get("solve", []) if "load" in record]
    if loads and median(loads) > 1.3:
        lines.append(f"The machine was not quiet (median load {median(loads):.1f}): read ratios, not times.")
    return "\n\n".join(lines)


def by_name(item):
    return item[0].lower()


HOW = (
    "Least time over repeats, from the losses in memory to both mixes in memory (for GLPK, Clp and lrs through their "
    "files; *core*: the solver's own call, where it is much less), then the median over the seeds. In brackets the "
    "worst exploitability of the answers as a fraction of the pay-off range, computed from the mixes by independent "
    "code. An answer worse than 1e-6 is *not solved*. *Certified*: with the exact certificate. *Not run*: would exceed "
    "the cap even if the time of a smaller game grew only with the number of cells. ¹ fewer seeds than the others, ~ "
    "the processor was shared meanwhile, @ the gap at which an iterative method stops. Families: uniform; ternary "
    "(losses 0, 1, 2, half of the rows and columns duplicated); rank5 (rank 5 plus noise); wide."
)

HOW_SHORT = (
    "First row: our time, the least over repeats, from the losses in memory to both mixes in memory, then the median "
    "over the seeds; second row: the exploitability of our answers, computed from the mixes by independent code. All "
    "other rows: times as multiples of ours, each product by the fastest of its solvers on these games (GLPK, Clp and lrs "
    "through their files). *Certified*: with the exact certificate. *Not solved*: an answer worse than 1e-6. Where the "
    "cap stands, the tool was ended there, or would exceed it even if its time grew only with the number of cells. "
    "Families: uniform; ternary (losses 0, 1, 2, half of the rows and columns duplicated); rank5 (rank 5 plus noise); "
    "wide (uniform)."
)

HOW_BULK = (
    "Fresh uniform games, one thread. In brackets how many times as fast `{}` is. *Defender only*: one mix, which is "
    "half of an answer. *Compiled loop*: `minmax` called from compiled code, so that the interpreter costs nothing; "
    "all other Python rows are calls from Python."
)

HOW_ROBUST = (
    "Seeded degenerate games. *Right*: exploitability at most 1e-9 of the range, *rough*: at most 1e-6, *wrong*: more, "
    "or no pair of mixes; *hang*: no answer in {:g} s; *false bounds*: an interval tighter than the mixes prove."
)


def full(records):
    """Everything."""
    results = Results(records)
    parts = [setting(results)]
    if results.places:
        parts += [HOW, "### The fastest", summary(results), "### Times of other solvers, ours = 1", ratios(results)]
        parts += ["### Times", times(results)]
    parts += rest(results)
    return "\n\n".join(part.strip() for part in parts) + "\n"


def short(records):
    """The section of the README: products instead of solvers."""
    results = Results(records)
    parts = []
    if results.places:
        parts += ["### One game: times as multiples of ours", product_ratios(results), HOW_SHORT]
    return "\n\n".join(part.strip() for part in [*parts, *rest(results), setting(results)]) + "\n"


def rest(results):
    parts = []
    if "bulk" in results.by_kind:
        rows, mine = bulk(results)
        parts += ["### Many small games", rows, HOW_BULK.format(mine)]
    if "robust" in results.by_kind:
        parts += ["### Degenerate games", robust(results), HOW_ROBUST.format(results.by_kind["robust"][0]["cap"])]
    if "startup" in results.by_kind:
        parts += ["### From the shell", startup(results)]
    return parts


BEGIN, END = "<!-- peers:begin -->", "<!-- peers:end -->"


def replace_section(text, section):
    """A text with what stands between the markers replaced."""
    before, begin, rest_ = text.partition(BEGIN)
    _, end, after = rest_.partition(END)
    if not begin or not end or BEGIN in rest_ or END in before + after:
        raise ValueError(f"expected `{BEGIN}` and then `{END}`, once each")
    return f"{before}{BEGIN}\n{section.strip()}\n{END}{after}"
