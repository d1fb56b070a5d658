//! [`Translation`]: what the numbers of a loss make one harm worth, and [`Refusal`]: what refusing everything costs.
//!
//! The short form `w·m + (1-w)·(1-U)` is the expected loss of a request up to scale, if a share π of requests are
//! attacks: with the harm of a success worth `h` and a lost benign task `b`,
//!
//! ```text
//! w = πh / (πh + (1-π)b),   so   h/b = w(1-π) / ((1-w)π)
//! ```
//!
//! At w = 1/2 and π = 1 %, one harm is worth 99 lost tasks.

use std::fmt::Write as _;

use super::loss::{Factor, Part};
use super::parameters::Parameters;
use super::schema::{LossForm, Scenario};
use super::selection::Selection;
use super::template::Template;
use crate::constraint::Constraint;
use crate::rational::{Rational, to_text};

/// What a lost task is called unless the scenario has another unit.
const TASKS: &str = "lost tasks";

/// What a loss is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Terms {
    form: LossForm,
    /// Unit of the security metric.
    unit: String,
    /// The unit of `h` and the prices, where the scenario gives it words.
    words: Option<String>,
    /// Metric and unit that `k_t` is the price of.
    latency: Option<(String, String)>,
    /// Metric and unit that `k_c` is the price of.
    cost: Option<(String, String)>,
    /// Whether the share of attacks is stated.
    pub(super) states_share: bool,
}

impl Terms {
    pub(super) fn of(scenario: &Scenario, selection: &Selection<'_>, unit: &str) -> Self {
        let loss = &scenario.loss;
        let priced = |metric: &Option<super::value::Name>| {
            let metric = metric.as_ref()?;
            Some((metric.text.clone(), selection.benign_unit(&metric.text)?))
        };
        Self {
            form: loss.form,
            unit: unit.to_owned(),
            words: loss.unit.clone(),
            latency: priced(&loss.latency),
            cost: priced(&loss.cost),
            states_share: loss.pi.is_some() || scenario.sweep.axes.iter().any(|axis| axis.path == "loss.pi"),
        }
    }
}

/// What the numbers of a loss say in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    /// `single`, `weighted` or `base-rate`.
    pub form: &'static str,
    /// Weight of the security metric in the short form, in [0, 1]; `None` where the loss has no short form or several.
    pub w: Option<Rational>,
    /// Share of requests that are attacks, in [0, 1], where it is stated.
    pub pi: Option<Rational>,
    /// Lost benign tasks that one harm is worth, at least 0; `None` where that is not known, or not bounded, or differs
    /// between attacks.
    pub harm_in_tasks: Option<Rational>,
    /// What the loss counts.
    pub unit: String,
    /// The same in a sentence, without a full stop.
    pub sentence: String,
}

/// A system that refuses every request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its loss, the same for every attack.
    pub loss: Rational,
    /// Whether the loss counts what is lost by refusing; else 0 says nothing of use.
    pub counts_use: bool,
    /// The limits that it breaks, and by how much, in the unit of the metric.
    pub breaks: Vec<(String, Rational)>,
    /// The limits of which nobody knows whether it keeps them, such as one on latency.
    pub unknown: Vec<String>,
}

impl Template {
    /// What the numbers of the loss make one harm worth; `None` where the loss is not made of measurements.
    #[must_use]
    pub fn translation(&self, parameters: &Parameters) -> Option<Translation> {
        let terms = self.terms.as_ref()?;
        Some(match terms.form {
            LossForm::Single => single(terms),
            LossForm::Weighted => weighted(terms, parameters),
            LossForm::BaseRate => self.base_rate(terms, parameters),
        })
    }

    /// A system that refuses every request: no attack succeeds, every benign task fails and counts as refused, and
    /// nothing is spent. `None` where the security metric is no rate.
    #[must_use]
    pub fn refusal(&self, parameters: &Parameters) -> Option<Refusal> {
        let terms = self.terms.as_ref().filter(|terms| terms.unit == "fraction")?;
        let p = parameters;
        let benign = || Rational::ONE - &p.pi;
        let lost = |part: &Part| match part.factor {
            Factor::Rest => Rational::ONE - &p.w,
            Factor::FailureUnderAttack => &p.pi * &p.g,
            Factor::BenignFailure => benign() * &p.b,
            Factor::Refusal => benign() * &p.r,
            Factor::One | Factor::Weight | Factor::Harm | Factor::Latency | Factor::Cost => Rational::ZERO,
        };
        let bound = |(k, constraint): (usize, &Constraint)| Constraint {
            bound: p.bounds.get(k).unwrap_or(&constraint.bound).clone(),
            ..constraint.clone()
        };
        let limits = self.constraints.iter().take(self.limits()).enumerate().map(bound);
        let (mut breaks, mut unknown) = (Vec::new(), Vec::new());
        for limit in limits.chain(self.every_draw.iter().cloned()) {
            match self.refused.iter().find(|(name, _)| *name == limit.name) {
                Some((_, amount)) => {
                    let alone = Constraint { coefficients: [amount.clone()].into(), ..limit };
                    let excess = alone.excess(0);
                    if excess > Rational::ZERO {
                        breaks.push((alone.name, excess));
                    }
                }
                None => unknown.push(limit.name),
            }
        }
        Some(Refusal {
            breaks,
            unknown,
            loss: self.highest.iter().map(lost).fold(Rational::ZERO, |sum, term| sum + term),
            counts_use: terms.form != LossForm::Single,
        })
    }

    fn base_rate(&self, terms: &Terms, p: &Parameters) -> Translation {
        let has = |factor| self.highest.iter().any(|part| part.factor == factor);
        let words = terms.words.as_deref().unwrap_or(TASKS);
        let (lowest, highest) = (p.harm.iter().min(), p.harm.iter().max());
        let harm = highest.filter(|_| lowest == highest);
        let task = (has(Factor::BenignFailure) && !p.b.is_zero()).then_some(&p.b);
        let in_tasks = harm.zip(task).map(|(harm, task)| harm / task);
        let against = |harm: &Rational, task: &Rational| {
            let (attack, benign) = (&p.pi * harm, (Rational::ONE - &p.pi) * task);
            let sum = &attack + &benign;
            (!sum.is_zero()).then(|| attack / sum)
        };
        let w = harm.zip(task).and_then(|(harm, task)| against(harm, task));
        let mut sentence = format!("at pi = {} ", to_text(&p.pi));
        sentence.push_str(&match (lowest, highest) {
            (Some(low), Some(high)) if low != high => {
                format!("one harm is worth {} to {} {words}, depending on the attack", to_text(low), to_text(high))
            }
            (_, Some(harm)) => format!("one harm is worth {} {words}", to_text(harm)),
            _ => format!("the loss counts {words}"),
        });
        if let Some(task) = task.filter(|task| **task != Rational::ONE) {
            let _ = write!(sentence, ", one lost task {}", to_text(task));
            if let Some(tasks) = &in_tasks {
                let _ = write!(sentence, ", so one harm is {} lost tasks", to_text(tasks));
            }
        }
        if let Some(w) = &w {
            let _ = write!(sentence, ": the weight of the short form is w = {}", to_text(w));
        }
        for (price, priced, factor) in [(&p.k_t, &terms.latency, Factor::Latency), (&p.k_c, &terms.cost, Factor::Cost)]
        {
            if let Some((metric, unit)) = priced.as_ref().filter(|_| has(factor)) {
                let unit = if unit == "fraction" { "1".to_owned() } else { unit.clone() };
                let _ = write!(sentence, "; {} {words} per {unit} of `{metric}`", to_text(price));
            }
        }
        Translation {
            form: "base-rate",
            w,
            pi: Some(p.pi.clone()),
            harm_in_tasks: in_tasks,
            unit: words.to_owned(),
            sentence,
        }
    }
}

fn single(terms: &Terms) -> Translation {
    let (unit, sentence) = if terms.unit == "fraction" {
        ("successful attacks per attack".to_owned(), "the loss is the security metric alone: lost tasks do not count")
    } else {
        (terms.unit.clone(), "the loss is the security metric alone, in its own unit")
    };
    Translation { form: "single", w: None, pi: None, harm_in_tasks: None, unit, sentence: sentence.to_owned() }
}

fn weighted(terms: &Terms, p: &Parameters) -> Translation {
    let rest = Rational::ONE - &p.w;
    let share = terms.states_share.then_some(&p.pi);
    let in_tasks = share.and_then(|pi| {
        let divisor = &rest * pi;
        (!divisor.is_zero()).then(|| &p.w * (Rational::ONE - pi) / divisor)
    });
    let w = to_text(&p.w);
    let sentence = match (share, &in_tasks) {
        (Some(pi), Some(tasks)) => {
            format!("w = {w} at pi = {}: one harm is worth {} lost tasks", to_text(pi), to_text(tasks))
        }
        (Some(pi), None) => {
            format!("w = {w} at pi = {}: no number of lost tasks is worth a harm", to_text(pi))
        }
        (None, _) if rest.is_zero() => format!("w = {w}: no number of lost tasks is worth a harm"),
        (None, _) => {
            let tasks = to_text(&(&p.w / &rest));
            format!(
                "w = {w}: one harm is worth {tasks} (1 - pi) / pi lost tasks, with pi the share of requests that are \
                     attacks, which `loss.pi` does not state"
            )
        }
    };
    Translation {
        form: "weighted",
        w: Some(p.w.clone()),
        pi: share.cloned(),
        harm_in_tasks: in_tasks,
        unit: "weighted loss per request".to_owned(),
        sentence,
    }
}
