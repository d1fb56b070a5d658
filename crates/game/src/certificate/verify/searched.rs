//! Results over sets of defences that were searched: the game has no matrix, so it is built anew from its scenario.

use super::Checker;
use crate::certificate::claim::{Claim, Entry};
use crate::certificate::rejection::{End, Rejection};
use crate::portfolio::{self, Portfolio, PortfolioCertificate, PortfolioGame};
use crate::rational::{Rational, to_fraction};
use crate::strategy::MixedStrategy;

/// Nodes that the proof of a lower bound may take.
const NODES_MOST: u64 = 200_000_000;

/// Everything that is wrong with a stored result over searched sets; nothing if it is proved.
///
/// # Complexity
/// An exact search over the sets, exponential in the number of defences at worst.
#[must_use]
pub fn verify_searched(claim: &Claim, game: &PortfolioGame) -> Vec<Rejection> {
    let mut checker = Checker { claim, rejections: Vec::new() };
    checker.certificate_doubles();
    checker.marginal_doubles();
    if claim.concept != "mixed" {
        checker.reject(Rejection::UnknownConcept { concept: claim.concept.clone() });
        return checker.rejections;
    }
    match &claim.interval {
        None => {
            let proof = checker.prove(game, portfolio::End::Highest, &claim.attacker, &claim.defender, &claim.lower);
            checker.bound("certificate.lower", End::Lower, &claim.lower, proof.as_ref().map(|p| p.lower.clone()));
            checker.bound("certificate.upper", End::Upper, &claim.upper, proof.map(|p| p.upper));
        }
        Some(interval) => {
            let [low, high] = [&interval.lower_exact, &interval.upper_exact];
            let (worst, guaranteed) = (&interval.worst_attack, &interval.guaranteed);
            let (attack, best) = (&interval.attack, &interval.best_defence);
            let top = checker.prove(game, portfolio::End::Highest, worst, guaranteed, &high[0]);
            let bottom = checker.prove(game, portfolio::End::Lowest, attack, best, &low[0]);
            let ends = |proof: Option<PortfolioCertificate>| match proof {
                Some(proof) => [Some(proof.lower), Some(proof.upper)],
                None => [None, None],
            };
            checker.interval_bounds(interval, ends(bottom), ends(top));
        }
    }
    checker.rejections
}

impl Checker<'_> {
    fn prove(
        &mut self,
        game: &PortfolioGame,
        end: portfolio::End,
        attacker: &[Entry],
        defender: &[Entry],
        claim: &Rational,
    ) -> Option<PortfolioCertificate> {
        let probability = |name: &String| {
            let entry = attacker.iter().find(|entry| entry.name == *name);
            entry.map_or(Rational::ZERO, |entry| entry.exact.clone())
        };
        let mix = MixedStrategy::exact(game.attacks().iter().map(probability).collect());
        let mut portfolios = Vec::new();
        for entry in defender {
            let position = |part: &String| game.defences().iter().position(|name| name == part);
            let members: Option<Vec<_>> = entry.parts.iter().map(|part| position(part).map(crate::DefenceId)).collect();
            // The baseline is the empty set.
            let members = if entry.parts.len() == 1 && members.is_none() { Some(Vec::new()) } else { members };
            let listed = members.map(|members| {
                let set = Portfolio::new(members);
                let measured = game.measured_orders(&set).find(|order| game.name(order) == entry.name).cloned();
                measured.unwrap_or(set)
            });
            match listed.filter(|portfolio| game.name(portfolio) == entry.name) {
                Some(portfolio) => portfolios.push(portfolio),
                None => {
                    self.reject(Rejection::UnknownName { mix: "`defender`", name: entry.name.clone() });
                    return None;
                }
            }
            let field = format!("defender[{}].probability", entry.name);
            self.double_is(&field, entry.probability, &entry.exact);
        }
        let y = MixedStrategy::exact(defender.iter().map(|entry| entry.exact.clone()).collect());
        let told = |reason: String| Rejection::NoProof { reason };
        let (mix, y) = match (mix, y) {
            (Ok(mix), Ok(y)) => (mix, y),
            (Err(error), _) | (_, Err(error)) => {
                self.reject(told(error.to_string()));
                return None;
            }
        };
        match portfolio::certify(game, end, &mix, &portfolios, &y, claim, NODES_MOST) {
            Ok(proof) => Some(proof),
            Err(error) => {
                self.reject(told(format!("{error} (claim {})", to_fraction(claim))));
                None
            }
        }
    }
}
