"""Asks the workers, tool after tool, and writes down what they answer."""

import json
import os
import queue
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field

from environment import HERE, ROOT, build, say

# Wide games have this one shape.
WIDE = "50x5000"

# Up to so many rows and columns a tool is given up sooner, and more seeds are affordable.
SMALL_SIDE, SMALL_CAP, LARGE_SIDE = 100, 10.0, 1000

# Seconds to wait for a tool's imports and compilation, and beyond the cap for the end of a repeated call.
START, GRACE = 180.0, 3.0

# Degenerate games: name of the column, family, shape for even and for odd seeds.
DEGENERATE = (
    ("ties 4x4", "ternary", "4x4", "4x4"),
    ("ties 12x9", "ternary", "12x9", "9x12"),
    ("constant 5x5", "constant", "5x5", "5x5"),
    ("1x9 and 9x1", "uniform", "1x9", "9x1"),
    ("entries near 1e-9", "tiny", "8x8", "8x8"),
    ("1e8 added", "offset", "8x8", "8x8"),
    ("rows of 1e-6 to 1e6", "decades", "8x8", "8x8"),
)

# Hangs after which the rest of the degenerate games of a column is left out.
MOST_HANGS = 3

# Tools for many small games, beside our own; the others are slower still.
BULK = (
    "good_lp + microlp",
    "microlp",
    "minilp",
    "quantecon minmax",
    "nashpy linear_program",
    "scipy linprog highs",
    "highspy simplex",
    "pygambit lp_solve double",
)

# Solvers for this part alone: one of several names ends so.
IN_BULK_ONLY = ("(defender only)", "(compiled loop)", "saddlepoint batch")

# What a quick run leaves out: the slow ones, and those with a faster sibling.
NOT_QUICK = ("enumeration", "fictitious", "lemke_howson", "lcp_solve", "highs-ipm", "lrsnash", "double_oracle")

# Our wrappers of the libraries that are timed by themselves.
WRAPPERS = ("saddlepoint good-lp", "saddlepoint microlp")


@dataclass
class Plan:
    families: list
    sizes: list
    bulk_sizes: list
    seeds: int = 3
    repeats: int = 5
    patience: float = 2.0
    cap: float = 30.0
    slow: float = 5.0
    bulk_patience: float = 0.7
    robust_games: int = 60
    robust_cap: float = 5.0
    parts: list = field(default_factory=lambda: ["solve", "bulk", "robust", "startup"])
    only: list = field(default_factory=list)
    without: tuple = ()

    def cells(self):
        for family in self.families:
            for size in [WIDE] if family == "wide" else self.sizes:
                yield family, size

    def seeds_for(self, size):
        return 1 if max(shape(size)) >= LARGE_SIDE else self.seeds

    def cap_for(self, size):
        return min(self.cap, SMALL_CAP) if max(shape(size)) <= SMALL_SIDE else self.cap


def shape(text):
    rows, columns = text.split("x")
    return int(rows), int(columns)


def cells_of(size):
    rows, columns = shape(size)
    return rows * columns


class Worker:
    """A tool in a process group of its own, started when needed and ended when late."""

    def __init__(self, environment, tool):
        self.environment, self.tool, self.process = environment, tool, None

    def start(self):
        """Why the tool is missing, if it is."""
        self.process = subprocess.Popen(
            [self.environment.python, HERE / "worker.py", self.tool],
            env=self.environment.variables(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self.events = queue.Queue()
        threading.Thread(target=self.read, args=(self.process, self.events), daemon=True).start()
        first = self.next_event(START)
        if first["event"] == "ready":
            return None
        self.end()
        return first.get("why", "did not start")

    @staticmethod
    def read(process, events):
        for line in process.stdout:
            events.put(json.loads(line))
        events.put({"event": "died", "code": process.wait()})

    def next_event(self, seconds):
        try:
            return self.events.get(timeout=seconds)
        except queue.Empty:
            return {"event": "late"}

    def ask(self, job, cap):
        """The answers to one job; if the tool died or was late, the last says so and the process is gone."""
        if self.process is None:
            why = self.start()
            if why:
                return [{"pass": "plain", "error": why}]
        self.process.stdin.write(json.dumps({**job, "shape": shape(job["shape"])}) + "\n")
        self.process.stdin.flush()
        runs, under_way = [], "plain"
        while True:
            event = self.next_event(cap + GRACE)
            kind = event.pop("event")
            if kind == "start":
                under_way = event.get("pass", "plain")
            elif kind == "run":
                runs.append(event)
            elif kind == "end":
                return runs
            else:
                self.end()
                why = {"late": True} if kind == "late" else {"error": f"died ({event.get('code')})"}
                return [*runs, {"pass": under_way, **why}]

    def end(self):
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.process.wait()
            self.process = None


def measure(environment, plan, write):
    """All parts of the plan for every tool; `write` is called with each record."""
    tools = list(dict.fromkeys([*environment.rust_lines("list"), *python_tools(environment)]))
    for tool in tools:
        if plan.only and not any(word in tool for word in plan.only):
            continue
        if tool in WRAPPERS or any(word in tool for word in plan.without):
            continue
        worker = Worker(environment, tool)
        why = worker.start()
        if why:
            say(f"{tool}: missing, {why}")
            write({"record": "missing", "tool": tool, "why": why})
            continue
        # A method with a loose goal of its own is neither right nor fast on small games.
        precise, whole = "@" not in tool, not tool.endswith(IN_BULK_ONLY)
        if "solve" in plan.parts and whole:
            solve(worker, plan, write)
        chosen = tool in BULK or not whole or tool.startswith("saddlepoint")
        if "bulk" in plan.parts and precise and chosen:
            bulk(worker, plan, write)
        if "robust" in plan.parts and precise and whole:
            robust(worker, plan, write)
        worker.end()
    if "startup" in plan.parts:
        startup(environment, write)


def python_tools(environment):
    command = [environment.python, "-c", "import tools; print('\\n'.join(tools.PYTHON))"]
    listed = subprocess.run(command, cwd=HERE, check=True, text=True, stdout=subprocess.PIPE).stdout.splitlines()
    return [*listed, "quantecon minmax (compiled loop)"]


def solve(worker, plan, write):
    """Each game once per seed; a size that would take too long, judged by a smaller one, is left out."""
    reached = {}
    for family, size in plan.cells():
        cap = plan.cap_for(size)
        record = {"record": "solve", "family": family, "size": size, "tool": worker.tool}
        smaller = [(time_, cells) for time_, cells in reached.get(family, []) if cells < cells_of(size)]
        expected = max((time_ * cells_of(size) / cells for time_, cells in smaller), default=0.0)
        if expected > cap:
            write({**record, "skipped": expected, "cap": cap})
            continue
        for seed in range(plan.seeds_for(size)):
            job = {"do": "solve", "family": family, "shape": size, "seed": seed}
            job |= {"repeats": plan.repeats, "patience": plan.patience}
            runs = worker.ask(job, cap)
            late = any("late" in run for run in runs)
            write({**record, "seed": seed, "cap": cap, "load": os.getloadavg()[0], "runs": runs})
            say(f"{family} {size} {worker.tool} #{seed}: {describe(runs, cap)}")
            # The first pass decides; a certificate that comes too late spoils no more than itself.
            first = [run for run in runs if run["pass"] == runs[0]["pass"]]
            times = [run["seconds"] for run in first if "seconds" in run]
            longest = cap if any("late" in run for run in first) else min(times, default=0.0)
            reached.setdefault(family, []).append((longest, cells_of(size)))
            if late or not times or max(times) > plan.slow:
                break


def describe(runs, cap):
    words = []
    for run in {run["pass"]: run for run in reversed(runs)}.values():
        if "late" in run:
            words.append(f"{run['pass']} > {cap:g} s")
        elif "error" in run:
            words.append(f"{run['pass']} {run['error']}")
        else:
            words.append(f"{run['pass']} {run['seconds']:.3g} s, gap {run['gap']:.1e}")
    return "; ".join(words)


def bulk(worker, plan, write):
    for size in plan.bulk_sizes:
        job = {"do": "bulk", "shape": size, "seed": 7, "patience": plan.bulk_patience}
        for run in worker.ask(job, plan.cap):
            write({"record": "bulk", "size": size, "tool": worker.tool, **run})
            rate = f"{run['games'] / run['seconds']:.3g} games/s" if "seconds" in run else run.get("error", "late")
            say(f"bulk {size} {worker.tool} {run['pass']}: {rate}")


def robust(worker, plan, write):
    for column, family, *sizes in DEGENERATE:
        verdicts, hangs = {}, 0
        for seed in range(plan.robust_games):
            # Whoever enumerates equilibria is not asked for more than these.
            if "enumeration" in worker.tool and max(shape(sizes[0])) > 9:
                break
            job = {"do": "robust", "family": family, "shape": sizes[seed % 2], "seed": seed}
            runs = worker.ask(job, plan.robust_cap)
            for run in runs:
                verdict = run.get("verdict") or ("hang" if "late" in run else "crash")
                counts = verdicts.setdefault(run["pass"], {})
                counts[verdict] = counts.get(verdict, 0) + 1
            hangs += any("late" in run for run in runs)
            if hangs == MOST_HANGS:
                break
        for pass_, counts in verdicts.items():
            record = {"record": "robust", "column": column, "tool": worker.tool, "pass": pass_}
            write({**record, "games": plan.robust_games, "cap": plan.robust_cap, "verdicts": counts})
        say(f"robust {column} {worker.tool}: {verdicts}")


STARTUP = {
    "Python alone": "pass",
    "nashpy": "import nashpy, numpy; print(nashpy.Game(numpy.array({game})).linear_program())",
    "pygambit": "import pygambit, numpy; a = numpy.array({game});"
    "print(pygambit.nash.lp_solve(pygambit.Game.from_arrays(a, -a)).equilibria)",
    "quantecon": "import numpy; from quantecon.optimize import minmax; print(minmax(numpy.array({game})))",
    "scipy": "from scipy.optimize import linprog;"
    "print(linprog([-1, -1, -1], A_ub=[[2, 3, 1], [1, 2, 4], [3, 1, 2]], b_ub=[1, 1, 1]).x)",
}


def startup(environment, write, repeats=7):
    """From the start of a process to the answer of a 3x3 game; the first run warms the file cache."""
    text = "[[0., 1., -1.], [-1., 0., 2.], [1., -1., 0.]]"
    commands = {name: [environment.python, "-c", code.format(game=text)] for name, code in STARTUP.items()}
    table = environment.python.parent / "game.csv"
    table.write_text("attack,d1,d2,d3\na1,0,1,-1\na2,-1,0,2\na3,1,-1,0\n")
    commands["saddlepoint solve"] = [build("-p", "saddlepoint-runner"), "solve", table]
    lrs = environment.python.parent / "game.lrs"
    lrs.write_text("3 3\n\n0 1 -1\n-1 0 2\n1 -1 0\n\n0 -1 1\n1 0 -2\n-1 1 0\n")
    commands["lrsnash"] = ["lrsnash", lrs]
    for name, command in commands.items():
        times, megabytes = [], 0
        for _ in range(repeats + 1):
            start = time.perf_counter()
            nowhere = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
            try:
                process = subprocess.Popen(command, cwd=ROOT, env=environment.variables(), **nowhere)
            except FileNotFoundError:
                break
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = status
            if status:
                break
            times.append(time.perf_counter() - start)
            megabytes = max(megabytes, used.ru_maxrss // 1024)
        record = {"record": "startup", "tool": name}
        if len(times) > 1:
            write({**record, "seconds": min(times[1:]), "megabytes": megabytes})
        else:
            write({**record, "error": "not available"})
