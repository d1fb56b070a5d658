//! [`Progress`]: what an iterative method shows of itself while it runs.

use saddlepoint_game::certificate::Certificate;

/// What is proved after so many rounds. Shown after 1, 2, 3, 4, 6, 8, 12, 16, … rounds and at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Rounds played.
    pub round: u64,
    /// The interval of the best mixes so far.
    pub certificate: Certificate,
}

/// Powers of two and the numbers half-way between them.
pub(crate) fn is_shown(round: u64) -> bool {
    round.is_power_of_two() || (round.is_multiple_of(3) && (round / 3).is_power_of_two())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_shown_at_even_steps_on_a_log_scale() {
        let shown: Vec<u64> = (1..=32).filter(|round| is_shown(*round)).collect();
        assert_eq!(shown, [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]);
    }
}
