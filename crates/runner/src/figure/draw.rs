//! From a kind, its numbers and its words to an SVG.

use saddlepoint_game::scenario::FigureKind;

use super::{FigureError, Numbers, bars, frontier, lines, payoffs, ranking, stack, transfer, uncertainty};

/// The words on a figure that its numbers do not hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels {
    /// Printed in bold on top; left out where empty, as in a paper that has captions.
    pub title: String,
    /// The label of the horizontal axis of a sweep: the swept key and its unit. [`FigureKind::Bars`],
    /// [`FigureKind::Ranking`] and [`FigureKind::Uncertainty`] write it above the names of their rows;
    /// [`FigureKind::Payoffs`] and [`FigureKind::Transfer`] do not use it.
    pub x: String,
    /// The label of the loss: its name and unit, such as "attack success rate".
    pub value: String,
    /// Printed in small type under the title.
    pub note: Option<String>,
}

/// Draws a figure as the text of an SVG, from its numbers alone.
///
/// Points are put in order of `x`. See the module's page for the columns of each kind.
///
/// # Errors
/// [`FigureError`] names the column and row of the first cell that cannot be drawn.
///
/// # Examples
/// ```
/// use saddlepoint::figure::{draw, Labels, Numbers};
/// use saddlepoint_game::scenario::FigureKind;
/// let numbers = Numbers::from_csv("x,value,lower,upper,pure,visible\n0,0.5,0.5,0.5,0.9,0.7\n1,0.4,0.4,0.4,0.6,0.5\n")?;
/// let labels = Labels { x: "budget".into(), value: "attack success rate".into(), ..Labels::default() };
/// assert!(draw(FigureKind::Frontier, &numbers, &labels)?.starts_with("<svg"));
/// # Ok::<(), saddlepoint::figure::FigureError>(())
/// ```
pub fn draw(kind: FigureKind, numbers: &Numbers, labels: &Labels) -> Result<String, FigureError> {
    if numbers.rows().is_empty() {
        return Err(FigureError::NoRows);
    }
    match kind {
        FigureKind::Allocation => stack::draw(numbers, labels, stack::Side::Defender),
        FigureKind::AttackMix => stack::draw(numbers, labels, stack::Side::Attacker),
        FigureKind::Frontier => frontier::draw(numbers, labels),
        FigureKind::Lines => lines::draw(numbers, labels),
        FigureKind::Payoffs => payoffs::draw(numbers, labels),
        FigureKind::Bars => bars::draw(numbers, labels),
        FigureKind::Transfer => transfer::draw(numbers, labels),
        FigureKind::Uncertainty => uncertainty::draw(numbers, labels),
        FigureKind::Ranking => ranking::draw(numbers, labels),
    }
}
