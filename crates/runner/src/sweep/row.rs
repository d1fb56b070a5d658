//! [`Row`]: the answer at one point of a sweep, as it goes to disk.

use saddlepoint_game::MixedStrategy;
use saddlepoint_game::rational::{Rational, to_fraction};
use serde::{Deserialize, Serialize};

/// Names of the columns on sampling noise: the certificate's ends, and quantiles of the posterior value at 5, 50 and 95 %.
pub(crate) const NOISE: [&str; 5] = ["noise_lower", "noise_upper", "posterior_low", "posterior_mid", "posterior_high"];

/// The answer at one point; names are columns of the whole sweep.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    /// The answer; `None` where no defender mix satisfies the constraints.
    pub(crate) answer: Option<PointAnswer>,
    /// What a reader should know about this point.
    pub(crate) warnings: Vec<String>,
}

/// Numbers of an answer. `NaN` stands for a name that this point's game does not have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PointAnswer {
    /// Midpoint of the certified interval; `None` where missing cells leave an interval open.
    pub(crate) value: Option<f64>,
    /// Largest double not above the proved lower bound.
    pub(crate) lower: f64,
    /// Smallest double not below the proved upper bound.
    pub(crate) upper: f64,
    /// Exact gap, rounded to the nearest double.
    pub(crate) gap: f64,
    /// Least worst loss of a single admissible defence, if there is one.
    pub(crate) pure: Option<f64>,
    /// Value when the attacker sees the draw.
    pub(crate) visible: Option<f64>,
    /// What sampling noise does, as [`NOISE`] names it; only where the scenario has `[noise]`.
    pub(crate) noise: Option<[Option<f64>; 5]>,
    /// Shadow price of each constraint.
    pub(crate) prices: Vec<f64>,
    /// Probability of each defence.
    pub(crate) defences: Vec<f64>,
    /// Probability of each attack.
    pub(crate) attacks: Vec<f64>,
    /// Both bounds as fractions.
    pub(crate) bounds: [String; 2],
    /// The mixes and multipliers that prove them.
    pub(crate) proof: [ExactVector; 3],
    /// For `regret`, each victim's own value and what proves it, as JSON.
    pub(crate) victims: Option<String>,
}

/// Exact numbers at positions; the others are 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ExactVector {
    /// Numerators over 2^53.
    Dyadic(Vec<(u32, u64)>),
    /// Fractions as text.
    Fractions(Vec<(u32, String)>),
}

impl ExactVector {
    /// A mix on columns given by `columns`.
    pub(crate) fn of_mix(mix: &MixedStrategy, columns: &[u32]) -> Self {
        let support = mix.support().into_iter().map(|k| (columns[k], k));
        match mix.numerators() {
            Some(numerators) => Self::Dyadic(support.map(|(column, k)| (column, numerators[k])).collect()),
            None => Self::Fractions(support.map(|(column, k)| (column, to_fraction(&mix.probability(k)))).collect()),
        }
    }

    /// Numbers on columns given by `columns`.
    pub(crate) fn of_numbers(numbers: impl Iterator<Item = Rational>, columns: &[u32]) -> Self {
        let entries = columns.iter().zip(numbers).filter(|(_, number)| !number.is_zero());
        Self::Fractions(entries.map(|(column, number)| (*column, to_fraction(&number))).collect())
    }

    /// Name and fraction of every entry that is not 0, as a JSON object in column order.
    pub(crate) fn to_json(&self, names: &[String]) -> String {
        let entry = |column: u32, text: String| (names[column as usize].clone(), serde_json::Value::String(text));
        let object: serde_json::Map<_, _> = match self {
            Self::Dyadic(entries) => entries
                .iter()
                .map(|(column, k)| {
                    let exact = saddlepoint_game::dyadic(*k);
                    entry(*column, to_fraction(&exact))
                })
                .collect(),
            Self::Fractions(entries) => entries.iter().map(|(column, text)| entry(*column, text.clone())).collect(),
        };
        serde_json::Value::Object(object).to_string()
    }
}
