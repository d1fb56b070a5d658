"""Seeded games, and the check that every answer goes through.

A game is a matrix of losses: rows attack and maximise, columns defend and minimise. Every entry is a whole number
divided by the game's `scale` as far as doubles can say it, so that exact tools see the same game as the others.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Game:
    losses: np.ndarray  # rows × columns, C order
    scale: int = 10**6

    @property
    def shape(self):
        return self.losses.shape

    def integers(self):
        return np.rint(self.losses * float(self.scale)).astype(np.int64)


def size(text):
    """`300x200` as a pair."""
    rows, columns = text.split("x")
    return int(rows), int(columns)


def uniform(random, shape):
    return np.round(random.random(shape), 6)


def ternary(random, shape):
    """Losses 0, 1, 2; about half of the rows and columns are duplicates of others."""
    rows, columns = shape
    distinct = random.integers(0, 3, ((rows + 1) // 2, (columns + 1) // 2)).astype(float)
    losses = distinct[random.integers(0, distinct.shape[0], rows)][:, random.integers(0, distinct.shape[1], columns)]
    if losses.max() == losses.min():
        losses[0, 0] += 1.0
    return losses


def low_rank(random, shape):
    """Rank 5 plus noise: few latent skills decide most of the matrix."""
    losses = random.standard_normal((shape[0], 5)) @ random.standard_normal((5, shape[1]))
    losses = (losses - losses.min()) / (losses.max() - losses.min())
    return np.round(losses + 0.02 * random.standard_normal(shape), 6)


def constant(random, shape):
    return np.full(shape, np.round(random.random(), 6))


def tiny(random, shape):
    """Entries of about 1e-9."""
    return np.rint(1e6 * random.random(shape)) / 1e15


def offset(random, shape):
    """A large constant on every entry, which doubles hold exactly and print in full."""
    return 1e8 + random.integers(0, 64, shape) / 64


def decades(random, shape):
    """Rows from 1e-6 to 1e6."""
    powers = 10.0 ** random.integers(0, 13, (shape[0], 1))
    return np.rint(1e6 * random.random(shape)) * powers / 1e12


FAMILIES = {
    "uniform": (uniform, 10**6),
    "wide": (uniform, 10**6),
    "ternary": (ternary, 1),
    "rank5": (low_rank, 10**6),
    "constant": (constant, 10**6),
    "tiny": (tiny, 10**15),
    "offset": (offset, 64),
    "decades": (decades, 10**12),
}


def make(family, shape, seed):
    draw, scale = FAMILIES[family]
    random = np.random.default_rng([seed, *shape])
    return Game(np.ascontiguousarray(draw(random, shape)), scale)


def many(count, shape, seed):
    """Uniform games of one shape: count × rows × columns."""
    random = np.random.default_rng([seed, *shape])
    return np.round(random.random((count, *shape)), 6)


def mix(values, count):
    """The probabilities meant by a solver's answer (rounding errors below 0 cut off, sum 1), or None."""
    values = np.clip(np.asarray(values, float).ravel(), 0, None)
    total = values.sum()
    return values / total if values.size == count and 0 < total < 1e300 else None


def bounds(game, x, y):
    """What two mixes prove: min over columns of x'A and max over rows of Ay, less the smallest entry."""
    # Without its smallest entry the game is the same, and a large constant hides no digits.
    losses = game.losses - game.losses.min()
    return float((x @ losses).min()), float((losses @ y).max())


def exploitability(game, x, y):
    """max_i (Ay)_i - min_j (x'A)_j as a fraction of the pay-off range, from the losses and mixes alone.

    0 at an equilibrium, positive elsewhere; not a number if the answer is no pair of mixes.
    """
    x, y = mix(x, game.shape[0]), mix(y, game.shape[1])
    if x is None or y is None:
        return float("nan")
    lower, upper = bounds(game, x, y)
    spread = game.losses.max() - game.losses.min()
    # Below 0 there is only rounding.
    return max(upper - lower, 0.0) / float(spread) if spread > 0 else 0.0


def worst_exploitability(games, xs, ys):
    """The largest over many games of one shape, with entries between 0 and 1.

    Not a number if one answer is no pair of mixes.
    """
    xs, ys = (np.clip(np.asarray(v, float).reshape(len(games), -1), 0, None) for v in (xs, ys))
    if xs.shape[1] != games.shape[1] or ys.shape[1] != games.shape[2]:
        return float("nan")
    with np.errstate(all="ignore"):
        xs, ys = (v / v.sum(1, keepdims=True) for v in (xs, ys))
    upper = np.einsum("gij,gj->gi", games, ys).max(1)
    lower = np.einsum("gij,gi->gj", games, xs).min(1)
    spread = games.max((1, 2)) - games.min((1, 2))
    return float(((upper - lower) / np.where(spread > 0, spread, 1.0)).max())
