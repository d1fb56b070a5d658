//! Interior point: both players' programs at once, along the path on which all regrets shrink together; for games of
//! hundreds to thousands of strategies a side, and for degenerate ones.
//!
//! Source: Mehrotra, "On the implementation of a primal-dual interior point method", 1992; the further correctors after
//! Gondzio, "Multiple centrality corrections in a primal-dual method for linear programming", 1996; the finish as in
//! `polish`.
//! Differs: both uniform mixes are a strictly feasible start, so there is no first phase and the gap of the iterate is its
//! exploitability; the level of the game is eliminated through the weighted mean row, which keeps the normal matrix
//! accurate when it is nearly singular; the normal matrix is on the smaller side.
//!
//! | symbol | here | shape | unit |
//! |---|---|---|---|
//! | `A` | `game`, losses in [0, 1], turned so that rows ≥ columns | rows × columns | pay-off range |
//! | `x`, `t = w 1 - A y` | `rows.weights`, `rows.slacks` | rows | probability; range |
//! | `y`, `s = A'x - v 1` | `columns.weights`, `columns.slacks` | columns | probability; range |
//! | `D = x / t`, `a = A'D 1 / 1'D 1` | `ratios`, `centre` | rows; columns | 1 / range; range |
//! | `M = (A - 1 a')' D (A - 1 a') + s / y` | `matrix` | columns × columns | range |
//!
//! 0. Repeated and dominated rows and columns are set aside (`collapse`); the larger side becomes the rows.
//! 1. Start: `x`, `y` uniform, the levels `w` and `v` outside the range of the losses that they cause, so that the
//!    products `x t` and `y s` are near to each other; the gap is `x't + y's`.
//! 2. Finish: when the partition into played and unplayed strategies may be right, the equilibrium that it implies
//!    (`polish`) costs less than a step; it counts if its gap on the game does.
//! 3. Factor `M`.
//! 4. Predict: the step that would take every product to 0.
//! 5. Correct: towards equal products as small as the prediction allows, then for products that would leave the
//!    neighbourhood, as long as the step grows.
//! 6. Step, short of the bounds. Go on with 2.
//!
//! Guarantee: the certified interval; the same bits whatever the number of threads. Not guaranteed: the same bits on
//! another machine, as the kernels fuse and reorder what theirs allows. Takes no constraints: the start would have to
//! satisfy them strictly.

mod normal;
mod path;

use saddlepoint_game::Game;
use saddlepoint_game::rational;

use crate::cholesky::PANEL;
use crate::collapse;
use crate::dense::{Dense, Pair};
use crate::error::SolveError;
use crate::method::Method;
use crate::scaled::Scaled;
use crate::settings::{Limits, Settings};
use crate::solution::{Solution, Status};

/// Largest gap, as a fraction of the pay-off range, that counts as converged where the settings give no target.
const CERTIFIED_GAP: f64 = 1e-12;

/// Solves a game; see the module. With a target gap it stops there, without one it goes on until rounding stops it.
///
/// # Errors
/// [`SolveError::Unsupported`] if the game has constraints.
///
/// # Complexity
/// With `n` the smaller and `m` the larger side, `n² m + n³ / 3` a step; ten to twenty steps.
pub fn solve(game: &Game, settings: &Settings) -> Result<Solution, SolveError> {
    settings.validate()?;
    let method = Method::InteriorPoint;
    if !game.constraints.is_empty() {
        return Err(SolveError::Unsupported { method, what: "constraints" });
    }
    let limits = settings.limits();
    let mut scaled = Scaled::default();
    scaled.load(game);
    let losses = Dense::new(scaled.layout.attacks, scaled.layout.defences, &scaled.losses);
    let (pair, status, steps) = pair(&losses, settings, limits);
    let Some(answer) = scaled.answer(game, &pair.attacker, &pair.defender, &[]) else {
        return Err(SolveError::Failed { method, reason: "the mixes could not be rounded".to_owned() });
    };
    let solution = answer.certify(game, method, status, steps, None)?;
    let goal = rational::from_f64(settings.target_gap.unwrap_or(CERTIFIED_GAP)).map(|goal| goal * &scaled.range);
    let misses = goal.is_some_and(|goal| solution.certificate.gap() > goal);
    // Rounding to the certificate's grid can lose what the doubles had.
    let status = if misses && status == Status::Converged { Status::Stalled } else { status };
    Ok(Solution { status, ..solution })
}

/// The pair of a game without constraints in doubles, in [0, 1], and the number of steps.
pub(crate) fn pair(game: &Dense<'_>, settings: &Settings, limits: Limits) -> (Pair, Status, u64) {
    // 0. What is not needed.
    match collapse::collapse(game) {
        Some(collapsed) => {
            let (pair, status, steps) = oriented(&collapsed.game(), settings, limits);
            (collapsed.restore(game, &pair), status, steps)
        }
        None => oriented(game, settings, limits),
    }
}

fn oriented(game: &Dense<'_>, settings: &Settings, limits: Limits) -> (Pair, Status, u64) {
    if game.rows == 1 || game.columns == 1 {
        return (single(game), Status::Converged, 0);
    }
    if game.rows >= game.columns {
        return threaded(game, settings, limits);
    }
    // Exchanging the players turns the sign of the losses, exactly.
    let mut turned = game.transposed();
    for loss in &mut turned {
        *loss = -*loss;
    }
    let (pair, status, steps) = threaded(&Dense::new(game.columns, game.rows, &turned), settings, limits);
    (Pair { attacker: pair.defender, defender: pair.attacker, gap: pair.gap }, status, steps)
}

/// The only player with a choice takes its best strategy; ties to the lowest index.
fn single(game: &Dense<'_>) -> Pair {
    let (mut attacker, mut defender) = (vec![0.0; game.rows], vec![0.0; game.columns]);
    let best = |better: fn(f64, f64) -> bool| {
        game.entries
            .iter()
            .enumerate()
            .fold(0, |best, (k, &loss)| if better(loss, game.entries[best]) { k } else { best })
    };
    attacker[if game.columns == 1 { best(|loss, than| loss > than) } else { 0 }] = 1.0;
    defender[if game.columns == 1 { 0 } else { best(|loss, than| loss < than) }] = 1.0;
    Pair::measured(game, attacker, defender)
}

fn threaded(game: &Dense<'_>, settings: &Settings, limits: Limits) -> (Pair, Status, u64) {
    let target = settings.target_gap;
    // A panel is a piece of work; two of them are not worth the threads.
    if settings.threads > 1
        && game.columns > 2 * PANEL
        && let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(settings.threads).build()
    {
        return pool.install(|| path::follow(game, target, settings.threads, limits));
    }
    path::follow(game, target, 1, limits)
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::testing::{Draw, Family, constrained};

    use super::*;

    fn solved(rows: usize, columns: usize, entries: &[f64], settings: &Settings) -> (Pair, Status, u64) {
        pair(&Dense::new(rows, columns, entries), settings, settings.limits())
    }

    fn drawn(cells: usize, seed: u64, mut entry: impl FnMut(&mut Draw) -> f64) -> Vec<f64> {
        let mut draw = Draw::new(seed);
        (0..cells).map(|_| entry(&mut draw)).collect()
    }

    /// The gap is measured on the whole game by `Pair::measured`, which knows nothing of the method.
    #[track_caller]
    fn is_solved(rows: usize, columns: usize, entries: &[f64]) {
        let (pair, status, steps) = solved(rows, columns, entries, &Settings::default());
        let gap = Dense::new(rows, columns, entries).gap(&pair.attacker, &pair.defender);
        assert!(gap <= 1e-13 && status == Status::Converged, "{rows} x {columns}: {gap:e}, {status:?} in {steps}");
    }

    #[test]
    fn generic_games_of_every_shape_are_solved_to_rounding() {
        for (rows, columns) in [(1, 7), (7, 1), (2, 2), (40, 40), (20, 300), (300, 20), (150, 140)] {
            for seed in 0..3 {
                is_solved(rows, columns, &drawn(rows * columns, seed, Draw::unit));
            }
        }
    }

    #[test]
    fn degenerate_games_are_solved_to_rounding() {
        for seed in 0..10 {
            is_solved(60, 50, &drawn(60 * 50, seed, |draw| f64::from(draw.below(3)) / 2.0));
            is_solved(50, 60, &drawn(60 * 50, seed, |draw| f64::from(draw.below(2))));
            is_solved(50, 60, &drawn(60 * 50, seed, |draw| f64::from(draw.below(10) / 9)));
        }
    }

    #[test]
    fn low_rank_and_noise_is_solved_to_rounding() {
        let (size, rank) = (100, 5);
        for seed in 0..3 {
            let factors = drawn(2 * size * rank, seed, |draw| draw.unit() - 0.5);
            let mut draw = Draw::new(seed + 100);
            let mut entry = |i: usize, j: usize| {
                let product: f64 = (0..rank).map(|r| factors[i * rank + r] * factors[(size + j) * rank + r]).sum();
                product / 3.0 + 0.5 + 0.01 * draw.unit()
            };
            let entries: Vec<f64> = (0..size * size).map(|cell| entry(cell / size, cell % size)).collect();
            is_solved(size, size, &entries);
        }
    }

    #[test]
    fn the_identity_and_a_constant_have_known_values() {
        for size in [2_usize, 3, 17, 130] {
            let entries: Vec<f64> = (0..size * size).map(|k| f64::from(u8::from(k / size == k % size))).collect();
            let (pair, ..) = solved(size, size, &entries, &Settings::default());
            assert!(pair.defender.iter().all(|share| (share * size as f64 - 1.0).abs() < 1e-12), "{:?}", pair.defender);
        }
        let (pair, status, steps) = solved(3, 4, &[0.0; 12], &Settings::default());
        assert_eq!((pair.gap, status, steps), (0.0, Status::Converged, 0));
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let entries = drawn(450 * 400, 1, Draw::unit);
        let with = |threads| solved(450, 400, &entries, &Settings { threads, ..Settings::default() });
        let one = with(1);
        assert_eq!(with(2), one);
        assert_eq!(with(3), one);
    }

    #[test]
    fn a_target_ends_it_early() {
        let entries = drawn(80 * 80, 1, Draw::unit);
        let at = |target_gap| solved(80, 80, &entries, &Settings { target_gap, ..Settings::default() });
        let (early, status, steps) = at(Some(0.05));
        assert!(status == Status::Converged && early.gap <= 0.05 && steps < at(None).2);
    }

    #[test]
    fn limits_return_the_pair_so_far() {
        let entries = drawn(80 * 80, 1, Draw::unit);
        let mut gap = f64::INFINITY;
        for max in [0, 2, 4] {
            let settings = Settings { max_iterations: Some(max), ..Settings::default() };
            let (pair, status, steps) = solved(80, 80, &entries, &settings);
            assert!(status == Status::IterationLimit && steps == max && pair.gap < gap, "{max}: {}", pair.gap);
            gap = pair.gap;
        }
        let settings = Settings { time_limit: Some(std::time::Duration::ZERO), ..Settings::default() };
        assert_eq!(solved(80, 80, &entries, &settings).1, Status::TimeLimit);
    }

    #[test]
    fn badly_scaled_rows_and_a_large_constant_cost_no_digits() {
        for family in [Family::BadlyScaled, Family::Lifted] {
            for seed in 0..10 {
                let game = family.game_of(30, 40, seed);
                let solution = solve(&game, &Settings::default()).expect("no constraints");
                let range = game.loss.payoffs().to_unit(&mut Vec::new()).range;
                let gap = rational::to_f64(&(solution.certificate.gap() / range));
                assert!(gap <= 1e-13 && solution.status == Status::Converged, "{family:?} {seed}: {gap:e}");
            }
        }
    }

    #[test]
    fn constraints_are_refused() {
        let game = constrained(Family::Percentages.game_of(3, 3, 1), 1);
        assert!(matches!(solve(&game, &Settings::default()), Err(SolveError::Unsupported { .. })));
    }
}
