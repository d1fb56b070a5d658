//! The two bounds on what a leader can reach by committing first against a follower of unknown type.
//!
//! With types `t` of prior `p_t`, leader utilities `D^t`, follower utilities `C^t`, and a response `r_t` of each type:
//!
//! ```text
//! lower = Σ_t p_t (x'D^t)_(r_t)                    for a mix x to which every r_t is an exact best response
//! upper = the largest bound of a leaf of a tree that leaves no profile of responses out
//! leaf  = max_k Σ_(t fixed) ( p_t D^t[k][r_t] + Σ_l μ_tl (C^t[k][r_t] - C^t[k][l]) ) + Σ_(t free) p_t u_t      for any μ ≥ 0
//! ```
//!
//! On the way to a leaf the responses of some types are fixed, one branch for each response of a type. `u_t` is an upper
//! bound against that type alone, proved as in [`commitment`](super::commitment). The leaf's bound holds by weak duality, as
//! there, for all profiles that agree with what is fixed.

use crate::bayesian::BayesianGame;
use crate::bimatrix::Bimatrix;
use crate::rational::Rational;
use crate::strategy::MixedStrategy;

use super::commitment::{CommitmentError, Incentives, commitment_lower, commitment_upper};

/// A tree of cases that proves an upper bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cases {
    /// No further case: type, column and multiplier `μ` of the incentives of fixed types; those left out are 0.
    Leaf(Vec<(usize, usize, Rational)>),
    /// The responses of one type, which is not fixed yet.
    Branch {
        /// The type.
        of: usize,
        /// Columns that are equal for both players, and what follows from each of them. Every column must be there.
        cases: Vec<(Vec<usize>, Cases)>,
    },
}

/// Why a commitment or a tree proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BayesianProofError {
    /// There must be one response, or list of multipliers, for each type.
    #[error("{found} entries for {expected} types")]
    Types {
        /// Types of the game.
        expected: usize,
        /// Entries given.
        found: usize,
    },
    /// What holds of one type alone fails.
    #[error("against type {of}: {error}")]
    OneType {
        /// Position of the type.
        of: usize,
        /// What fails.
        error: CommitmentError,
    },
    /// A branch on a type that does not exist or is fixed already.
    #[error("a branch on type {of}, which is fixed already or does not exist")]
    Branch {
        /// Position of the type.
        of: usize,
    },
    /// A branch that leaves a response out.
    #[error("a branch on type {of} leaves response {column} out")]
    LeftOut {
        /// Position of the type.
        of: usize,
        /// The column.
        column: usize,
    },
    /// Columns of one case that are not equal.
    #[error("responses {first} and {other} of type {of} are not equal for both players")]
    NotEqual {
        /// Position of the type.
        of: usize,
        /// The column that stands for the case.
        first: usize,
        /// The column that differs.
        other: usize,
    },
    /// A multiplier of a type that is not fixed, or of no column, or below zero.
    #[error("the multiplier of type {of} and response {against} cannot be used")]
    Multiplier {
        /// Position of the type.
        of: usize,
        /// The column.
        against: usize,
    },
}

/// What a commitment guarantees the leader when each type answers with its response.
///
/// # Errors
/// [`BayesianProofError`] if the shapes do not fit or a response is not a best one, however slightly.
pub fn bayesian_lower(
    game: &BayesianGame,
    commitment: &MixedStrategy,
    responses: &[usize],
) -> Result<Rational, BayesianProofError> {
    check_types(game, responses.len())?;
    let mut sum = Rational::ZERO;
    for (of, (one, &response)) in game.types().iter().zip(responses).enumerate() {
        let found = commitment_lower(&one.game, commitment, response);
        sum += &one.prior * found.map_err(|error| BayesianProofError::OneType { of, error })?.lower;
    }
    Ok(sum)
}

/// What the leader cannot exceed: `alone` has the multipliers against each type alone, `cases` the tree.
///
/// # Errors
/// [`BayesianProofError`] if the tree leaves a profile out, or names what is not there.
///
/// # Complexity
/// One product and sum per leader strategy, leaf, and fixed type or positive multiplier.
pub fn bayesian_upper(
    game: &BayesianGame,
    alone: &[Vec<Incentives>],
    cases: &Cases,
) -> Result<Rational, BayesianProofError> {
    check_types(game, alone.len())?;
    let free = game.types().iter().zip(alone).enumerate().map(|(of, (one, incentives))| {
        let upper =
            commitment_upper(&one.game, incentives).map_err(|error| BayesianProofError::OneType { of, error })?;
        Ok(&one.prior * upper)
    });
    let free = free.collect::<Result<Vec<_>, _>>()?;
    bound(game, &free, &mut vec![None; free.len()], cases)
}

fn check_types(game: &BayesianGame, found: usize) -> Result<(), BayesianProofError> {
    let expected = game.types().len();
    if expected == found { Ok(()) } else { Err(BayesianProofError::Types { expected, found }) }
}

fn bound(
    game: &BayesianGame,
    free: &[Rational],
    fixed: &mut [Option<usize>],
    cases: &Cases,
) -> Result<Rational, BayesianProofError> {
    match cases {
        Cases::Leaf(multipliers) => leaf_bound(game, free, fixed, multipliers),
        Cases::Branch { of, cases } => {
            let of = *of;
            if fixed.get(of) != Some(&None) {
                return Err(BayesianProofError::Branch { of });
            }
            covers(&game.types()[of].game, of, cases)?;
            let mut upper: Option<Rational> = None;
            for (columns, below) in cases {
                // An empty case has no profile to bound.
                let Some(&column) = columns.first() else { continue };
                fixed[of] = Some(column);
                let case = bound(game, free, fixed, below)?;
                upper = Some(upper.map_or_else(|| case.clone(), |upper| upper.max(case.clone())));
            }
            fixed[of] = None;
            // Every column is in a case, and a game has at least one.
            Ok(upper.unwrap_or(Rational::ZERO))
        }
    }
}

/// Every column is in some case, and those of one case are equal.
fn covers(game: &Bimatrix, of: usize, cases: &[(Vec<usize>, Cases)]) -> Result<(), BayesianProofError> {
    let mut left_out = vec![true; game.columns().len()];
    for (columns, _) in cases {
        let Some(&first) = columns.first() else { continue };
        for &other in columns {
            let slot = left_out
                .get_mut(other)
                .ok_or(BayesianProofError::OneType { of, error: CommitmentError::NoColumn { column: other } })?;
            *slot = false;
            if (0..game.rows().len()).any(|row| game.payoffs(row, first) != game.payoffs(row, other)) {
                return Err(BayesianProofError::NotEqual { of, first, other });
            }
        }
    }
    match left_out.iter().position(|left_out| *left_out) {
        Some(column) => Err(BayesianProofError::LeftOut { of, column }),
        None => Ok(()),
    }
}

/// The bound of one leaf: `fixed` has a column of each type or none, `free` what each type can be worth at most, times its
/// prior.
///
/// # Errors
/// [`BayesianProofError::Multiplier`] if a multiplier is negative, of a free type, or of no column.
pub fn leaf_bound(
    game: &BayesianGame,
    free: &[Rational],
    fixed: &[Option<usize>],
    multipliers: &[(usize, usize, Rational)],
) -> Result<Rational, BayesianProofError> {
    check_types(game, fixed.len())?;
    let response = |of: usize| fixed.get(of).copied().flatten();
    for &(of, against, ref multiplier) in multipliers {
        let fits = response(of).is_some() && against < game.types()[of].game.columns().len();
        if !fits || *multiplier < Rational::ZERO {
            return Err(BayesianProofError::Multiplier { of, against });
        }
    }
    let bracket = |row: usize| {
        let mut sum = Rational::ZERO;
        for (of, one) in game.types().iter().enumerate() {
            if let Some(column) = response(of) {
                sum += &one.prior * one.game.payoffs(row, column).0;
            }
        }
        for (of, against, multiplier) in multipliers {
            if let Some(column) = response(*of) {
                let game = &game.types()[*of].game;
                sum += multiplier * (game.payoffs(row, column).1 - game.payoffs(row, *against).1);
            }
        }
        sum
    };
    let best = (0..game.leader_strategies()).map(bracket).max().unwrap_or(Rational::ZERO);
    let open = free.iter().zip(fixed).filter(|(_, fixed)| fixed.is_none());
    Ok(open.fold(best, |sum, (worth, _)| sum + worth))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bayesian::FollowerType;
    use crate::matrix::numbered;
    use crate::rational::parse;

    fn numbers(texts: &str) -> Vec<Rational> {
        texts.split_whitespace().map(|text| parse(text).expect("a number")).collect()
    }

    /// Two types, each matching pennies with the leader, who wants to meet the first and to miss the second.
    fn game() -> BayesianGame {
        let one = |name: &str, first: &str, second: &str| FollowerType {
            name: name.to_owned(),
            prior: parse("1/2").expect("a number"),
            game: Bimatrix::new(numbered("d", 2), numbered("a", 2), numbers(first), numbers(second)).expect("a game"),
        };
        BayesianGame::new(vec![one("a", "1 0 0 1", "0 1 1 0"), one("b", "0 1 1 0", "1 0 0 1")]).expect("a game")
    }

    #[test]
    fn a_tree_proves_what_its_leaves_say() {
        let game = game();
        let half = MixedStrategy::exact(numbers("1/2 1/2")).expect("a mix");
        assert_eq!(bayesian_lower(&game, &half, &[0, 1]), Ok(parse("1/2").expect("a number")));
        // Without any multiplier each type could be worth 1; with them, 1/2.
        let nothing = [vec![], vec![]];
        assert_eq!(bayesian_upper(&game, &nothing, &Cases::Leaf(vec![])), Ok(Rational::ONE));
        let half = || parse("1/2").expect("a number");
        let alone: Vec<_> = (0..2)
            .map(|_| (0..2).map(|r| Incentives { responses: vec![r], multipliers: vec![(1 - r, half())] }).collect())
            .collect();
        assert_eq!(bayesian_upper(&game, &alone, &Cases::Leaf(vec![])), Ok(half()));
        let quarter = parse("1/4").expect("a number");
        let case = |r: usize| (vec![r], Cases::Leaf(vec![(0, 1 - r, quarter.clone())]));
        let tree = Cases::Branch { of: 0, cases: vec![case(0), case(1)] };
        assert_eq!(bayesian_upper(&game, &alone, &tree), Ok(half()));
    }

    #[test]
    fn a_tree_with_a_hole_proves_nothing() {
        let game = game();
        let alone = [vec![], vec![]];
        let leaf = || Cases::Leaf(vec![]);
        let check = |cases: &Cases| bayesian_upper(&game, &alone, cases);
        let hole = Cases::Branch { of: 0, cases: vec![(vec![0], leaf())] };
        assert_eq!(check(&hole), Err(BayesianProofError::LeftOut { of: 0, column: 1 }));
        let unequal = Cases::Branch { of: 1, cases: vec![(vec![0, 1], leaf())] };
        assert_eq!(check(&unequal), Err(BayesianProofError::NotEqual { of: 1, first: 0, other: 1 }));
        let twice = Cases::Branch { of: 0, cases: vec![(vec![0], hole.clone()), (vec![1], leaf())] };
        assert_eq!(check(&twice), Err(BayesianProofError::Branch { of: 0 }));
        let free = Cases::Leaf(vec![(0, 1, Rational::ONE)]);
        assert_eq!(check(&free), Err(BayesianProofError::Multiplier { of: 0, against: 1 }));
        assert_eq!(bayesian_upper(&game, &[], &leaf()), Err(BayesianProofError::Types { expected: 2, found: 0 }));
        let pure = MixedStrategy::pure(2, 0).expect("a mix");
        let refused = bayesian_lower(&game, &pure, &[0, 0]);
        assert!(matches!(refused, Err(BayesianProofError::OneType { of: 0, .. })), "{refused:?}");
    }
}
