"""The tools compared: each takes a game, and returns both mixes and perhaps a note.

Imports happen inside, so that a missing package is found out for its tool alone. `core()` marks the tool's own solve
call; what is around it hands the game over and reads the answer. For command-line tools the core is their process,
their reading of the file included.
"""

import json
import os
import subprocess
import tempfile
import time
from contextlib import contextmanager
from fractions import Fraction
from functools import cache

import numpy as np

from games import exploitability

# Gap, as a fraction of the pay-off range, at which fictitious play stops.
PLAYED_GAP = 1e-2

# Time spent inside `core()` since it was last set to 0.
spent = 0.0


@contextmanager
def core():
    global spent
    start = time.perf_counter()
    yield
    spent += time.perf_counter() - start


def run(command):
    return subprocess.run(
        command, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ).stdout


# -- nashpy


def nashpy_game(game):
    import nashpy

    return nashpy.Game(game.losses)


def nashpy_linear_program(game):
    game = nashpy_game(game)
    with core():
        return game.linear_program()


def nashpy_lemke_howson(game):
    game = nashpy_game(game)
    with core():
        return game.lemke_howson(initial_dropped_label=0)


def nashpy_support_enumeration(game):
    game = nashpy_game(game)
    with core():
        return next(game.support_enumeration())


def nashpy_vertex_enumeration(game):
    game = nashpy_game(game)
    with core():
        return next(game.vertex_enumeration())


def nashpy_fictitious_play(game):
    np.random.seed(0)
    look = 1
    with core():
        for played, counts in enumerate(nashpy_game(game).fictitious_play(iterations=10**9)):
            if played >= look:
                look = int(played * 1.1) + 1
                if exploitability(game, *counts) <= PLAYED_GAP:
                    return (*counts, f"{played} rounds")


# -- Gambit


def pygambit(solver, rational):
    def solve(game):
        import pygambit as gambit

        table = gambit.Game.from_arrays(game.losses, -game.losses)
        options = {"stop_after": 1} if solver == "lcp_solve" else {}
        with core():
            profile = getattr(gambit.nash, solver)(table, rational=rational, **options).equilibria[0]
        return [[float(profile[strategy]) for strategy in player.strategies] for player in table.players]

    return solve


def gambit_lp(rational):
    def solve(game):
        rows, columns = game.shape
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "game.nfg")
            with open(path, "w") as file:
                # Pay-offs of both players; the first player's strategy varies fastest.
                file.write('NFG 1 R "game" { "a" "d" } { %d %d }\n\n' % (rows, columns))
                for column in game.integers().T.tolist():
                    file.write(" ".join(f"{loss} {-loss}" for loss in column) + "\n")
            with core():
                out = run(["gambit-lp", "-q", *([] if rational else ["-d", "17"]), path])
        values = [float(Fraction(text)) for text in out.strip().splitlines()[0].split(",")[1:]]
        return values[:rows], values[rows:]

    return solve


# -- QuantEcon.py


def quantecon_minmax(game):
    from quantecon.optimize import minmax

    with core():
        return minmax(game.losses)[1:]


def quantecon_game(game):
    import quantecon.game_theory as theory

    attacker, defender = theory.Player(game.losses), theory.Player(np.ascontiguousarray(-game.losses.T))
    return theory, theory.NormalFormGame((attacker, defender))


def quantecon_lemke_howson(game):
    theory, game = quantecon_game(game)
    with core():
        return theory.lemke_howson(game)


def quantecon_support_enumeration(game):
    theory, game = quantecon_game(game)
    with core():
        return next(theory.support_enumeration_gen(game))


def quantecon_vertex_enumeration(game):
    theory, game = quantecon_game(game)
    with core():
        return next(theory.vertex_enumeration_gen(game))


def quantecon_fictitious_play(game):
    theory, table = quantecon_game(game)
    play = theory.FictitiousPlay(table)
    mixes, played = tuple(np.eye(count)[0] for count in game.shape), 0
    with core():
        while True:
            more = max(1, played // 10)
            mixes = play.play(actions=mixes, num_reps=more, t_init=played, random_state=0)
            played += more
            if exploitability(game, *mixes) <= PLAYED_GAP:
                return (*mixes, f"{played} rounds")


@cache
def quantecon_compiled_loop():
    """`minmax` called from compiled code over many games, so that the interpreter costs nothing per game."""
    from numba import njit
    from quantecon.optimize import minmax

    @njit
    def sweep(games, xs, ys):
        for k in range(games.shape[0]):
            _, x, y = minmax(games[k])
            xs[k], ys[k] = x, y

    def solve_all(games):
        count, rows, columns = games.shape
        xs, ys = np.empty((count, rows)), np.empty((count, columns))
        sweep(games, xs, ys)
        return xs, ys

    solve_all(np.eye(2)[None])  # Compiles.
    return solve_all


# -- SciPy and HiGHS


def scipy_linprog(method):
    """One program; the defender's mix comes from its duals."""

    def solve(game):
        from scipy.optimize import linprog

        rows, columns = game.shape
        with core():
            found = linprog(
                np.r_[np.zeros(rows), -1.0],
                A_ub=np.c_[-game.losses.T, np.ones(columns)],
                b_ub=np.zeros(columns),
                A_eq=np.r_[np.ones(rows), 0.0][None],
                b_eq=[1.0],
                bounds=[(0, None)] * rows + [(None, None)],
                method=method,
            )
        return found.x[:rows], -found.ineqlin.marginals

    return solve


def highspy(solver):
    """Maximise v over A'x - v >= 0, sum x = 1, x >= 0; the defender's mix comes from its duals."""

    def solve(game):
        import highspy

        rows, columns = game.shape
        highs, infinity = highspy.Highs(), highspy.kHighsInf
        for option, value in (("output_flag", False), ("threads", 1), ("solver", solver)):
            highs.setOptionValue(option, value)
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = rows + 1, columns + 1
        program.col_cost_ = np.r_[np.zeros(rows), -1.0]
        program.col_lower_, program.col_upper_ = np.r_[np.zeros(rows), -infinity], np.full(rows + 1, infinity)
        program.row_lower_ = np.r_[np.zeros(columns), 1.0]
        program.row_upper_ = np.r_[np.full(columns, infinity), 1.0]
        matrix = np.vstack([np.c_[game.losses.T, -np.ones(columns)], np.r_[np.ones(rows), 0.0]])
        filled = matrix != 0
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_ = np.r_[0, np.cumsum(filled.sum(1))].astype(np.int32)
        program.a_matrix_.index_ = np.nonzero(filled)[1].astype(np.int32)
        program.a_matrix_.value_ = matrix[filled]
        with core():
            highs.passModel(program)
            highs.run()
        found = highs.getSolution()
        return np.array(found.col_value)[:rows], np.array(found.row_dual)[:columns], str(highs.getModelStatus())

    return solve


# -- OpenSpiel


def open_spiel_lp(game):
    import pyspiel
    from open_spiel.python.algorithms import lp_solver

    table = pyspiel.create_matrix_game(game.losses, -game.losses)
    with core():
        return lp_solver.solve_zero_sum_matrix_game(table)[:2]


def open_spiel_double_oracle(game):
    import pyspiel
    from open_spiel.python.algorithms import double_oracle

    table = pyspiel.create_matrix_game(game.losses, -game.losses)
    with core():
        solver = double_oracle.DoubleOracleSolver(table)
        mixes, rounds, _ = solver.solve(initial_strategies=[[0], [0]], max_steps=10**6)
    return (*mixes, f"{rounds} rounds")


# -- GLPK and Clp, through files


def write_mps(losses, path):
    """Minimise v over Ay - v <= 0, sum y = 1, y >= 0."""
    rows, columns = losses.shape
    with open(path, "w") as file:
        file.write("NAME G FREE\nROWS\n N obj\n" + "".join(f" L r{i}\n" for i in range(rows)) + " E s\nCOLUMNS\n")
        for j in range(columns):
            column = enumerate(losses[:, j].tolist())
            file.write("".join(f" y{j} r{i} {loss!r}\n" for i, loss in column if loss) + f" y{j} s 1\n")
        file.write(" v obj 1\n" + "".join(f" v r{i} -1\n" for i in range(rows)))
        file.write("RHS\n RHS s 1\nBOUNDS\n FR BND v\nENDATA\n")


def glpsol(game):
    rows, columns = game.shape
    x, y = np.zeros(rows), np.zeros(columns)
    with tempfile.TemporaryDirectory() as folder:
        program, solution = os.path.join(folder, "game.mps"), os.path.join(folder, "solution")
        write_mps(game.losses, program)
        with core():
            run(["glpsol", "--freemps", program, "-w", solution])
        # `i ROW STATUS PRIMAL DUAL` and `j COLUMN STATUS PRIMAL DUAL`, counted from 1.
        with open(solution) as file:
            for words in map(str.split, file):
                if words and words[0] == "i" and int(words[1]) <= rows:
                    x[int(words[1]) - 1] = -float(words[4])
                elif words and words[0] == "j" and int(words[1]) <= columns:
                    y[int(words[1]) - 1] = float(words[3])
    return x, y


def clp(game):
    rows, columns = game.shape
    x, y = np.zeros(rows), np.zeros(columns)
    with tempfile.TemporaryDirectory() as folder:
        program, solution = os.path.join(folder, "game.mps"), os.path.join(folder, "solution")
        write_mps(game.losses, program)
        with core():
            run(["clp", program, "-dualsimplex", "-printingOptions", "all", "-solution", solution])
        # `NUMBER NAME VALUE DUAL`, rows before columns.
        with open(solution) as file:
            for words in map(str.split, file):
                name = words[-3] if len(words) >= 4 else ""
                if name[:1] == "r" and name[1:].isdigit():
                    x[int(name[1:])] = -float(words[-1])
                elif name[:1] == "y" and name[1:].isdigit():
                    y[int(name[1:])] = float(words[-2])
    return x, y


# -- lrs, exact rationals


def lines(matrix):
    return "\n".join(" ".join(map(str, row)) for row in matrix.tolist())


def lrsnash(game):
    """Enumerates every extreme equilibrium; the last is taken."""
    rows, columns = game.shape
    losses = game.integers()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "game")
        with open(path, "w") as file:
            file.write(f"{rows} {columns}\n\n{lines(losses)}\n\n{lines(-losses)}\n")
        with core():
            out = run(["lrsnash", path])
    # `PLAYER PROBABILITY... PAY-OFF`.
    profiles = (words for words in map(str.split, out.splitlines()) if words and words[0] in ("1", "2"))
    mixes = {words[0]: [float(Fraction(text)) for text in words[1:-1]] for words in profiles}
    return mixes["1"], mixes["2"]


def lrs_linear_program(game):
    """One exact program: maximise sum w over Pw <= 1, w >= 0, with all entries of P positive.

    lrs divides each row by the greatest divisor of its numbers, and its duals are of the rows so divided; with a right
    side of 1 there is nothing to divide by.
    """
    rows, columns = game.shape
    losses = game.integers()
    positive = losses - losses.min() + (int(losses.max() - losses.min()) or 1)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "game")
        with open(path, "w") as file:
            file.write(f"game\nH-representation\nbegin\n{rows + columns} {columns + 1} rational\n")
            file.write(lines(np.c_[np.ones(rows, int), -positive]) + "\n")
            file.write(lines(np.c_[np.zeros((columns, 1), int), np.eye(columns, dtype=int)]))
            file.write("\nend\nlponly\nverbose\nmaximize 0 " + "1 " * columns + "\n")
        with core():
            out = run(["lrs", path])

    def read(tag, count):
        """`*Primal: x_1=VALUE x_2=VALUE ...`, zeros left out."""
        line = [line for line in out.splitlines() if line.startswith(tag)][-1]
        words = line.split(":")[1].replace("=", " ").split()
        values = np.zeros(count)
        for name, value in zip(words[::2], words[1::2]):
            if int(name.split("_")[1]) <= count:
                values[int(name.split("_")[1]) - 1] = float(Fraction(value))
        return values

    return read("*Dual", rows), read("*Primal", columns)


# -- Rust: our methods and the libraries, in the program `peers` of the solver crate


def rust(solver, losses, repeats):
    """The JSON lines of the program, each as soon as it is there. `losses` are one game, or many of one shape."""
    with tempfile.NamedTemporaryFile() as file:
        losses.tofile(file.name)
        arguments = [solver, file.name, *losses.shape[-2:], repeats]
        process = subprocess.Popen(
            [os.environ["PEERS_RUST"], *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        yield from map(json.loads, process.stdout)
        _, errors = process.communicate()
        if process.returncode:
            yield {"pass": "plain", "error": (errors.strip().splitlines() or [f"exit {process.returncode}"])[-1]}


PYTHON = {
    "nashpy linear_program": nashpy_linear_program,
    "nashpy lemke_howson": nashpy_lemke_howson,
    "nashpy support_enumeration (first)": nashpy_support_enumeration,
    "nashpy vertex_enumeration (first)": nashpy_vertex_enumeration,
    "nashpy fictitious_play@1e-2": nashpy_fictitious_play,
    "pygambit lp_solve double": pygambit("lp_solve", False),
    "pygambit lp_solve rational": pygambit("lp_solve", True),
    "pygambit lcp_solve double": pygambit("lcp_solve", False),
    "pygambit lcp_solve rational": pygambit("lcp_solve", True),
    "gambit-lp double": gambit_lp(False),
    "gambit-lp rational": gambit_lp(True),
    "quantecon minmax": quantecon_minmax,
    "quantecon lemke_howson": quantecon_lemke_howson,
    "quantecon support_enumeration (first)": quantecon_support_enumeration,
    "quantecon vertex_enumeration (first)": quantecon_vertex_enumeration,
    "quantecon fictitious_play@1e-2": quantecon_fictitious_play,
    "scipy linprog highs": scipy_linprog("highs"),
    "scipy linprog highs-ipm": scipy_linprog("highs-ipm"),
    "highspy simplex": highspy("simplex"),
    "highspy ipx": highspy("ipx"),
    "highspy pdlp": highspy("pdlp"),
    "open_spiel lp_solver": open_spiel_lp,
    "open_spiel double_oracle": open_spiel_double_oracle,
    "glpsol": glpsol,
    "clp": clp,
    "lrs lponly (exact)": lrs_linear_program,
    "lrsnash (all equilibria)": lrsnash,
}
