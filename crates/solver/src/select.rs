//! `auto`: which method for which game, and why.
//!
//! | game | method | why |
//! |---|---|---|
//! | at most 64 strategies a side | simplex, finished exactly | microseconds, and a gap of 0 |
//! | constraints | simplex | it prices them like attacks, at any size |
//! | at most 128 on one side, four times as many on the other | double oracle | few of the many are needed |
//! | rank at most 12 | double oracle | supports of at most 13 |
//! | at most 256 on one side, eight times as many on the other | double oracle | as above |
//! | at most 160 on the smaller side | double oracle | its restricted games stay in the cache |
//! | at most 6,000 on the smaller side | interior point | a dozen factorisations, whatever the supports |
//! | more | extragradient, finished from its supports | one product a step is all that fits |
//!
//! Where the interior-point method stalls, as it can on games of some middle rank, double oracle follows.
//!
//! From the fourth line on, sizes are without copies of rows and columns. The crossovers are measured, and printed by `cargo bench -p
//! saddlepoint-solver --bench crossovers`.

use std::fmt;

use saddlepoint_game::Game;

use crate::collapse;
use crate::dense::Dense;
use crate::error::SolveError;
use crate::exact;
use crate::method::Method;
use crate::scaled::Scaled;
use crate::settings::Settings;
use crate::simplex::{self, Workspace};
use crate::solution::{Solution, Status};
use crate::structure;
use crate::{double_oracle, extragradient, interior_point};

/// Strategies a side up to which an answer is finished exactly: the integers then stay short enough for the finish to
/// take well under a second on published decimals, and seconds on arbitrary doubles.
const EXACT_FINISH_STRATEGIES: usize = 64;

/// Most strategies on the smaller side, and least ratio of the sides, of the games that count as one-sided.
const ONE_SIDED: [(usize, usize); 2] = [(128, 4), (256, 8)];

/// Strategies on the smaller side up to which double oracle beats the interior-point method on most games.
const DOUBLE_ORACLE_STRATEGIES: usize = 160;

/// Strategies on the smaller side up to which an interior-point solve ends within minutes.
const INTERIOR_POINT_STRATEGIES: usize = 6_000;

/// Whether there are so few strategies that exact answers and analyses are a matter of course: on one side, and cells
/// in all.
pub(crate) fn is_small(game: &Game) -> bool {
    let (m, n) = (game.loss.attacks().len(), game.loss.defences().len());
    m.min(n) <= EXACT_FINISH_STRATEGIES && m * n <= EXACT_FINISH_STRATEGIES * EXACT_FINISH_STRATEGIES
}

/// What `auto` makes of a game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The method.
    pub method: Method,
    /// What decided.
    pub reason: Reason,
}

/// What decides between the methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The defender is under constraints.
    Constraints,
    /// Both sides have few strategies; the answer is finished exactly.
    Small,
    /// One side has many times as many strategies.
    OneSided,
    /// The matrix has a low rank: this one.
    LowRank(usize),
    /// The smaller side has few strategies.
    Narrow,
    /// Neither side has few strategies.
    Large,
    /// A factorisation would take too long.
    Huge,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = self.method;
        match self.reason {
            Reason::Constraints => write!(f, "{method}: it takes constraints on the defender's mix at any size"),
            Reason::Small => {
                write!(
                    f,
                    "{method}, finished exactly: one side has at most {EXACT_FINISH_STRATEGIES} strategies, and there are few cells"
                )
            }
            Reason::OneSided => write!(
                f,
                "{method}: one side has many times as many strategies as the other, of which an equilibrium needs few"
            ),
            Reason::LowRank(rank) => {
                write!(
                    f,
                    "{method}: without a constant the matrix has rank {rank}, so each side needs at most {} strategies",
                    rank + 1
                )
            }
            Reason::Narrow => write!(
                f,
                "{method}: the smaller side has at most {DOUBLE_ORACLE_STRATEGIES} different strategies, so restricted games are small"
            ),
            Reason::Large => write!(
                f,
                "{method}: both sides have more than {DOUBLE_ORACLE_STRATEGIES} different strategies, and a factorisation is affordable"
            ),
            Reason::Huge => write!(
                f,
                "{method}: both sides have more than {INTERIOR_POINT_STRATEGIES} strategies, too many for a factorisation"
            ),
        }
    }
}

/// What `auto` makes of a game, without solving it.
#[must_use]
pub fn choose(game: &Game) -> Choice {
    if let Some(choice) = at_sight(game) {
        return choice;
    }
    let mut scaled = Scaled::default();
    scaled.load(game);
    for_matrix(&Dense::new(scaled.layout.attacks, scaled.layout.defences, &scaled.losses))
}

/// The choice that needs no look at the entries.
fn at_sight(game: &Game) -> Option<Choice> {
    let choice = |reason| Some(Choice { method: Method::Simplex, reason });
    if is_small(game) {
        return choice(Reason::Small);
    }
    if game.constraints.is_empty() { None } else { choice(Reason::Constraints) }
}

/// The choice for a matrix of doubles.
pub(crate) fn for_matrix(game: &Dense<'_>) -> Choice {
    if game.rows.max(game.columns) <= EXACT_FINISH_STRATEGIES {
        return Choice { method: Method::Simplex, reason: Reason::Small };
    }
    let choice = |method, reason| Choice { method, reason };
    let is_one_sided = |(rows, columns): (usize, usize), (most, ratio): (usize, usize)| {
        let (few, many) = (rows.min(columns), rows.max(columns));
        few <= most && many >= ratio * few
    };
    // At sight: double oracle sees so little of such a matrix that looking for copies would take longer.
    if is_one_sided((game.rows, game.columns), ONE_SIDED[0]) {
        return choice(Method::DoubleOracle, Reason::OneSided);
    }
    if let Some(rank) = structure::low_rank(game) {
        return choice(Method::DoubleOracle, Reason::LowRank(rank));
    }
    let distinct = collapse::distinct(game);
    if ONE_SIDED.iter().any(|limits| is_one_sided(distinct, *limits)) {
        return choice(Method::DoubleOracle, Reason::OneSided);
    }
    let few = distinct.0.min(distinct.1);
    if few <= DOUBLE_ORACLE_STRATEGIES {
        choice(Method::DoubleOracle, Reason::Narrow)
    } else if few <= INTERIOR_POINT_STRATEGIES {
        choice(Method::InteriorPoint, Reason::Large)
    } else {
        choice(Method::Extragradient, Reason::Huge)
    }
}

/// The method that follows one that was chosen, not asked for, and ended so.
pub(crate) fn after(asked: Method, chosen: Method, status: Status) -> Option<Method> {
    let stalled = asked == Method::Auto && chosen == Method::InteriorPoint && status == Status::Stalled;
    stalled.then_some(Method::DoubleOracle)
}

/// Solves by the method of [`choose`].
pub(crate) fn auto(workspace: &mut Workspace, game: &Game, settings: &Settings) -> Result<Solution, SolveError> {
    if at_sight(game).is_some_and(|choice| choice.reason == Reason::Small) {
        return exactly(workspace, game, settings);
    }
    let begun = settings.limits();
    match choose(game).method {
        Method::DoubleOracle => double_oracle::solve(game, settings),
        Method::Extragradient => extragradient::solve(game, settings),
        method @ Method::InteriorPoint => {
            let found = interior_point::solve(game, settings)?;
            if after(Method::Auto, method, found.status).is_none() {
                return Ok(found);
            }
            let other = double_oracle::solve_within(game, settings, begun.after(found.iterations))?;
            let iterations = found.iterations + other.iterations;
            let best = if other.certificate.gap() < found.certificate.gap() { other } else { found };
            Ok(Solution { iterations, ..best })
        }
        _ => simplex::solve_with(workspace, game, settings),
    }
}

/// Solves by [`simplex`], and finishes exactly on its basis.
fn exactly(workspace: &mut Workspace, game: &Game, settings: &Settings) -> Result<Solution, SolveError> {
    let limits = settings.limits();
    let found = simplex::solve_within(workspace, game, limits)?;
    if found.method != Method::Simplex || found.status != Status::Converged {
        return Ok(found);
    }
    // A limit during the finish leaves the answer in doubles, which has the smaller gap.
    Ok(exact::finish(game, &found, limits)?.unwrap_or(found))
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::testing::{Family, constrained};

    use super::*;

    #[test]
    fn the_choice_follows_the_game() {
        use Method::{DoubleOracle, InteriorPoint, Simplex};
        let uniform = |rows, columns| Family::Uniform.game_of(rows, columns, 1);
        for (game, method, reason) in [
            (uniform(64, 64), Simplex, Reason::Small),
            (constrained(uniform(64, 64), 1), Simplex, Reason::Small),
            (constrained(uniform(80, 200), 1), Simplex, Reason::Constraints),
            (uniform(30, 120), Simplex, Reason::Small),
            (uniform(30, 150), DoubleOracle, Reason::OneSided),
            (uniform(1_600, 200), DoubleOracle, Reason::OneSided),
            (uniform(150, 180), DoubleOracle, Reason::Narrow),
            (uniform(170, 180), InteriorPoint, Reason::Large),
            // Copies do not count.
            (Family::Duplicated.game_of(300, 300, 1), DoubleOracle, Reason::Narrow),
            (Family::Constant.game_of(300, 300, 1), DoubleOracle, Reason::LowRank(0)),
        ] {
            let shape = (game.loss.attacks().len(), game.loss.defences().len());
            assert_eq!(choose(&game), Choice { method, reason }, "{shape:?}");
        }
    }

    #[test]
    fn what_is_chosen_is_what_answers() {
        for game in [Family::Uniform.game_of(40, 200, 2), Family::Percentages.game_of(70, 90, 2)] {
            let found = auto(&mut Workspace::default(), &game, &Settings::default()).expect("no constraints");
            assert_eq!((found.method, found.status), (choose(&game).method, Status::Converged));
        }
    }

    #[test]
    fn double_oracle_follows_where_the_interior_point_method_stalls() {
        // Rank 20 and no noise: the partition is far from square.
        let mut draw = saddlepoint_game::testing::Draw::new(3);
        let factors: Vec<Vec<f64>> = (0..400).map(|_| (0..20).map(|_| draw.unit() - 0.5).collect()).collect();
        let (left, right) = factors.split_at(200);
        let product = |l: &[f64], r: &[f64]| l.iter().zip(r).map(|(a, b)| a * b).sum::<f64>();
        let losses: Vec<f64> = left.iter().flat_map(|l| right.iter().map(|r| product(l, r))).collect();
        let found = crate::numeric::solve(&losses, 200, 200, &Settings::default()).expect("a matrix");
        assert_eq!((found.method, found.status), (Method::DoubleOracle, Status::Converged), "{:e}", found.gap());
    }
}
