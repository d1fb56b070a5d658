//! [`Rejection`]: why a stored result is not believed.

use std::fmt;

/// An end of the interval that a certificate proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// What the attacker guarantees.
    Lower,
    /// What the defender guarantees.
    Upper,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lower => "lower",
            Self::Upper => "upper",
        })
    }
}

/// Whether a wrong bound promises more or less than the proof gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// The claim is stronger than what is proved, so it may be false.
    Stronger,
    /// The claim is weaker than what is proved: true, but not the certificate of these mixes.
    Weaker,
}

impl fmt::Display for Strength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stronger => "claims more than is proved",
            Self::Weaker => "claims less than is proved",
        })
    }
}

/// One reason why a stored result is not believed. Numbers are exact texts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// Something that the proof needs is not in the result.
    #[error("the result lacks {what}, so nothing is proved")]
    NoEvidence {
        /// Key path, or what is needed.
        what: &'static str,
    },
    /// No rule is known for checking this concept, so it is not believed.
    #[error("results of the concept `{concept}` cannot be verified here")]
    UnknownConcept {
        /// As written.
        concept: String,
    },
    /// The mixes and multipliers prove nothing.
    #[error("nothing is proved: {reason}")]
    NoProof {
        /// Why not.
        reason: String,
    },
    /// Counts that must agree do not.
    #[error("{what}: {found}, where the game has {expected}")]
    Shape {
        /// What was counted.
        what: String,
        /// By `game.attacks` and `game.defences`.
        expected: usize,
        /// What is there.
        found: usize,
    },
    /// Names or losses that do not make a game.
    #[error("the stored losses are no game: {reason}")]
    NoGame {
        /// Why not.
        reason: String,
    },
    /// The digest is that of another game.
    #[error("the digest is not that of {of}: claimed {claimed}, recomputed {recomputed}")]
    OtherGame {
        /// `the stored losses` or `the rebuilt game`.
        of: &'static str,
        /// As written.
        claimed: String,
        /// From the losses.
        recomputed: String,
    },
    /// The rebuilt game has other constraints than the result.
    #[error("the constraints are not those of the rebuilt game (first difference: {first})")]
    OtherConstraints {
        /// Name of the first constraint that differs.
        first: String,
    },
    /// A mix names a strategy that the game does not have.
    #[error("{mix} names `{name}`, which the game does not have")]
    UnknownName {
        /// Key path of the mix.
        mix: &'static str,
        /// The name.
        name: String,
    },
    /// A mix names a strategy twice.
    #[error("{mix} names `{name}` twice")]
    RepeatedName {
        /// Key path of the mix.
        mix: &'static str,
        /// The name.
        name: String,
    },
    /// A probability below zero.
    #[error("the probability of `{name}` in {mix} is negative: {exact}")]
    NegativeProbability {
        /// Key path of the mix.
        mix: &'static str,
        /// The strategy.
        name: String,
        /// As `p/q`.
        exact: String,
    },
    /// Probabilities that do not sum to exactly 1.
    #[error("the probabilities of {mix} sum to {sum}, not to 1: {excess} {}", if *.missing { "is missing" } else { "is too much" })]
    Sum {
        /// Key path of the mix.
        mix: &'static str,
        /// Their sum as `p/q`.
        sum: String,
        /// The mass that was lost or added, as a positive `p/q`.
        excess: String,
        /// Whether the mass is missing; else it is too much.
        missing: bool,
    },
    /// A bound that is not the one that the mixes prove.
    #[error("`{field}` {strength}: claimed {claimed}, proved {proved}")]
    WrongBound {
        /// Key path of the bound.
        field: &'static str,
        /// Which end of the interval it is.
        end: End,
        /// As `p/q`.
        claimed: String,
        /// As `p/q`.
        proved: String,
        /// Stronger or weaker than what is proved.
        strength: Strength,
    },
    /// The gap is claimed to be 0 while the bounds differ.
    #[error("the gap is claimed to be 0, but the claimed bounds {lower} and {upper} differ")]
    GapNotZero {
        /// The claimed lower bound.
        lower: String,
        /// The claimed upper bound.
        upper: String,
    },
    /// A value is given though both ends are proved to differ.
    #[error("a value is given, but it is only known to lie between {lower} and {upper}")]
    ValueOfInterval {
        /// The claimed lower bound.
        lower: String,
        /// The claimed upper bound.
        upper: String,
    },
    /// A double that is not the one nearest to the exact number.
    #[error("`{field}` is {found}; the exact number {exact} needs {expected}")]
    Double {
        /// Key path.
        field: String,
        /// The double in the result.
        found: String,
        /// The nearest double.
        expected: String,
        /// The exact number.
        exact: String,
    },
    /// An exact number that follows from the rest of the result, and is another.
    #[error("`{field}` is {claimed}; recomputed {recomputed}")]
    WrongNumber {
        /// Key path.
        field: String,
        /// As written.
        claimed: String,
        /// From the rest of the result.
        recomputed: String,
    },
    /// A pure answer must be one defence with probability 1.
    #[error("{mix} is no pure strategy: {found} strategies have positive probability")]
    NotPure {
        /// Key path of the mix.
        mix: &'static str,
        /// Strategies with positive probability.
        found: usize,
    },
    /// Another single defence has a smaller worst loss.
    #[error("the worst loss of `{defence}` is {worst}; a single defence can keep it to {least}")]
    NotBestPure {
        /// The claimed defence.
        defence: String,
        /// Its worst loss.
        worst: String,
        /// The least worst loss of a defence that is allowed.
        least: String,
    },
    /// No single defence satisfies every constraint, so a pure answer does not exist.
    #[error("no single defence satisfies every constraint")]
    NoPureDefence,
    /// A defender mix breaks a constraint, however slightly.
    #[error("{mix} breaks constraint `{constraint}`: {attained} against {sense} {bound}")]
    ConstraintBroken {
        /// Key path of the mix.
        mix: &'static str,
        /// Name of the constraint.
        constraint: String,
        /// `max` or `min`.
        sense: &'static str,
        /// Expected metric of the mix.
        attained: String,
        /// The bound.
        bound: String,
    },
    /// A multiplier below zero proves nothing.
    #[error("the multiplier of constraint `{constraint}` in {of} is negative: {multiplier}")]
    NegativeMultiplier {
        /// Key path of the multipliers.
        of: &'static str,
        /// Name of the constraint.
        constraint: String,
        /// As `p/q`.
        multiplier: String,
    },
    /// The follower has a better response to the commitment.
    #[error("`{response}` is no best response to `defender`: the follower gains {gain} by `{better}`")]
    NotBestResponse {
        /// The claimed response.
        response: String,
        /// The best one.
        better: String,
        /// What the follower gains, as `p/q`.
        gain: String,
    },
    /// A listed Nash equilibrium is none.
    #[error("equilibrium {position} of `nash_equilibria` is none: the {player} gains {gain} by another strategy")]
    NotEquilibrium {
        /// Its place in the list, from 1.
        position: usize,
        /// `defender` or `attacker`.
        player: &'static str,
        /// The regret as `p/q`.
        gain: String,
    },
}
