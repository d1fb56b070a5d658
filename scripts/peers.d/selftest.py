"""Tests of the comparison itself: the judge on games with known answers, the tables on canned records."""

import math
import shutil
import unittest

import numpy as np

import games
import tables
import tools
import worker


def game(*rows):
    return games.Game(np.array(rows, float))


class Judge(unittest.TestCase):
    """Closed forms: the value of [[a, b], [c, d]] without a saddle point is (ad - bc) / (a + d - b - c)."""

    def test_equilibria_have_no_gap(self):
        self.assertAlmostEqual(games.exploitability(game([1, -1], [-1, 1]), [0.5, 0.5], [0.5, 0.5]), 0, places=15)
        # Both columns lose 0.35 to x, both rows gain 0.35 from y.
        two = game([0.6, 0.1], [0.2, 0.5])
        self.assertAlmostEqual(games.exploitability(two, [3 / 8, 5 / 8], [1 / 2, 1 / 2]), 0, places=15)
        rock = game([0, -1, 1], [1, 0, -1], [-1, 1, 0])
        self.assertAlmostEqual(games.exploitability(rock, [1 / 3] * 3, [1 / 3] * 3), 0, places=15)

    def test_a_pure_pair_in_matching_pennies_loses_the_whole_range(self):
        self.assertEqual(games.exploitability(game([1, -1], [-1, 1]), [1, 0], [1, 0]), 1.0)

    def test_the_gap_depends_neither_on_scale_nor_on_shift(self):
        losses, x, y = np.array([[4.0, 1.0], [2.0, 3.0]]), [0.5, 0.5], [0.75, 0.25]
        expected = games.exploitability(games.Game(losses), x, y)
        self.assertGreater(expected, 0.01)
        for changed in (losses * 2.0**-30, losses + 2.0**30):
            self.assertAlmostEqual(games.exploitability(games.Game(changed), x, y), expected, places=12)

    def test_what_is_no_mix_is_no_answer(self):
        pennies = game([1, -1], [-1, 1])
        for x in ([0, 0], [math.nan, 1], [1], [0.5, 0.25, 0.25], [-1, -1], [math.inf, 1]):
            self.assertTrue(math.isnan(games.exploitability(pennies, x, [0.5, 0.5])), x)

    def test_a_constant_game_is_solved_by_any_mix(self):
        self.assertEqual(games.exploitability(game([3, 3], [3, 3]), [1, 0], [0.2, 0.8]), 0.0)

    def test_many_games_are_judged_by_the_worst(self):
        stock = np.array([[[1, 0], [0, 1]], [[1, 0], [0, 1]]], float)
        half = [0.5, 0.5]
        self.assertAlmostEqual(games.worst_exploitability(stock, [half, half], [half, half]), 0, places=15)
        self.assertAlmostEqual(games.worst_exploitability(stock, [half, [1, 0]], [half, [1, 0]]), 1, places=15)
        self.assertTrue(math.isnan(games.worst_exploitability(stock, [half, [0, 0]], [half, half])))

    def test_wrong_answers_are_called_wrong(self):
        words = [worker.verdict({"gap": gap}) for gap in (0.0, 1e-10, 1e-8, 1e-3, math.nan)]
        self.assertEqual(words, ["right", "right", "rough", "wrong", "wrong"])
        self.assertEqual(worker.verdict({"gap": 0.0, "false_bounds": True}), "false bounds")
        self.assertEqual(worker.verdict({"error": "ValueError"}), "raised")

    def test_bounds_beyond_what_the_mixes_prove_are_found(self):
        pennies, half = game([1, -1], [-1, 1]), {"x": [0.5, 0.5], "y": [0.5, 0.5]}
        self.assertFalse(worker.claims_too_much(pennies, {**half, "lower": [0.0], "upper": [0.0]}))
        self.assertFalse(worker.claims_too_much(pennies, {**half, "lower": [-0.1], "upper": [0.2]}))
        for lower, upper in ((0.1, 0.2), (-0.1, -0.05)):
            self.assertTrue(worker.claims_too_much(pennies, {**half, "lower": [lower], "upper": [upper]}))


class Games(unittest.TestCase):
    def test_a_seed_is_a_game_and_exact_tools_see_it(self):
        for family in games.FAMILIES:
            first, again, other = (games.make(family, (6, 8), seed) for seed in (1, 1, 2))
            self.assertTrue((first.losses == again.losses).all())
            self.assertFalse((first.losses == other.losses).all(), family)
            self.assertTrue((first.integers() / float(first.scale) == first.losses).all(), family)

    def test_ternary_games_repeat_rows_and_columns(self):
        losses = games.make("ternary", (40, 40), 0).losses
        self.assertLessEqual(len(np.unique(losses, axis=0)), 20)
        self.assertLessEqual(len(np.unique(losses.T, axis=0)), 20)
        self.assertLessEqual(set(losses.ravel()), {0.0, 1.0, 2.0})

    def test_rank_five_is_rank_five_plus_noise(self):
        singular = np.linalg.svd(games.make("rank5", (60, 60), 0).losses - 0.5, compute_uv=False)
        self.assertGreater(singular[4], 4 * singular[7])


class CommandLineTools(unittest.TestCase):
    """Their answers are read from text; those that are installed must be read right."""

    def test_both_mixes_are_read_right(self):
        # A pure equilibrium, a mixed one, rows with different common divisors, more rows than columns.
        pure, mixed = game([1, 2], [0, 3]), game([0, -1, 1], [1, 0, -1], [-1, 1, 0])
        shown = (pure, mixed, game([2, 6], [5, 3]), game([0, 4], [3, 1], [2, 2]))
        for name in ("glpsol", "clp", "lrs lponly (exact)", "lrsnash (all equilibria)"):
            if shutil.which(name.split()[0]):
                for one in shown:
                    x, y = tools.PYTHON[name](one)
                    self.assertLess(games.exploitability(one, x, y), 1e-6, (name, one.losses))


def solved(tool, seed, seconds, gap=1e-15, pass_="plain", size="10x10", **more):
    run = {"pass": pass_, "seconds": seconds, "core": seconds, "gap": gap, **more}
    record = {"record": "solve", "family": "uniform", "size": size, "tool": tool, "cap": 10.0}
    return {**record, "seed": seed, "runs": [run]}


class Tables(unittest.TestCase):
    RECORDS = [
        solved("saddlepoint auto", 0, 0.001),
        solved("saddlepoint auto", 1, 0.002),
        solved("saddlepoint auto", 0, 0.003, pass_="certified"),
        solved("scipy linprog highs", 0, 0.004),
        solved("scipy linprog highs", 1, 0.016),
        solved("clp", 0, 1e-5, gap=1e-3),
        solved("glpsol", 0, 1e-6, gap=math.nan),
        {**solved("nashpy lemke_howson", 0, 0), "runs": [{"pass": "plain", "late": True}]},
        {**solved("nashpy linear_program", 0, 0), "runs": [{"pass": "plain", "error": "ValueError: no"}]},
        {"record": "solve", "family": "uniform", "size": "10x10", "tool": "highspy pdlp", "skipped": 99.0, "cap": 10.0},
    ]

    def setUp(self):
        self.results = tables.Results(self.RECORDS)
        self.place = ("uniform", "10x10")

    def test_ratios_compare_the_same_seeds(self):
        self.assertEqual(self.results.versus(self.place, "scipy linprog highs"), 6.0)
        self.assertEqual(self.results.versus(self.place, "saddlepoint auto", "certified"), 3.0)

    def test_a_wrong_answer_is_flagged_and_never_the_fastest(self):
        fastest, _ = self.results.fastest(self.place, lambda tool: not tables.ours(tool))
        self.assertEqual(fastest, "scipy linprog highs")
        for tool in ("clp", "glpsol"):
            self.assertIn("**not solved**", self.results.text(self.place, tool, "plain"))
            self.assertIsNone(self.results.versus(self.place, tool))

    def test_a_goal_of_its_own_is_met_or_not_but_no_rival(self):
        tool = "nashpy fictitious_play@1e-2"
        for gap, met in ((9.9e-3, True), (2e-2, False)):
            results = tables.Results([solved("saddlepoint auto", 0, 0.1), solved(tool, 0, 0.001, gap=gap)])
            self.assertEqual("not solved" not in results.text(self.place, tool, "plain"), met)
            self.assertEqual(results.fastest(self.place, lambda tool: True)[0], "saddlepoint auto")
            self.assertNotIn("nashpy", tables.ratios(results).lower())

    def test_what_was_not_measured_is_said(self):
        shown = {tool: self.results.text(self.place, tool, "plain") for _, _, tool, _ in self.results.cells}
        self.assertEqual(shown["nashpy lemke_howson"], "> 10 s")
        self.assertEqual(shown["nashpy linear_program"], "failed: ValueError")
        self.assertEqual(self.results.text(self.place, "highspy pdlp", "plain"), "not run, > 10 s")
        self.assertEqual(self.results.text(self.place, "lrsnash", "plain"), "–")
        self.assertTrue(self.results.text(self.place, "clp", "plain").endswith("¹"))

    def test_a_false_certificate_is_flagged(self):
        record = solved("saddlepoint auto", 0, 0.001, pass_="certified", false_bounds=True)
        results = tables.Results([solved("saddlepoint auto", 0, 0.001), record])
        self.assertIn("**false bounds**", results.text(self.place, "saddlepoint auto", "certified"))
        self.assertIsNone(results.versus(self.place, "saddlepoint auto", "certified"))

    def test_every_table_is_rectangular(self):
        bulk = {"record": "bulk", "size": "5x5", "pass": "plain", "games": 100, "seconds": 0.1, "gap": 0.0}
        robust = {"record": "robust", "column": "ties", "pass": "plain", "games": 3, "tool": "clp", "cap": 5.0}
        records = [
            *self.RECORDS,
            {**bulk, "tool": "saddlepoint simplex"},
            {**bulk, "tool": "minilp", "seconds": 4.0},
            {**bulk, "tool": "clp", "gap": 0.5},
            {**robust, "verdicts": {"right": 1, "hang": 1}},
            {"record": "missing", "tool": "nashpy linear_program", "why": "no such module"},
        ]
        for text in (tables.full(records), tables.short(records)):
            widths = [line.count("|") for line in text.splitlines() if line.startswith("|")]
            groups = [line.count("|") for line in text.splitlines() if line.startswith("| ---")]
            self.assertEqual(set(widths), set(groups))
            self.assertIn("1 right, 1 hang, 1 not run", text)
            self.assertIn("| minilp | 25 (40) |", text)
            self.assertIn("**not solved** [5e-01]", text)
        setting = tables.setting(tables.Results([MACHINE, *records]))
        self.assertIn("Missing: gambit-lp: not installed; nashpy linear_program: no such module.", setting)

    def test_numbers_read_well(self):
        self.assertEqual([tables.seconds(v) for v in (2.5e-6, 0.0123, 4.56)], ["2.5 µs", "12.3 ms", "4.56 s"])
        self.assertEqual([tables.rate(v) for v in (12, 3456, 2.5e6)], ["12", "3.46 k", "2.5 M"])
        self.assertEqual([tables.ratio(v) for v in (0.5, 3.14, 1234.5)], ["0.5", "3.1", "1,234"])

    def test_only_the_marked_section_changes(self):
        text = f"before\n{tables.BEGIN}\nold\n{tables.END}\nafter\n"
        expected = f"before\n{tables.BEGIN}\nnew\n{tables.END}\nafter\n"
        self.assertEqual(tables.replace_section(text, "new\n"), expected)
        self.assertEqual(tables.replace_section(expected, "new"), expected)
        for broken in ("no markers", f"{tables.END}{tables.BEGIN}", text + text):
            with self.assertRaises(ValueError):
                tables.replace_section(broken, "new")


MACHINE = {
    "record": "machine",
    "cpu": "a processor",
    "cores": 2,
    "caches": "L1 32K",
    "memory_gb": 8,
    "system": "Linux",
    "versions": {"numpy": "1"},
    "problems": ["gambit-lp: not installed"],
    "command": "scripts/peers",
    "plan": "1 seed",
}

if __name__ == "__main__":
    unittest.main()
