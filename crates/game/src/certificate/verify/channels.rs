//! Results of a defender who plays on several channels at once: its lists hold marginals, each channel's sum to 1.

use std::collections::HashSet;

use super::{Checker, Ends};
use crate::certificate::channels::{channel_lower, channel_upper};
use crate::certificate::claim::Entry;
use crate::certificate::rejection::{End, Rejection};
use crate::constraint::Game;
use crate::rational::{Rational, to_fraction};
use crate::strategy::MixedStrategy;

impl Checker<'_> {
    /// Judges the bounds by the formulas for channels.
    pub(super) fn channels(&mut self, ends: &Ends, blocks: &[usize]) {
        let claim = self.claim;
        let attacker = self.attacker_mix("`attacker`", &claim.attacker, ends);
        let defender = self.marginal_list("`defender`", &claim.defender, ends);
        if let Some(defender) = &defender {
            for marginal in &claim.marginals {
                let full = ends.defences.get(&marginal.full_name()).and_then(|position| defender.get(*position));
                let Some(exact) = full else {
                    self.reject(Rejection::UnknownName { mix: "`marginals`", name: marginal.full_name() });
                    continue;
                };
                self.double_is(&format!("marginals[{}].probability", marginal.name), marginal.probability, exact);
            }
        }
        let prices: Vec<_> = claim.constraints.iter().map(|claimed| claimed.price_exact.clone()).collect();
        match &claim.interval {
            None => {
                let upper = self.proved_upper(&ends.high, blocks, defender.as_deref());
                let lower = self.proved_lower(&ends.low, blocks, attacker.as_ref(), &prices);
                self.bound("certificate.upper", End::Upper, &claim.upper, upper);
                self.bound("certificate.lower", End::Lower, &claim.lower, lower);
            }
            Some(interval) => {
                let guaranteed = self.marginal_list("`interval.guaranteed`", &interval.guaranteed, ends);
                let worst_attack = self.attacker_mix("`interval.worst_attack`", &interval.worst_attack, ends);
                let attack = self.attacker_mix("`interval.attack`", &interval.attack, ends);
                let best_defence = self.marginal_list("`interval.best_defence`", &interval.best_defence, ends);
                let none = vec![Rational::ZERO; claim.constraints.len()];
                let on_high = interval.upper_multipliers.as_ref().unwrap_or(&none);
                let on_low = interval.lower_multipliers.as_ref().unwrap_or(&none);
                let high = [
                    self.proved_lower(&ends.high, blocks, worst_attack.as_ref(), on_high),
                    self.proved_upper(&ends.high, blocks, guaranteed.as_deref()),
                ];
                let low = [
                    self.proved_lower(&ends.low, blocks, attack.as_ref(), on_low),
                    self.proved_upper(&ends.low, blocks, best_defence.as_deref()),
                ];
                self.interval_bounds(interval, low, high);
            }
        }
    }

    fn proved_upper(&mut self, game: &Game, blocks: &[usize], marginals: Option<&[Rational]>) -> Option<Rational> {
        match channel_upper(game, blocks, marginals?) {
            Ok(upper) => Some(upper),
            Err(error) => {
                self.reject(Rejection::NoProof { reason: error.to_string() });
                None
            }
        }
    }

    fn proved_lower(
        &mut self,
        game: &Game,
        blocks: &[usize],
        attacker: Option<&MixedStrategy>,
        multipliers: &[Rational],
    ) -> Option<Rational> {
        match channel_lower(game, blocks, attacker?, multipliers) {
            Ok(lower) => Some(lower),
            Err(error) => {
                self.reject(Rejection::NoProof { reason: error.to_string() });
                None
            }
        }
    }

    /// Marginals in game order; `None`, with the reasons noted, if a name is wrong. The sums are judged with the bounds.
    fn marginal_list(&mut self, mix: &'static str, entries: &[Entry], ends: &Ends) -> Option<Vec<Rational>> {
        let mut marginals = vec![Rational::ZERO; ends.defences.len()];
        let mut seen = HashSet::new();
        let mut is_good = true;
        for entry in entries {
            let field = format!("{}[{}].probability", mix.trim_matches('`'), entry.name);
            self.double_is(&field, entry.probability, &entry.exact);
            if entry.exact < Rational::ZERO {
                let (name, exact) = (entry.name.clone(), to_fraction(&entry.exact));
                self.reject(Rejection::NegativeProbability { mix, name, exact });
                is_good = false;
            }
            if !seen.insert(&entry.name) {
                self.reject(Rejection::RepeatedName { mix, name: entry.name.clone() });
                is_good = false;
            }
            match ends.defences.get(&entry.name) {
                Some(position) => marginals[*position].clone_from(&entry.exact),
                None => {
                    self.reject(Rejection::UnknownName { mix, name: entry.name.clone() });
                    is_good = false;
                }
            }
        }
        is_good.then_some(marginals)
    }
}
