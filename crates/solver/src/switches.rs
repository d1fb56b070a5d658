//! Switches: where the best single defence changes as the loss moves along a line.
//!
//! With `L(t)` linear between two matrices, the worst loss of a defence `f_j(t) = max_i L[i][j](t)` is a convex, and
//! the pure value `g(t) = min_j f_j(t)` a piecewise linear function; all are computed as exact envelopes of lines. Between
//! two neighbouring knots of all of them each is linear, so a defence that attains `g` inside attains it throughout.
//!
//! 1. Envelopes.
//! 2. The defences that attain `g` on each piece.
//! 3. From left to right, stay with a defence as long as it is best; where it ceases to be, take the one that stays
//!    best longest, ties to the lowest index. So defences that are the same never switch.
//! 4. A pure saddle point exists where `g(t) = max_i min_j L[i][j](t)`.

use saddlepoint_game::rational::Rational;
use saddlepoint_game::{AttackId, DefenceId, LossMatrix};

use crate::piecewise::{Piecewise, common_knots};

/// A parameter at which the best single defence changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    /// Where.
    pub at: Rational,
    /// Best up to there.
    pub before: DefenceId,
    /// Best from there.
    pub after: DefenceId,
}

/// An interval on which one defence is best.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Left end.
    pub from: Rational,
    /// Right end.
    pub to: Rational,
    /// A defence that is best on the whole interval.
    pub defence: DefenceId,
    /// Whether there is a pure saddle point on the whole interval, so that mixing gains nothing.
    pub saddle: bool,
}

/// The best single defence over an interval of the parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switches {
    /// Intervals from left to right; they cover the whole one.
    pub segments: Vec<Segment>,
    /// The least worst loss of a single defence.
    pub pure: Piecewise,
}

impl Switches {
    /// The parameters between the segments.
    pub fn points(&self) -> impl Iterator<Item = Switch> {
        self.segments.windows(2).map(|pair| Switch {
            at: pair[1].from.clone(),
            before: pair[0].defence,
            after: pair[1].defence,
        })
    }
}

/// Why two matrices do not span a line of games.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SwitchError {
    /// Different numbers of attacks or defences.
    #[error("the matrices at the two ends have different shapes")]
    Shape,
    /// The interval is empty.
    #[error("the lower end of the parameter must be below the upper end")]
    Interval,
}

/// Finds every switch of the best single defence for losses linear between `at_lo` (at parameter `lo`) and `at_hi`.
///
/// # Errors
/// [`SwitchError`] if the matrices have different shapes or `lo` is not below `hi`.
///
/// # Examples
/// ```
/// use saddlepoint_game::{DefenceId, LossMatrix, numbered, rational::{Rational, parse}};
/// use saddlepoint_solver::switches;
///
/// let row = |cells: [&str; 2]| {
///     LossMatrix::new(numbered("a", 1), numbered("d", 2), cells.map(|c| parse(c).expect("a number")).to_vec())
/// };
/// let found = switches::find(&row(["0", "0.3"])?, &row(["1", "0.6"])?, &Rational::ZERO, &Rational::ONE)?;
/// let switch = found.points().next().expect("the lines cross once");
/// assert_eq!((switch.at, switch.after), (parse("3/7").expect("a number"), DefenceId(1)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn find(at_lo: &LossMatrix, at_hi: &LossMatrix, lo: &Rational, hi: &Rational) -> Result<Switches, SwitchError> {
    let shape = |loss: &LossMatrix| (loss.attacks().len(), loss.defences().len());
    if shape(at_lo) != shape(at_hi) {
        return Err(SwitchError::Shape);
    }
    if lo >= hi {
        return Err(SwitchError::Interval);
    }
    let line =
        |i: AttackId, j: DefenceId| Piecewise::line((lo.clone(), at_lo.loss(i, j)), (hi.clone(), at_hi.loss(i, j)));
    // 1. Envelopes. Every side has at least one strategy, so none is missing.
    let (attacks, defences) = (|| at_lo.attack_ids(), || at_lo.defence_ids());
    let worst: Vec<_> = defences().filter_map(|j| attacks().map(|i| line(i, j)).reduce(|f, g| f.max(&g))).collect();
    let least = attacks().filter_map(|i| defences().map(|j| line(i, j)).reduce(|f, g| f.min(&g)));
    let (Some(pure), Some(guaranteed)) =
        (worst.iter().cloned().reduce(|f, g| f.min(&g)), least.reduce(|f, g| f.max(&g)))
    else {
        return Err(SwitchError::Shape);
    };
    // 2. The best defences and the saddle points of each piece.
    let knots = common_knots(worst.iter().chain([&pure, &guaranteed]));
    let pieces: Vec<Piece> = knots
        .windows(2)
        .map(|ends| Piece {
            from: ends[0].clone(),
            to: ends[1].clone(),
            best: (0..worst.len()).filter(|j| worst[*j].equals_between(&pure, &ends[0], &ends[1])).collect(),
            saddle: pure.equals_between(&guaranteed, &ends[0], &ends[1]),
        })
        .collect();
    Ok(Switches { segments: segments(&pieces), pure })
}

struct Piece {
    from: Rational,
    to: Rational,
    best: Vec<usize>,
    saddle: bool,
}

/// 3-4. Joins pieces into the longest segments.
fn segments(pieces: &[Piece]) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut rest = pieces;
    while let [first, ..] = rest {
        let stay = |j: usize| rest.iter().take_while(|piece| piece.best.contains(&j)).count();
        // `max_by_key` takes the last of equals, so the lowest index comes last.
        let longest = first.best.iter().rev().map(|&j| (stay(j), j)).max_by_key(|(length, _)| *length);
        let (length, defence) = longest.unwrap_or((1, 0));
        let (joined, later) = rest.split_at(length.max(1));
        segments.push(Segment {
            from: first.from.clone(),
            to: joined.last().unwrap_or(first).to.clone(),
            defence: DefenceId(defence),
            saddle: joined.iter().all(|piece| piece.saddle),
        });
        rest = later;
    }
    segments
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::numbered;
    use saddlepoint_game::rational::parse;

    use super::*;

    fn matrix(rows: &[&[&str]]) -> LossMatrix {
        let losses = rows.iter().flat_map(|row| row.iter().map(|cell| parse(cell).expect("a number"))).collect();
        LossMatrix::new(numbered("a", rows.len()), numbered("d", rows[0].len()), losses).expect("a matrix")
    }

    fn unit_interval(at_0: &LossMatrix, at_1: &LossMatrix) -> Switches {
        find(at_0, at_1, &Rational::ZERO, &Rational::ONE).expect("a line of games")
    }

    #[test]
    fn identical_defences_never_switch() {
        let found = unit_interval(&matrix(&[&["0", "0", "1"]]), &matrix(&[&["1", "1", "0"]]));
        let points: Vec<_> = found.points().collect();
        let at = parse("1/2").expect("a number");
        assert_eq!(points, [Switch { at, before: DefenceId(0), after: DefenceId(2) }]);
    }

    #[test]
    fn the_one_that_stays_best_longest_is_taken() {
        // Both are 0 up to t = 1/2; then the first rises with its second attack.
        let at_0 = matrix(&[&["0", "0"], &["-1", "-1"]]);
        let at_1 = matrix(&[&["0", "0"], &["1", "-1"]]);
        let found = unit_interval(&at_0, &at_1);
        assert_eq!(found.segments.len(), 1);
        assert_eq!(found.segments[0].defence, DefenceId(1));
    }

    #[test]
    fn matching_pennies_have_no_saddle_point() {
        let pennies = matrix(&[&["1", "0"], &["0", "1"]]);
        let found = unit_interval(&pennies, &pennies);
        assert_eq!((found.segments.len(), found.segments[0].saddle), (1, false));
        assert_eq!(find(&pennies, &matrix(&[&["1"]]), &Rational::ZERO, &Rational::ONE), Err(SwitchError::Shape));
        assert_eq!(find(&pennies, &pennies, &Rational::ONE, &Rational::ONE), Err(SwitchError::Interval));
    }
}
