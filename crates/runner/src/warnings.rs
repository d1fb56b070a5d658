//! What a reader should know before quoting an answer: the warnings of the inputs, and those that need the answer.
//!
//! Here are W11, W13 and W14, and the halves of W04 and W05 that are about the answer; all of them speak of measurements
//! only. `crates/game/src/scenario/warnings/mod.rs` lists when each fires. A sweep records the codes of each point: all
//! but the second halves of W04 and W05, which would solve every point many times over.

use saddlepoint_game::diagnostic::Diagnostic;
use saddlepoint_game::rational::{Rational, to_f64};
use saddlepoint_game::scenario::{AttackerSees, Concept, Instance, Parameters, Scenario, Template};
use saddlepoint_game::{AttackId, DefenceId, Game, MixedStrategy, Payoffs};
use saddlepoint_solver::analysis::{PointAnalysis, Solved};

use crate::answer::{Answer, Answered};
use crate::input::Loaded;

/// Least gain of mixing that is told of, as a fraction of the range of the losses: what lies below it may be rounding.
const GAIN_LEAST: f64 = 1e-9;

/// A value below this fraction of the range of the losses is small beside them.
const SMALL_VALUE: f64 = 0.01;

/// Share of the value by which leaving out one strategy may move it before the result hangs on that strategy.
const CARRIES: f64 = 0.5;

/// Share of the value that the optimiser's curse may reach before it is told of.
const CURSE_MOST: f64 = 0.1;

/// Most names in one message.
const LIST_MOST: usize = 5;

/// All warnings of an answer, by code.
#[must_use]
pub fn of(answered: &Answered, loaded: &Loaded) -> Vec<Diagnostic> {
    let template = &loaded.template;
    let mut warnings = template.warnings(template.parameters());
    if let Answered::ZeroSum(answer) = answered
        && template.is_measured()
    {
        warnings.extend(of_answer(answer, loaded));
    }
    warnings.sort_by_key(|warning| warning.code);
    warnings.dedup();
    warnings
}

fn of_answer(answer: &Answer, loaded: &Loaded) -> Vec<Diagnostic> {
    let (scenario, template) = (&loaded.file.scenario, &loaded.template);
    let analysis = &answer.analysis;
    let highest = &analysis.highest;
    let seen = Seen {
        scenario,
        template,
        game: &highest.game,
        columns: if template.portfolios().is_some() { usize::MAX } else { highest.game.loss.defences().len() },
        value: analysis.value().as_ref().map(to_f64),
        pure: match &analysis.randomisation {
            Some(found) => found.pure.as_ref().map(|(pure, _)| to_f64(pure)),
            None => analysis.deployment.as_ref().map(to_f64),
        },
        visible: analysis.randomisation.as_ref().map(|found| to_f64(&found.visible)),
        attacker: &highest.solution.attacker,
        defender: &highest.solution.defender,
        range: natural_range(template, &highest.game),
    };
    let break_even = analysis.randomisation.as_ref().and_then(|found| found.break_even_leak.as_ref()).map(to_f64);
    let curse = answer.noise.as_ref().and_then(|noise| noise.curse.as_ref());
    let curse = curse.and_then(|found| curse_above(found.excess(), found.value));
    seen.words(break_even).chain(curse).chain(carried_by_one(highest)).collect()
}

/// The codes at one point of a sweep, sorted and each once; without an answer, those of the inputs.
pub(crate) fn codes(
    loaded: &Loaded,
    parameters: &Parameters,
    instance: &Instance,
    answer: Option<&PointAnalysis>,
) -> Vec<&'static str> {
    let template = &loaded.template;
    let mut codes: Vec<_> = template.warning_codes(parameters).collect();
    if let Some(found) = answer.filter(|_| template.is_measured()) {
        let seen = Seen {
            scenario: &loaded.file.scenario,
            template,
            game: &instance.game,
            columns: instance.game.loss.defences().len(),
            value: found.value().as_ref().map(to_f64),
            pure: found.pure.as_ref().map(to_f64),
            visible: found.visible,
            attacker: &found.highest.attacker,
            defender: &found.highest.defender,
            range: natural_range(template, &instance.game),
        };
        codes.extend(seen.codes());
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// W04: what fitting a mix to noise costs, simulated with the table as the truth, is more than a tenth of the value. Both
/// in the unit of loss.
#[must_use]
pub fn curse_above(excess: f64, value: f64) -> Option<Diagnostic> {
    if excess.is_nan() || excess <= CURSE_MOST * value.abs() {
        return None;
    }
    let message = format!(
        "fitting the mix to noise costs about {excess:.4}, {}: expect to lose that much more than the value",
        share_of(excess, value)
    );
    Some(Diagnostic::warning("W04", message))
}

/// W05: without one strategy, all else the same, the value differs by more than half of it.
fn carried_by_one(solved: &Solved) -> Option<Diagnostic> {
    let (face, ablation) = (solved.face.as_ref()?, solved.ablation.as_ref()?);
    let value = to_f64(&face.value);
    let moved = |(name, without): (&String, &Option<Rational>)| {
        let without = to_f64(without.as_ref()?);
        ((without - value).abs() > CARRIES * value.abs()).then(|| format!("{name} ({without:.4})"))
    };
    let loss = &solved.game.loss;
    let defences = loss.defences().iter().zip(&ablation.defences).filter_map(moved);
    let found: Vec<_> = defences.chain(loss.attacks().iter().zip(&ablation.attacks).filter_map(moved)).collect();
    if found.is_empty() {
        return None;
    }
    let message =
        format!("the value {value:.4} hangs on single strategies; without one of them it is: {}", listed(&found));
    Some(Diagnostic::warning("W05", message))
}

/// An answer with what it is the answer to; each rule has a test, which a sweep asks at every point, and words.
struct Seen<'a> {
    scenario: &'a Scenario,
    template: &'a Template,
    game: &'a Game,
    /// How many columns the defender chose among.
    columns: usize,
    value: Option<f64>,
    pure: Option<f64>,
    visible: Option<f64>,
    attacker: &'a MixedStrategy,
    defender: &'a MixedStrategy,
    /// Difference between the largest and the smallest loss, in the game's own units.
    range: f64,
}

impl Seen<'_> {
    fn codes(&self) -> impl Iterator<Item = &'static str> {
        [
            self.is_fitted().then_some("W11"),
            self.hiding().map(|_| "W13"),
            self.below_noise().map(|_| "W13"),
            self.small_value().map(|_| "W14"),
        ]
        .into_iter()
        .flatten()
    }

    fn words(&self, break_even: Option<f64>) -> impl Iterator<Item = Diagnostic> {
        [
            self.is_fitted().then(fitted),
            self.hiding().map(|hiding| hidden(hiding, break_even)),
            self.below_noise().map(|(gain, error)| below_noise(gain, error, self.template.trials().unwrap_or(0))),
            self.small_value().map(|value| self.small(value)),
        ]
        .into_iter()
        .flatten()
    }

    /// W11: the defender chose among several columns by the very numbers that the value is quoted from, and no split of
    /// the trials was asked for.
    fn is_fitted(&self) -> bool {
        let is_split = self.scenario.noise.as_ref().is_some_and(|noise| noise.split.is_some());
        !is_split && self.columns > 1
    }

    /// W13: the defender mixes, and part of the gain is from an attacker who does not see the draw, while the scenario
    /// says only that it is not seen: with a probe, or a draw that is seen, the question has been asked. That part.
    fn hiding(&self) -> Option<f64> {
        let is_asked = matches!(self.scenario.game.attacker_sees, AttackerSees::Draw | AttackerSees::Probe(_));
        let hiding = self.visible? - self.value?;
        (!is_asked && hiding > GAIN_LEAST * self.range && self.mixes()).then_some(hiding)
    }

    /// W13: what mixing gains is less than the standard error of the value, the root of `Σ (x_i y_j)² p(1-p)/n`, as the
    /// value moves by `x_i y_j` with a cell. Only where losses are rates and the trials are stated or assumed, of which
    /// the fewest are taken. Both.
    fn below_noise(&self) -> Option<(f64, f64)> {
        let trials = self.template.trials().filter(|_| self.template.has_rates())?;
        let is_matrix = self.template.blocks().is_empty() && self.template.portfolios().is_none();
        let gain = self.pure? - self.value?;
        #[expect(clippy::cast_precision_loss, reason = "a standard error needs few digits")]
        let trials = trials as f64;
        // No error is larger than that of one rate of a half.
        if !is_matrix || gain <= GAIN_LEAST * self.range || gain * gain >= 0.25 / trials || !self.mixes() {
            return None;
        }
        let (x, y) = (self.attacker.to_f64(), self.defender.to_f64());
        let mut variance = 0.0;
        for i in self.attacker.support() {
            for j in self.defender.support() {
                let rate = to_f64(&self.game.loss.loss(AttackId(i), DefenceId(j)));
                variance += (x[i] * y[j]).powi(2) * rate * (1.0 - rate) / trials;
            }
        }
        let error = variance.max(0.0).sqrt();
        (gain < error).then_some((gain, error))
    }

    /// W14: the value is not 0 but small beside the range of the losses: as a share of one or the other, a difference
    /// looks small or large. The value.
    fn small_value(&self) -> Option<f64> {
        self.value.filter(|value| *value != 0.0 && value.abs() < SMALL_VALUE * self.range)
    }

    fn small(&self, value: f64) -> Diagnostic {
        let range = self.range;
        let gain = self.pure.map(|pure| pure - value).filter(|gain| *gain > GAIN_LEAST * range);
        let gain = gain.map(|gain| {
            let of_range = 100.0 * gain / range;
            let of_value = share_of(gain, value);
            format!("; the best single defence loses {gain:.6} more, {of_range:.2} % of the range and {of_value}")
        });
        let message = format!(
            "the value {value:.6} is {:.2} % of the range {range:.4} of the losses: say which of the two a difference is \
             relative to{}",
            100.0 * value / range,
            gain.unwrap_or_default()
        );
        Diagnostic::warning("W14", message)
    }

    fn mixes(&self) -> bool {
        let concept = self.scenario.game.concept;
        matches!(concept, Concept::Mixed | Concept::Robust | Concept::Lexicographic)
            && self.defender.support().len() > 1
    }
}

fn fitted() -> Diagnostic {
    let message = "the defence was chosen on the table that the value is quoted from: `noise.split` brackets what it \
                   loses on other trials";
    Diagnostic::warning("W11", message)
}

fn hidden(hiding: f64, break_even: Option<f64>) -> Diagnostic {
    let leak = break_even.filter(|leak| *leak > 0.0);
    let leak = leak.map(|leak| format!("; learned with probability {leak:.4}, a single defence is as good"));
    let leak = leak.unwrap_or_default();
    let message =
        format!("{hiding:.4} of what mixing gains is lost if the attacker sees which defence was drawn{leak}");
    Diagnostic::warning("W13", message)
}

fn below_noise(gain: f64, error: f64, trials: u64) -> Diagnostic {
    let message = format!(
        "mixing gains {gain:.4}, less than the standard error {error:.4} of the value at {trials} trials a cell: ship the \
         single defence"
    );
    Diagnostic::warning("W13", message)
}

/// As [`Seen::range`].
fn natural_range(template: &Template, game: &Game) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a range needs few digits")]
    let channels = template.blocks().iter().max().map_or(1.0, |last| (last + 1) as f64);
    range(game.loss.payoffs()) / channels
}

fn range(payoffs: &Payoffs) -> f64 {
    if let Payoffs::Fixed { numerators, denominator } = payoffs {
        let (least, most) = (numerators.iter().min(), numerators.iter().max());
        #[expect(clippy::cast_precision_loss, reason = "a range needs few digits")]
        let width = most.zip(least).map_or(0.0, |(most, least)| (*most as f64 - *least as f64) / *denominator as f64);
        return width;
    }
    let entries = payoffs.to_rationals();
    entries.iter().max().zip(entries.iter().min()).map_or(0.0, |(most, least)| to_f64(&(most - least)))
}

/// `31 % of the value`.
fn share_of(part: f64, value: f64) -> String {
    if value == 0.0 {
        "with a value of 0".to_owned()
    } else {
        format!("{:.0} % of the value", 100.0 * part / value.abs())
    }
}

fn listed(names: &[String]) -> String {
    let rest = names.len().saturating_sub(LIST_MOST);
    let shown = names.iter().take(LIST_MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    if rest > 0 { format!("{shown} and {rest} more") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::curse_above;

    #[test]
    fn the_curse_is_told_of_above_a_tenth_of_the_value() {
        // The simulation of 50 trials on 13 x 16 cells of a published table: +0.035 on 0.2367; with 1000 trials, +0.009.
        assert!(curse_above(0.035, 0.2367).is_some_and(|warning| warning.message.contains("15 % of the value")));
        assert_eq!(curse_above(0.009, 0.2367), None);
        assert_eq!(curse_above(f64::NAN, 0.2367), None);
    }
}
