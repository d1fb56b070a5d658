"""Times one tool in a process of its own: `worker.py TOOL`, then jobs as lines of JSON on standard input.

Every reply is a line of JSON with an `event`: `ready` or `missing` once; then for each job `start` before each timed
call, `run` for each answer, and `end`. Whoever asks decides how long to wait, and ends the process group when it has
waited enough. What a tool prints is thrown away.
"""

import json
import os
import resource
import sys
import time
import warnings

import games
import tools

# Largest gap, as a fraction of the pay-off range, of an answer that counts as right, and of one that is usable.
RIGHT, USABLE = 1e-9, 1e-6

# Slack in judging our claimed bounds by doubles, as a fraction of the pay-off range.
ROUNDING = 1e-12

# Games of one shape at hand, and those used to find out how many can be solved in the time given.
MOST_GAMES, TRIAL_GAMES = 20_000, 20

# Passes over the same games, and repeats of the fastest calls, of which the least time counts.
PASSES, MOST_REPEATS, SHORT = 3, 100, 0.05

# Address space of a tool; a tool that needs more fails.
MEMORY = 14 << 30

COMPILED_LOOP = "quantecon minmax (compiled loop)"

# One mix alone is no answer to a game; timed on many small games, to be generous.
ONE_SIDED = "(defender only)"


def cpu_time():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def solve(tool, job, tell):
    game = games.make(job["family"], job["shape"], job["seed"])
    if tool not in tools.PYTHON:
        return solve_rust(tool, game, job, tell)
    begun, repeat = time.perf_counter(), 0
    while True:
        tell(event="start")
        tools.spent, cpu, start = 0.0, cpu_time(), time.perf_counter()
        answer = tools.PYTHON[tool](game)
        seconds, cpu = time.perf_counter() - start, cpu_time() - cpu
        gap = games.exploitability(game, answer[0], answer[1])
        note = answer[2] if len(answer) > 2 else ""
        run = {"seconds": seconds, "core": tools.spent, "busy": cpu / seconds, "gap": gap, "note": note}
        tell(event="run", **{"pass": "plain"}, **run)
        repeat, spent = repeat + 1, time.perf_counter() - begun
        if spent > job["patience"] or repeat >= MOST_REPEATS or (repeat >= job["repeats"] and spent > SHORT):
            return None


def solve_rust(tool, game, job, tell):
    for line in tools.rust(tool, game.losses, MOST_REPEATS if game.losses.size <= 10_000 else job["repeats"]):
        if "begin" in line:
            tell(event="start", **{"pass": line["begin"]})
            continue
        if "error" in line:
            tell(event="run", **{"pass": line["pass"], "error": line["error"]})
            continue
        gap = games.exploitability(game, line["x"], line["y"])
        seconds, core = min(zip(line["times"], line["core"]))
        run = {"pass": line["pass"], "seconds": seconds, "core": core, "repeats": len(line["times"]), "gap": gap}
        if "lower" in line:
            run["proved"] = [line["lower"][0], line["upper"][0]]
            run["false_bounds"] = claims_too_much(game, line)
        tell(event="run", **run)


def claims_too_much(game, line):
    """Whether claimed bounds are tighter than what the printed mixes prove."""
    x, y = games.mix(line["x"], game.shape[0]), games.mix(line["y"], game.shape[1])
    if x is None or y is None:
        return True
    lower, upper = games.bounds(game, x, y)
    least = float(game.losses.min())
    slack = ROUNDING * float(game.losses.max() - least)
    return line["lower"][0] - least > lower + slack or line["upper"][0] - least < upper - slack


def robust(tool, job, tell):
    """Only the verdict on one game."""

    def judge(**words):
        if words["event"] == "run":
            words = {"event": "run", "pass": words["pass"], "verdict": verdict(words)}
        tell(**words)

    try:
        solve(tool, {**job, "repeats": 1, "patience": 0.0}, judge)
    except Exception:
        tell(event="run", **{"pass": "plain"}, verdict="raised")


def verdict(run):
    if "error" in run:
        return "raised"
    if run.get("false_bounds"):
        return "false bounds"
    return "right" if run["gap"] <= RIGHT else "rough" if run["gap"] <= USABLE else "wrong"


def bulk(tool, job, tell):
    """Solves as many fresh games of one shape as the time allows, and tells the rate."""
    stock = games.many(MOST_GAMES + TRIAL_GAMES, job["shape"], job["seed"])
    solve_all = {COMPILED_LOOP: bulk_compiled}.get(tool, bulk_python if tool in tools.PYTHON else bulk_rust)
    tell(event="start")
    trial = solve_all(tool, stock[:TRIAL_GAMES], 1)
    if "error" in trial[0]:
        return tell(event="run", **trial[0])
    slowest = max(line["seconds"] for line in trial) / TRIAL_GAMES
    count = min(MOST_GAMES, max(TRIAL_GAMES, int(job["patience"] / slowest)))
    fresh = stock[TRIAL_GAMES : TRIAL_GAMES + count]
    tell(event="start")
    for line in solve_all(tool, fresh, PASSES):
        if "error" not in line:
            xs = line.pop("x")
            xs = xs if len(xs) else attackers(fresh)
            line["gap"] = games.worst_exploitability(fresh, xs, line.pop("y"))
        tell(event="run", games=count, **line)


def attackers(stock):
    """The attacker's mixes for a tool that was asked for the defender's alone, so that its half can be judged."""
    return tools.quantecon_compiled_loop()(stock)[0]


def bulk_python(tool, stock, passes):
    ready = [games.Game(losses) for losses in stock]
    times = []
    for _ in range(passes):
        start = time.perf_counter()
        answers = [tools.PYTHON[tool](game) for game in ready]
        times.append(time.perf_counter() - start)
    x, y = ([list(answer[side]) for answer in answers] for side in (0, 1))
    return [{"pass": "plain", "seconds": min(times), "x": x, "y": y}]


def bulk_compiled(_, stock, passes):
    solve_all = tools.quantecon_compiled_loop()
    times = []
    for _ in range(passes):
        start = time.perf_counter()
        xs, ys = solve_all(stock)
        times.append(time.perf_counter() - start)
    return [{"pass": "plain", "seconds": min(times), "x": xs, "y": ys}]


def bulk_rust(tool, stock, passes):
    lines = []
    for line in (line for line in tools.rust(tool, stock, passes) if "begin" not in line):
        keep = {key: line[key] for key in ("pass", "error", "x", "y") if key in line}
        lines.append({**keep, **({"seconds": min(line["times"])} if "times" in line else {})})
    return lines


def warm_up(tool):
    """Imports and compiles, untimed. Returns why the tool is missing, if it is."""
    try:
        if tool in tools.PYTHON:
            tools.PYTHON[tool](games.make("uniform", (2, 3), 99))
        elif tool == COMPILED_LOOP or tool.endswith(ONE_SIDED):
            tools.quantecon_compiled_loop()
    except (ImportError, FileNotFoundError) as error:
        return str(error)
    except Exception:
        pass  # A tool that fails on this game is there all the same.
    return None


def main():
    tool = sys.argv[1]
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    def tell(**words):
        print(json.dumps(words), file=out, flush=True)

    why = warm_up(tool)
    tell(event="ready") if why is None else tell(event="missing", why=why)
    for line in sys.stdin:
        job = json.loads(line)
        job["shape"] = tuple(job["shape"])
        try:
            {"solve": solve, "robust": robust, "bulk": bulk}[job["do"]](tool, job, tell)
        except Exception as error:
            tell(event="run", **{"pass": "plain"}, error=f"{type(error).__name__}: {error}"[:160])
        tell(event="end")


if __name__ == "__main__":
    main()
