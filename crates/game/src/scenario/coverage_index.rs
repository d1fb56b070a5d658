//! A coverage index over a taxonomy of threats, with the least set of stages that covers them all.
//!
//! After the systematisation of multimodal foundation models (arXiv 2411.11195), whose defence coverage index is not public
//! to us: this one is ours, and its numbers are not that paper's. With an effect `e_t` in [0, 1] on each threat `t`,
//!
//! ```text
//! index = Σ_t w_t e_t / Σ_t w_t
//! ```
//!
//! where weights are equal for each *axis* (signal, noise, bandwidth) by default, shared equally by its threats: equal
//! weights for threats would let the largest group speak for all. A threat is covered by a set of watched stages if its flow
//! passes one of them, so there `e_t` is 1 or 0.
//!
//! The least cover is a set cover: the fewest stages such that every threat that passes any of them passes a chosen one.
//! There are few stages, so every set is tried, the smaller first.

use super::coverage::{Threat, ThreatTable};
use crate::rational::Rational;

/// The axes of a channel `C = B log2(1 + S/N)` that a threat acts on.
const AXES: [&str; 3] = ["signal", "noise", "bandwidth"];

/// Modalities of the taxonomy.
const MODALITIES: [&str; 3] = ["text", "image", "audio"];

/// Most stages among which a least cover is sought.
const STAGES_MOST: usize = 16;

/// How well a set of watched stages covers a table of threats.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverageIndex {
    /// Equal weight for each axis that has threats.
    pub index: Rational,
    /// Covered threats and all, by axis.
    pub axes: Vec<(&'static str, usize, usize)>,
    /// The same by stage of the flow.
    pub stages: Vec<(String, usize, usize)>,
    /// The same by modality of the manipulated input; a threat may have several, or none.
    pub modalities: Vec<(&'static str, usize, usize)>,
    /// Names of the threats that stay open.
    pub open: Vec<String>,
    /// A smallest set of the stages that covers every threat which any of them covers; the first in lexicographic order.
    pub least_cover: Vec<String>,
}

impl CoverageIndex {
    /// The index of watching all of the given stages; stages that the table does not have cover nothing.
    #[must_use]
    pub fn of(table: &ThreatTable, watched: &[&str]) -> Self {
        let passes = |threat: &Threat, stage: &str| {
            let position = table.stages.iter().position(|known| known == stage);
            position.is_some_and(|position| threat.passes.get(position).copied().unwrap_or(false))
        };
        let covered = |threat: &Threat| watched.iter().any(|stage| passes(threat, stage));
        let count = |is: &dyn Fn(&Threat) -> bool| {
            let of = || table.threats.iter().filter(|threat| is(threat));
            (of().filter(|threat| covered(threat)).count(), of().count())
        };
        let marked = |threat: &Threat, column: &str| {
            let cell = threat.columns.iter().find(|(name, _)| name == column).map(|(_, cell)| cell.trim());
            cell.is_some_and(|cell| !cell.is_empty() && cell != "0")
        };
        let by = |names: [&'static str; 3], prefix: &str| -> Vec<(&'static str, usize, usize)> {
            let of = |name: &'static str| {
                let column = format!("{prefix}_{name}");
                let (covered, all) = count(&|threat| marked(threat, &column));
                (name, covered, all)
            };
            names.map(of).into_iter().filter(|(_, _, all)| *all > 0).collect()
        };
        let axes = by(AXES, "channel");
        let shares = axes.iter().map(|(_, covered, all)| Rational::from(*covered) / Rational::from(*all));
        let index = if axes.is_empty() {
            // Without axes every threat weighs the same.
            let (covered, all) = count(&|_| true);
            Rational::from(covered) / Rational::from(all.max(1))
        } else {
            shares.fold(Rational::ZERO, |sum, share| sum + share) / Rational::from(axes.len())
        };
        let stages = table.stages.iter().map(|stage| {
            let (covered, all) = count(&|threat| passes(threat, stage));
            (stage.clone(), covered, all)
        });
        let open = table.threats.iter().filter(|threat| !covered(threat)).map(|threat| threat.name.clone());
        Self {
            index,
            stages: stages.collect(),
            modalities: by(MODALITIES, "modality"),
            open: open.collect(),
            least_cover: least_cover(table, watched, &passes),
            axes,
        }
    }
}

fn least_cover(table: &ThreatTable, watched: &[&str], passes: &dyn Fn(&Threat, &str) -> bool) -> Vec<String> {
    let watched = &watched[..watched.len().min(STAGES_MOST)];
    // Each threat as the set of watched stages on its flow; one that passes none cannot be covered.
    let flow = |threat: &Threat| {
        let bits = watched.iter().enumerate().filter(|(_, stage)| passes(threat, stage)).map(|(k, _)| 1_u32 << k);
        bits.sum::<u32>()
    };
    let flows: Vec<u32> = table.threats.iter().map(flow).filter(|flow| *flow != 0).collect();
    let covers = |set: &u32| flows.iter().all(|flow| flow & set != 0);
    let mut sets: Vec<u32> = (0..1_u32 << watched.len()).filter(covers).collect();
    // The first by size, then with the earliest stages.
    sets.sort_by_key(|set| (set.count_ones(), set.reverse_bits().wrapping_neg()));
    let best = sets.first().copied().unwrap_or(0);
    let chosen = watched.iter().enumerate().filter(|(k, _)| best >> k & 1 == 1);
    chosen.map(|(_, stage)| (*stage).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "id,threat,modality_text,modality_audio,flow_input,flow_output,flow_memory,channel_signal,channel_noise\n\
                         a,A,1,0,1,0,0,1,0\nb,B,1,0,1,1,0,1,0\nc,C,0,1,0,1,0,0,1\nd,D,0,0,0,0,1,0,1\n";

    fn table() -> ThreatTable {
        ThreatTable::read("t.csv", TABLE.as_bytes()).expect("a table")
    }

    #[test]
    fn each_axis_weighs_the_same() {
        let found = CoverageIndex::of(&table(), &["input"]);
        // Both signal threats, neither of the noise ones.
        assert_eq!(found.axes, [("signal", 2, 2), ("noise", 0, 2)]);
        assert_eq!(found.index, Rational::ONE / Rational::from(2));
        assert_eq!(found.open, ["C", "D"]);
        assert_eq!(found.modalities, [("text", 2, 2), ("audio", 0, 1)]);
        assert_eq!(found.stages[1], ("output".to_owned(), 1, 2));
    }

    #[test]
    fn a_least_cover_covers_and_no_smaller_set_does() {
        let all = ["input", "output", "memory"];
        let found = CoverageIndex::of(&table(), &all);
        assert_eq!((found.index, found.open.len()), (Rational::ONE, 0));
        assert_eq!(found.least_cover, all);
        assert_eq!(CoverageIndex::of(&table(), &["input", "output"]).least_cover, ["input", "output"]);
        assert_eq!(CoverageIndex::of(&table(), &["output"]).least_cover, ["output"]);
        assert!(CoverageIndex::of(&table(), &["elsewhere"]).least_cover.is_empty());
    }
}
