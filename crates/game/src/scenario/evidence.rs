//! How far the measurements are to be trusted, and what they mean in bits.

use schemars::JsonSchema;
use serde::Serialize;

use super::reader::TableReader;
use super::value::{Name, Number};
use crate::diagnostic::Diagnostic;
use crate::rational::{Rational, is_share};

/// Sampling noise of the security metric.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NoiseTable {
    /// Trials of a cell whose row does not state them; such cells are marked as assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<u64>,
    /// Probability delta, in (0, 1), that the certificate against noise may miss the true value; 0.05 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Number>,
    /// Draws from the posterior of the table; none without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicates: Option<usize>,
    /// Splits of the trials into halves for the bracket of the optimiser's curse; none without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<usize>,
    /// Trials that one more measurement of a cell would add, for its expected value; none without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<u64>,
}

/// What-if questions that no table answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct StressTable {
    /// Uplift u of an adaptive attacker, in [0, 1]: the security metric `m` becomes `m + u(1 - m)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adaptive_uplift: Option<Number>,
}

/// The game as a channel.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct BitsTable {
    /// What the security metric is; `attempt` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<BitsKind>,
    /// How often the bad outcome occurs without an attack: a rate in [0, 1], a metric of the benign rows, or `unknown`,
    /// which gives both ends of what it may be.
    pub benign: Benign,
    /// Independent uses of the channel by one attacker; 1 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses: Option<Number>,
}

/// What the security metric is, as a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BitsKind {
    /// The rate at which an attempt succeeds.
    Attempt,
    /// The balanced accuracy of membership inference, which leaks `log2(2q)` bits; there is no benign rate.
    Membership,
}

/// How often the bad outcome occurs without an attack.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Benign {
    /// A rate that is known or assumed.
    Rate(Number),
    /// A metric of the benign rows, or `unknown`.
    Metric(Name),
}

pub(super) fn read_noise(table: TableReader<'_>) -> NoiseTable {
    let within = |delta: &Rational| *delta > Rational::ZERO && *delta < Rational::ONE;
    let noise = NoiseTable {
        n: table.count("n").map(|n| n as u64),
        certificate: table.number_in("certificate", within, "a probability above 0 and below 1").map(Number),
        replicates: table.count("replicates"),
        split: table.count("split"),
        more: table.count("more").map(|n| n as u64),
    };
    table.finish();
    noise
}

pub(super) fn read_stress(table: TableReader<'_>) -> StressTable {
    let uplift = table.number_in("adaptive_uplift", is_share, "an uplift from 0 to 1").map(Number);
    table.finish();
    StressTable { adaptive_uplift: uplift }
}

pub(super) fn read_bits(table: TableReader<'_>) -> BitsTable {
    use super::document::Value;
    let kind = table.choice("kind", &[("attempt", BitsKind::Attempt), ("membership", BitsKind::Membership)]);
    let benign = match table.node("benign") {
        Some(node) => match &node.value {
            Value::Text(text) if crate::rational::parse(text).is_err() => {
                Benign::Metric(Name { text: text.clone(), place: node.place.clone() })
            }
            _ => {
                let rate = table.number_in("benign", is_share, "a rate from 0 to 1, a metric, or \"unknown\"");
                Benign::Rate(Number(rate.unwrap_or(Rational::ZERO)))
            }
        },
        None if kind == Some(BitsKind::Membership) => Benign::Rate(Number(Rational::ZERO)),
        None => {
            let problem = Diagnostic::error("missing-key", "bits need the rate of the bad outcome in benign traffic");
            table.report(
                "benign",
                problem.expected("a rate, a metric of the benign rows, or \"unknown\" for both ends"),
            );
            Benign::Rate(Number(Rational::ZERO))
        }
    };
    let uses = table.number_in("uses", |n| *n >= Rational::ONE, "a number that is at least 1").map(Number);
    table.finish();
    BitsTable { kind, benign, uses }
}
