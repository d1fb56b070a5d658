//! [`SecurityError`]: why numbers are no security game, no coverage, or no proof.

/// Everything that can be wrong with a security game or an answer to one. Positions count from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecurityError {
    /// Nothing to attack.
    #[error("a security game needs at least one target")]
    Empty,
    /// Two targets of one name.
    #[error("two targets are called `{name}`")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// The attacker must not prefer a covered target, where the method or the constructor says so.
    #[error("the attacker prefers `{target}` covered ({covered}) to uncovered ({uncovered})")]
    PrefersCovered {
        /// Name of the target.
        target: String,
        /// The attacker's utility there if it is covered.
        covered: String,
        /// And if it is not.
        uncovered: String,
    },
    /// A resource or a schedule names a target that does not exist.
    #[error("{what} names target {target}; there are {targets}")]
    UnknownTarget {
        /// What names it.
        what: String,
        /// Position named.
        target: usize,
        /// Number of targets.
        targets: usize,
    },
    /// A resource names a schedule that does not exist.
    #[error("resource `{resource}` names schedule {schedule}; there are {schedules}")]
    UnknownSchedule {
        /// Name of the resource.
        resource: String,
        /// Position named.
        schedule: usize,
        /// Number of schedules.
        schedules: usize,
    },
    /// Counts that must agree do not.
    #[error("{found} {what}, where the game has {expected}")]
    Shape {
        /// What was counted.
        what: &'static str,
        /// By the game.
        expected: usize,
        /// What is there.
        found: usize,
    },
    /// A probability outside [0, 1].
    #[error("the coverage of `{target}` is {found}, not in [0, 1]")]
    Range {
        /// Name of the target.
        target: String,
        /// The number.
        found: String,
    },
    /// More coverage than there are resources.
    #[error("resource `{resource}` covers {found} targets in expectation; there are {count}")]
    TooMuch {
        /// Name of the resource type.
        resource: String,
        /// Total coverage.
        found: String,
        /// Resources of the type.
        count: u32,
    },
    /// Coverage of a target that the resource cannot cover.
    #[error("resource `{resource}` cannot cover `{target}`")]
    OutOfReach {
        /// Name of the resource type.
        resource: String,
        /// Name of the target.
        target: String,
    },
    /// A joint schedule that the resources cannot run.
    #[error("joint schedule {position} cannot be run: {reason}")]
    JointSchedule {
        /// Position in the mix.
        position: usize,
        /// Why not.
        reason: String,
    },
    /// The evidence does not prove that the attacker always gets the level.
    #[error("the evidence does not prove that the attacker gets at least {level}")]
    Level {
        /// The claimed level.
        level: String,
    },
    /// The evidence does not prove the end of the coverage of an attacked target.
    #[error("the evidence does not prove the end {coverage} of the coverage of `{target}`")]
    End {
        /// Name of the target.
        target: String,
        /// The claimed end.
        coverage: String,
    },
    /// No target is left that could be attacked: the evidence contradicts itself.
    #[error("the evidence excludes every target")]
    Contradiction,
    /// A method or a check refuses a game beyond its bounds.
    #[error("{what} is limited to {limit}")]
    TooLarge {
        /// What is limited.
        what: &'static str,
        /// To how many.
        limit: usize,
    },
}
