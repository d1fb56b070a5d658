//! Baselines: what trivial defenders lose, to be read beside the value.
//!
//! | baseline | strategy | on several channels |
//! |---|---|---|
//! | no defence | the undefended system | on each of them |
//! | refuse all | every request is refused: no attack succeeds, no task either | the same |
//! | uniform | `y_j = 1/n` over the `n` defences | `1/n_c` on each channel `c` |
//! | best single | the defence with the least worst loss that keeps every limit | one on each channel |
//!
//! A baseline loses `max_i (L y)_i` exactly, in the game's own units; with missing cells its loss is an interval, as the
//! value is, since `max_i (L y)_i` is monotone in every cell. Baselines need not keep the limits on the defender: each says
//! which it breaks, and by how much.

use saddlepoint_game::rational::Rational;
use saddlepoint_game::scenario::{Instance, Refusal};
use saddlepoint_game::{AttackId, DefenceId, Game, Sense};

use crate::deployment;
use crate::randomisation::best_pure;

/// A trivial defender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The undefended system.
    NoDefence,
    /// Every request is refused.
    RefuseAll,
    /// Every defence with the same probability.
    Uniform,
    /// The single defence with the least worst loss.
    BestSingle,
}

impl Kind {
    /// The name in results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoDefence => "no-defence",
            Self::RefuseAll => "refuse-all",
            Self::Uniform => "uniform",
            Self::BestSingle => "best-single",
        }
    }
}

/// What a trivial defender loses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// Which one.
    pub kind: Kind,
    /// Its worst expected loss; with missing cells, with each at its highest possible loss.
    pub loss: Rational,
    /// With missing cells, its worst expected loss with each at its lowest possible loss.
    pub lowest: Option<Rational>,
    /// The attack that makes it lose so much, the first of several; `None` where all do or none was looked for.
    pub attack: Option<AttackId>,
    /// The defence, where there is one.
    pub defence: Option<DefenceId>,
    /// The limits that it breaks, and by how much, in the unit of the limited metric.
    pub breaks: Vec<(String, Rational)>,
    /// The limits of which nobody knows whether it keeps them.
    pub unknown: Vec<String>,
}

impl Baseline {
    fn new(kind: Kind, loss: Rational) -> Self {
        Self { kind, loss, lowest: None, attack: None, defence: None, breaks: Vec::new(), unknown: Vec::new() }
    }
}

/// The baselines of a game, in the order of the table above; those that it does not have are left out.
///
/// `undefended` are the columns that deploy nothing: one, or one on each channel. `refusal` is known to the scenario.
#[must_use]
pub fn of(instance: &Instance, undefended: &[DefenceId], refusal: Option<&Refusal>) -> Vec<Baseline> {
    let columns = instance.game.loss.defences().len();
    let channel = |j: usize| instance.blocks.get(j).copied().unwrap_or(0);
    let mut sizes = vec![0_usize; instance.channels()];
    (0..columns).for_each(|j| sizes[channel(j)] += 1);
    let mut found = Vec::new();
    if undefended.len() == instance.channels() {
        let weight = |j| if undefended.contains(&DefenceId(j)) { Rational::ONE } else { Rational::ZERO };
        let defence = undefended.first().copied().filter(|_| instance.blocks.is_empty());
        found.push(Baseline {
            defence,
            ..mixed(Kind::NoDefence, instance, &(0..columns).map(weight).collect::<Vec<_>>())
        });
    }
    if let Some(refusal) = refusal {
        let (breaks, unknown) = (refusal.breaks.clone(), refusal.unknown.clone());
        found.push(Baseline { breaks, unknown, ..Baseline::new(Kind::RefuseAll, refusal.loss.clone()) });
    }
    let share = |j: usize| Rational::ONE / Rational::from(sizes[channel(j)]);
    found.push(mixed(Kind::Uniform, instance, &(0..columns).map(share).collect::<Vec<_>>()));
    found.extend(best_single(instance));
    found
}

/// A baseline that plays each column with a probability, which sum to 1 on each channel.
fn mixed(kind: Kind, instance: &Instance, weights: &[Rational]) -> Baseline {
    let natural = instance.natural(&instance.game);
    let (attack, loss) = worst(&natural, weights);
    let excess = |constraint: &saddlepoint_game::Constraint| {
        let terms = constraint.coefficients.iter().zip(weights).filter(|(_, weight)| !weight.is_zero());
        let attained = terms.fold(Rational::ZERO, |sum, (c, weight)| sum + c * weight);
        let excess = match constraint.sense {
            Sense::Cap => attained - &constraint.bound,
            Sense::Floor => &constraint.bound - attained,
        };
        (excess > Rational::ZERO).then(|| (constraint.name.clone(), excess))
    };
    Baseline {
        lowest: instance.lowest.as_ref().map(|game| worst(&instance.natural(game), weights).1),
        attack: Some(attack),
        breaks: natural.constraints.iter().filter_map(excess).collect(),
        ..Baseline::new(kind, loss)
    }
}

/// The attack with the largest expected loss, the first of several, and that loss.
fn worst(game: &Game, weights: &[Rational]) -> (AttackId, Rational) {
    let expected = |i: AttackId| {
        let active = game.loss.defence_ids().zip(weights).filter(|(_, weight)| !weight.is_zero());
        active.fold(Rational::ZERO, |sum, (j, weight)| sum + game.loss.loss(i, j) * weight)
    };
    let mut found: Option<(AttackId, Rational)> = None;
    for i in game.loss.attack_ids() {
        let loss = expected(i);
        if found.as_ref().is_none_or(|(_, most)| loss > *most) {
            found = Some((i, loss));
        }
    }
    found.unwrap_or((AttackId(0), Rational::ZERO))
}

fn best_single(instance: &Instance) -> Option<Baseline> {
    if !instance.blocks.is_empty() {
        return deployment::best(instance).map(|loss| Baseline::new(Kind::BestSingle, loss));
    }
    let (_, best) = best_pure(&instance.game)?;
    let weight = |j| if j == best { Rational::ONE } else { Rational::ZERO };
    let weights: Vec<_> = instance.game.loss.defence_ids().map(weight).collect();
    Some(Baseline { defence: Some(best), ..mixed(Kind::BestSingle, instance, &weights) })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use saddlepoint_game::rational::parse;
    use saddlepoint_game::{Constraint, LossMatrix, numbered};

    use super::*;

    fn number(text: &str) -> Rational {
        parse(text).expect("a number")
    }

    fn matrix(rows: usize, entries: Vec<Rational>) -> LossMatrix {
        let columns = entries.len() / rows;
        LossMatrix::new(numbered("a", rows), numbered("d", columns), entries).expect("a matrix")
    }

    /// Matching pennies with an undefended column: uniform is 1/3 (1 + 1 + 0), the best single one loses 1.
    #[test]
    fn each_baseline_has_its_closed_form_and_says_what_it_breaks() {
        let loss = matrix(2, ["1", "1", "0", "1", "0", "1"].map(number).into());
        let cap = Constraint {
            name: "refusals".to_owned(),
            metric: "over_refusal_rate".to_owned(),
            sense: Sense::Cap,
            bound: number("0.25"),
            coefficients: ["0", "0.3", "0.6"].map(number).into(),
        };
        let mut game = Game::new(loss);
        game.constraints.push(cap);
        let refusal = Refusal {
            loss: number("0.5"),
            counts_use: true,
            breaks: vec![("refusals".to_owned(), number("0.75"))],
            unknown: Vec::new(),
        };
        let found = of(&Instance::new(game), &[DefenceId(0)], Some(&refusal));
        let said: Vec<_> = found.iter().map(|b| (b.kind, b.loss.clone(), b.breaks.clone())).collect();
        let broken = |by: &str| vec![("refusals".to_owned(), number(by))];
        assert_eq!(
            said,
            [
                (Kind::NoDefence, number("1"), vec![]),
                (Kind::RefuseAll, number("0.5"), broken("0.75")),
                (Kind::Uniform, number("2/3"), broken("0.05")),
                // The others alone refuse too much.
                (Kind::BestSingle, number("1"), vec![]),
            ]
        );
    }

    #[test]
    fn over_channels_each_is_uniform_on_its_own() {
        // Losses of marginals: channel 0 has 0.8 and 0.2 on its attack, channel 1 has 0.6 alone; laid out times 2.
        let loss = matrix(2, ["1.6", "0.4", "0", "0", "0", "1.2"].map(number).into());
        let share = |name: &str, coefficients: [&str; 3]| Constraint {
            name: name.to_owned(),
            metric: String::new(),
            sense: Sense::Cap,
            bound: number("1/2"),
            coefficients: coefficients.map(number).into(),
        };
        let constraints = vec![share("channel:0", ["1", "1", "0"]), share("channel:1", ["0", "0", "1"])];
        let instance = Instance { game: Game { loss, constraints }, lowest: None, blocks: Arc::new([0, 0, 1]) };
        let found = of(&instance, &[DefenceId(0), DefenceId(2)], None);
        let losses: Vec<_> = found.iter().map(|b| (b.kind, b.loss.clone())).collect();
        let expected = [(Kind::NoDefence, "0.8"), (Kind::Uniform, "0.6"), (Kind::BestSingle, "0.6")];
        assert_eq!(losses, expected.map(|(kind, loss)| (kind, number(loss))));
    }

    proptest! {
        /// No baseline that keeps the limits beats the value, and the best single one is the least worst column.
        #[test]
        fn none_beats_the_value(cells in prop::collection::vec(0_u32..=100, 12)) {
            let entries = cells.iter().map(|c| Rational::from(*c) / Rational::from(100)).collect();
            let game = Game::new(matrix(3, entries));
            let value = crate::exact::optimum(&game).expect("an optimum").value();
            let found = of(&Instance::new(game.clone()), &[], None);
            prop_assert_eq!(found.len(), 2);
            for baseline in &found {
                prop_assert!(baseline.loss >= value);
            }
            let least = game.loss.worst_losses().to_rationals().into_iter().min();
            prop_assert_eq!(found.last().map(|b| b.loss.clone()), least);
        }
    }
}
