//! The two bounds on what a leader can reach by committing first, in exact arithmetic.
//!
//! The leader (player 1, rows `k`) commits to a mix `x`; the follower (player 2, columns `j`) answers with a best
//! response, ties in the leader's favour. With leader utilities `D` and follower utilities `C`:
//!
//! ```text
//! lower = (x'D)_r                                             for a mix x whose slacks (x'C)_r - (x'C)_j are all ≥ 0
//! upper = max_j bound_j
//! bound_j = max_k ( D[k][j] + Σ_l μ_l (C[k][j] - C[k][l]) )   for any μ ≥ 0, chosen for each j
//! ```
//!
//! `upper` holds by weak duality: if `j` is a best response to `x`, then every `(x'C)_j - (x'C)_l ≥ 0`, so
//! `(x'D)_j ≤ (x'D)_j + Σ_l μ_l ((x'C)_j - (x'C)_l)`, an average over `k` of the bracket. A response that is never a
//! best one can be bounded by any number, with multipliers large enough. At the optimum both ends meet (the linear
//! programs of V. Conitzer and T. Sandholm, "Computing the optimal strategy to commit to", 2006, and their duals).

use dashu_int::{IBig, UBig, ops::BitTest, ops::Gcd};

use crate::bimatrix::Bimatrix;
use crate::payoffs::Payoffs;
use crate::rational::Rational;
use crate::strategy::MixedStrategy;

/// Multipliers that bound what the leader can reach while the follower answers with one of some responses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incentives {
    /// The responses, columns of the game.
    pub responses: Vec<usize>,
    /// Columns `l` with their multiplier `μ_l`, in leader utility per follower utility; those left out are 0.
    pub multipliers: Vec<(usize, Rational)>,
}

/// What a commitment is worth, whatever the follower's best response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarantee {
    /// The leader's expected utility.
    pub lower: Rational,
    /// How much each response falls short of the chosen one for the follower; all at least 0.
    pub slacks: Vec<Rational>,
}

/// Why a commitment or multipliers prove nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitmentError {
    /// The mix has the wrong number of probabilities.
    #[error("the commitment has {found} probabilities; the leader has {expected} strategies")]
    Length {
        /// The leader's pure strategies.
        expected: usize,
        /// Probabilities given.
        found: usize,
    },
    /// There is no such column.
    #[error("the follower has no strategy {column}")]
    NoColumn {
        /// Position, from 0.
        column: usize,
    },
    /// The follower prefers another response.
    #[error("the follower prefers strategy {better} to {response}, by {gain}")]
    NotBestResponse {
        /// The claimed response.
        response: usize,
        /// The first best response.
        better: usize,
        /// What the follower gains by it.
        gain: Rational,
    },
    /// A multiplier below zero proves nothing.
    #[error("the multiplier of strategy {against} is negative")]
    NegativeMultiplier {
        /// The column that the response is held against.
        against: usize,
    },
}

/// What a commitment guarantees the leader when the follower answers with `response`.
///
/// # Errors
/// [`CommitmentError`] if the shapes do not fit or the response is not a best one, however slightly.
pub fn commitment_lower(
    game: &Bimatrix,
    commitment: &MixedStrategy,
    response: usize,
) -> Result<Guarantee, CommitmentError> {
    let rows = game.rows().len();
    if commitment.len() != rows {
        return Err(CommitmentError::Length { expected: rows, found: commitment.len() });
    }
    let utilities = game.follower_utilities(commitment);
    let chosen = utilities.get(response).ok_or(CommitmentError::NoColumn { column: response })?;
    let slacks: Vec<_> = utilities.iter().map(|utility| chosen - utility).collect();
    let least = slacks.iter().enumerate().min_by(|a, b| a.1.cmp(b.1)).filter(|(_, slack)| **slack < Rational::ZERO);
    if let Some((better, slack)) = least {
        return Err(CommitmentError::NotBestResponse { response, better, gain: -slack });
    }
    Ok(Guarantee { lower: game.leader_utility(commitment, response), slacks })
}

/// What the leader cannot exceed by any commitment: the largest bound of a response. A response in no list of
/// multipliers has none; one in several has the least of their bounds.
///
/// # Errors
/// [`CommitmentError`] if a column is not of the game or a multiplier is negative.
///
/// # Complexity
/// One product and sum per leader strategy, response and positive multiplier.
pub fn commitment_upper(game: &Bimatrix, incentives: &[Incentives]) -> Result<Rational, CommitmentError> {
    let mut bounds: Vec<Option<Rational>> = vec![None; game.columns().len()];
    for Incentives { responses, multipliers } in incentives {
        for &response in responses {
            let bound = response_bound(game, response, multipliers)?;
            let known = bounds.get_mut(response).ok_or(CommitmentError::NoColumn { column: response })?;
            if known.as_ref().is_none_or(|known| bound < *known) {
                *known = Some(bound);
            }
        }
    }
    let mut upper: Option<Rational> = None;
    for (response, bound) in bounds.into_iter().enumerate() {
        let bound = bound.map_or_else(|| response_bound(game, response, &[]), Ok)?;
        upper = Some(upper.map_or_else(|| bound.clone(), |upper| upper.max(bound.clone())));
    }
    // A game has at least one column.
    Ok(upper.unwrap_or(Rational::ZERO))
}

/// What the leader cannot exceed while `response` is a best one: `max_k (D[k][j] + Σ_l μ_l (C[k][j] - C[k][l]))`.
///
/// # Errors
/// [`CommitmentError`] if a column is not of the game or a multiplier is negative.
pub fn response_bound(
    game: &Bimatrix,
    response: usize,
    multipliers: &[(usize, Rational)],
) -> Result<Rational, CommitmentError> {
    let columns = game.columns().len();
    let named = multipliers.iter().map(|(column, _)| *column).chain([response]);
    if let Some(column) = named.into_iter().find(|column| *column >= columns) {
        return Err(CommitmentError::NoColumn { column });
    }
    if let Some((against, _)) = multipliers.iter().find(|(_, multiplier)| *multiplier < Rational::ZERO) {
        return Err(CommitmentError::NegativeMultiplier { against: *against });
    }
    if let Some(bound) = integer_bound(game, response, multipliers) {
        return Ok(bound);
    }
    let bracket = |row: usize| {
        let (first, second) = game.payoffs(row, response);
        multipliers.iter().fold(first, |sum, (l, multiplier)| sum + multiplier * (&second - game.payoffs(row, *l).1))
    };
    Ok((0..game.rows().len()).map(bracket).max().unwrap_or(Rational::ZERO))
}

/// [`response_bound`] in 128-bit integers; `None` where they would not fit.
fn integer_bound(game: &Bimatrix, response: usize, multipliers: &[(usize, Rational)]) -> Option<Rational> {
    let (
        Payoffs::Fixed { numerators: leader, denominator: leader_scale },
        Payoffs::Fixed { numerators: follower, denominator: follower_scale },
    ) = (game.first(), game.second())
    else {
        return None;
    };
    let columns = game.columns().len();
    if multipliers.is_empty() {
        let best = leader.iter().skip(response).step_by(columns).max()?;
        return Some(Rational::from_parts(IBig::from(*best), UBig::from(*leader_scale)));
    }
    // Every term over leader_scale · follower_scale · whole.
    let whole =
        multipliers.iter().fold(UBig::ONE, |whole, (_, μ)| &whole / (&whole).gcd(μ.denominator()) * μ.denominator());
    if whole.bit_len() > 100 {
        return None;
    }
    let on_follower = i128::from(*leader_scale);
    let on_leader = i128::try_from(&whole).ok()?.checked_mul(i128::from(*follower_scale))?;
    let weights = multipliers.iter().map(|(column, μ)| {
        let weight = i128::try_from(μ.numerator() * IBig::from(&whole / μ.denominator())).ok()?;
        Some((*column, weight.checked_mul(on_follower)?))
    });
    let weights = weights.collect::<Option<Vec<_>>>()?;
    let mut best: Option<i128> = None;
    for (utilities, leader) in follower.chunks_exact(columns).zip(leader.iter().skip(response).step_by(columns)) {
        let own = i128::from(utilities[response]);
        let mut sum = i128::from(*leader).checked_mul(on_leader)?;
        for &(column, weight) in &weights {
            sum = sum.checked_add(weight.checked_mul(own - i128::from(utilities[column]))?)?;
        }
        best = Some(best.map_or(sum, |best| best.max(sum)));
    }
    let scale = whole * UBig::from(*leader_scale) * UBig::from(*follower_scale);
    Some(Rational::from_parts(IBig::from(best?), scale))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::matrix::numbered;
    use crate::rational::parse;

    fn numbers(texts: &[&str]) -> Vec<Rational> {
        texts.iter().map(|text| parse(text).expect("a number")).collect()
    }

    fn game(columns: usize, first: &[&str], second: &[&str]) -> Bimatrix {
        let rows = first.len() / columns;
        Bimatrix::new(numbered("d", rows), numbered("a", columns), numbers(first), numbers(second)).expect("a game")
    }

    /// The game of Conitzer and Sandholm 2006, section 1: up and down against left and right.
    fn textbook() -> Bimatrix {
        game(2, &["2", "4", "1", "3"], &["1", "0", "0", "1"])
    }

    #[test]
    fn the_textbook_commitment_is_proved_exactly() {
        let half = MixedStrategy::exact(numbers(&["1/2", "1/2"])).expect("a mix");
        let found = commitment_lower(&textbook(), &half, 1).expect("a best response");
        assert_eq!((found.lower, found.slacks), (parse("7/2").expect("a number"), numbers(&["0", "0"])));
        // Right against left with μ = 1/2: up 4 - 1/2, down 3 + 1/2.
        let incentives = [Incentives { responses: vec![1], multipliers: vec![(0, parse("1/2").expect("a number"))] }];
        assert_eq!(commitment_upper(&textbook(), &incentives), Ok(parse("7/2").expect("a number")));
        assert_eq!(commitment_upper(&textbook(), &[]), Ok(Rational::from(4)), "without multipliers: the best cell");
    }

    #[test]
    fn what_proves_nothing_is_refused() {
        let mix = |texts: &[&str]| MixedStrategy::exact(numbers(texts)).expect("a mix");
        let game = textbook();
        assert_eq!(
            commitment_lower(&game, &mix(&["0.5000000001", "0.4999999999"]), 1),
            Err(CommitmentError::NotBestResponse { response: 1, better: 0, gain: parse("2e-10").expect("a number") })
        );
        assert!(matches!(commitment_lower(&game, &mix(&["1"]), 1), Err(CommitmentError::Length { .. })));
        assert!(matches!(commitment_lower(&game, &mix(&["1", "0"]), 2), Err(CommitmentError::NoColumn { column: 2 })));
        let negative = [(0, -Rational::ONE)];
        assert_eq!(response_bound(&game, 1, &negative), Err(CommitmentError::NegativeMultiplier { against: 0 }));
        assert_eq!(response_bound(&game, 1, &[(7, Rational::ONE)]), Err(CommitmentError::NoColumn { column: 7 }));
    }

    proptest! {
        /// The integer path and the rational path are two programs for one number.
        #[test]
        fn both_arithmetics_agree(
            first in prop::collection::vec(-1_000_000_i64..1_000_000, 12),
            second in prop::collection::vec(-1_000_000_i64..1_000_000, 12),
            multipliers in prop::collection::vec(0.0..10.0_f64, 4),
            response in 0_usize..4,
            mix in prop::collection::vec(0.01..1.0_f64, 3),
        ) {
            let fractions = |cells: &[i64], by: u32| -> Vec<_> {
                cells.iter().map(|&cell| Rational::from_parts(IBig::from(cell), UBig::from(by))).collect()
            };
            let build = |first: Vec<_>, second: Vec<_>| {
                Bimatrix::new(numbered("d", 3), numbered("a", 4), first, second).expect("a game")
            };
            let small = build(fractions(&first, 1_000), fractions(&second, 700));
            // The same pay-offs and one more row, far below all others, whose numbers fit no 64 bits.
            let wide = |mut cells: Vec<Rational>, own: Rational| {
                cells.extend((0..4).map(|_| own.clone()));
                cells
            };
            let far = parse("-1000000000000000000000000000000.1").expect("a number");
            let large = Bimatrix::new(
                numbered("d", 4), numbered("a", 4),
                wide(fractions(&first, 1_000), far.clone()), wide(fractions(&second, 700), far),
            ).expect("a game");
            let multipliers: Vec<_> = multipliers.iter().enumerate()
                .map(|(l, &μ)| (l, crate::rational::from_f64(μ).expect("finite"))).collect();
            prop_assert_eq!(response_bound(&small, response, &multipliers), response_bound(&large, response, &multipliers));
            let mut mix = MixedStrategy::rounded(&mix).expect("mass").probabilities();
            let narrow = MixedStrategy::exact(mix.clone()).expect("a mix");
            mix.push(Rational::ZERO);
            let mix = MixedStrategy::exact(mix).expect("a mix");
            prop_assert_eq!(small.follower_utilities(&narrow), large.follower_utilities(&mix));
        }
    }
}
