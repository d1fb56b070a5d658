//! Results of general-sum games: a commitment with its best response, and Nash equilibria beside it.
//!
//! The leader is the defender (player 1), the follower the attacker (player 2); `certificate.lower` is what the commitment
//! guarantees, `certificate.upper` what the multipliers of `certificate.incentives` prove of every response
//! ([`commitment`](super::super::commitment)).

use std::collections::HashMap;

use crate::bimatrix::Bimatrix;
use crate::certificate::claim::{Claim, CommitmentClaim, EquilibriumClaim, IncentivesClaim};
use crate::certificate::commitment::{CommitmentError, Incentives, commitment_lower, commitment_upper};
use crate::certificate::nash::regrets;
use crate::certificate::rejection::{End, Rejection};
use crate::matrix::Names;
use crate::rational::{Rational, to_fraction};
use crate::strategy::MixedStrategy;

use super::Checker;

/// Everything that is wrong with a stored commitment; nothing if it is proved.
///
/// The pay-offs are those of the result; a result without them needs `rebuilt`. Where `rebuilt` is given, the result must
/// be of that very game. A result of a zero-sum game is rejected: [`verify`](super::verify) is for those.
///
/// # Complexity
/// One product and sum per leader strategy, response and positive multiplier.
#[must_use]
pub fn verify_commitment(claim: &Claim, rebuilt: Option<&Bimatrix>) -> Vec<Rejection> {
    let mut checker = Checker { claim, rejections: Vec::new() };
    match &claim.commitment {
        Some(commitment) => checker.general_sum(commitment, rebuilt),
        None => checker.reject(Rejection::NoEvidence { what: "`follower_response`" }),
    }
    checker.rejections
}

/// Positions of the strategies of both players.
struct Places {
    leader: HashMap<String, usize>,
    follower: HashMap<String, usize>,
}

impl Checker<'_> {
    fn general_sum(&mut self, commitment: &CommitmentClaim, rebuilt: Option<&Bimatrix>) {
        if let Some(rebuilt) = rebuilt {
            self.digest_is("the rebuilt game", rebuilt.digest());
        }
        let game = match (&commitment.utilities, rebuilt) {
            (Some([leader, follower]), _) => self.stored_utilities(leader, follower),
            (None, Some(rebuilt)) => Some(rebuilt.clone()),
            (None, None) => {
                self.reject(Rejection::NoEvidence { what: "`game.utilities`, and the game was not rebuilt" });
                None
            }
        };
        let Some(game) = game else { return };
        let sizes = [
            ("`game.attacks`", game.columns().len(), self.claim.attacks),
            ("`game.defences`", game.rows().len(), self.claim.defences),
        ];
        if !sizes.into_iter().all(|(what, expected, found)| self.count_is(what, expected, found)) {
            return;
        }
        let positions = |names: &Names| -> HashMap<_, _> {
            names.iter().cloned().enumerate().map(|(position, name)| (name, position)).collect()
        };
        let places = Places { leader: positions(game.rows()), follower: positions(game.columns()) };
        for (names, found, what) in
            [(game.rows(), places.leader.len(), "defender"), (game.columns(), places.follower.len(), "attacker")]
        {
            if names.len() != found {
                let reason = format!("two strategies of the {what} have one name");
                return self.reject(Rejection::NoGame { reason });
            }
        }
        self.certificate_doubles();
        self.marginal_doubles();
        self.guaranteed(commitment, &game, &places);
        self.bounded(commitment, &game, &places);
        for (position, equilibrium) in commitment.equilibria.iter().enumerate() {
            self.equilibrium(position, equilibrium, &game, &places);
        }
    }

    /// The stored pay-offs, if they make a game; rows are attacks.
    fn stored_utilities(&mut self, leader: &[Vec<Rational>], follower: &[Vec<Rational>]) -> Option<Bimatrix> {
        let attacks: Names = self.claim.attacker.iter().map(|entry| entry.name.clone()).collect();
        let Some(defences) = self.defence_names() else {
            self.reject(Rejection::NoEvidence { what: "`game.defence_names`" });
            return None;
        };
        let mut fits = true;
        for (player, rows) in [("defender", leader), ("attacker", follower)] {
            fits &= self.count_is(&format!("rows of `game.utilities.{player}`"), attacks.len(), rows.len());
            for (i, row) in rows.iter().enumerate() {
                let what = format!("pay-offs in row {} of `game.utilities.{player}`", i + 1);
                fits &= self.count_is(&what, defences.len(), row.len());
            }
        }
        if !fits {
            return None;
        }
        // Player 1, the leader, has the rows there.
        let turned = |rows: &[Vec<Rational>]| -> Vec<_> {
            (0..defences.len()).flat_map(|j| rows.iter().map(move |row| row[j].clone())).collect()
        };
        match Bimatrix::new(defences.clone(), attacks, turned(leader), turned(follower)) {
            Ok(game) => {
                self.digest_is("the stored pay-offs", game.digest());
                Some(game)
            }
            Err(error) => {
                self.reject(Rejection::NoGame { reason: error.to_string() });
                None
            }
        }
    }

    /// What the commitment guarantees: the named response is a best one, exactly, and pays the leader `lower`.
    fn guaranteed(&mut self, commitment: &CommitmentClaim, game: &Bimatrix, places: &Places) {
        let claim = self.claim;
        let mix = self.mix("`defender`", &claim.defender, &places.leader);
        let answer = self.mix("`attacker`", &claim.attacker, &places.follower);
        let Some(&response) = places.follower.get(&commitment.response) else {
            let name = commitment.response.clone();
            return self.reject(Rejection::UnknownName { mix: "`follower_response`", name });
        };
        match answer.as_ref().map(MixedStrategy::support).as_deref() {
            Some(&[only]) if only != response => {
                let (claimed, recomputed) = (commitment.response.clone(), game.columns()[only].clone());
                self.reject(Rejection::WrongNumber { field: "follower_response".to_owned(), claimed, recomputed });
            }
            Some(support) if support.len() > 1 => {
                self.reject(Rejection::NotPure { mix: "`attacker`", found: support.len() });
            }
            _ => {}
        }
        let Some(mix) = mix else { return };
        match commitment_lower(game, &mix, response) {
            Ok(found) => {
                self.slacks(commitment, &found.slacks, places);
                self.bound("certificate.lower", End::Lower, &claim.lower, Some(found.lower));
            }
            Err(CommitmentError::NotBestResponse { better, gain, .. }) => self.reject(Rejection::NotBestResponse {
                response: commitment.response.clone(),
                better: game.columns()[better].clone(),
                gain: to_fraction(&gain),
            }),
            Err(error) => self.reject(Rejection::NoGame { reason: error.to_string() }),
        }
    }

    /// The claimed slacks are those of the commitment, one for each response.
    fn slacks(&mut self, commitment: &CommitmentClaim, recomputed: &[Rational], places: &Places) {
        if !self.count_is("`best_response_slacks`", recomputed.len(), commitment.slacks.len()) {
            return;
        }
        for (name, double, exact) in &commitment.slacks {
            let Some(&position) = places.follower.get(name) else {
                self.reject(Rejection::UnknownName { mix: "`best_response_slacks`", name: name.clone() });
                continue;
            };
            self.double_is(&format!("best_response_slacks[{name}].slack"), *double, exact);
            self.number_is(format!("best_response_slacks[{name}].exact"), exact, &recomputed[position]);
        }
    }

    /// What the multipliers prove of every response.
    fn bounded(&mut self, commitment: &CommitmentClaim, game: &Bimatrix, places: &Places) {
        let mut unknown = Vec::new();
        let mut position = |name: &String| {
            let found = places.follower.get(name).copied();
            if found.is_none() {
                unknown.push(name.clone());
            }
            found
        };
        let incentives: Vec<_> = commitment
            .incentives
            .iter()
            .map(|IncentivesClaim { responses, multipliers }| Incentives {
                responses: responses.iter().filter_map(&mut position).collect(),
                multipliers: multipliers.iter().filter_map(|(name, μ)| Some((position(name)?, μ.clone()))).collect(),
            })
            .collect();
        for name in unknown {
            self.reject(Rejection::UnknownName { mix: "`certificate.incentives`", name });
        }
        let claim = self.claim;
        match commitment_upper(game, &incentives) {
            Ok(upper) => self.bound("certificate.upper", End::Upper, &claim.upper, Some(upper)),
            Err(CommitmentError::NegativeMultiplier { against }) => {
                let named = commitment.incentives.iter().flat_map(|claimed| &claimed.multipliers);
                let negative = named.filter(|(_, μ)| *μ < Rational::ZERO).map(|(_, μ)| to_fraction(μ)).next();
                self.reject(Rejection::NegativeMultiplier {
                    of: "`certificate.incentives`",
                    constraint: game.columns()[against].clone(),
                    multiplier: negative.unwrap_or_default(),
                });
            }
            Err(error) => self.reject(Rejection::NoGame { reason: error.to_string() }),
        }
    }

    /// Neither player of a listed equilibrium gains anything by another strategy.
    fn equilibrium(&mut self, position: usize, listed: &EquilibriumClaim, game: &Bimatrix, places: &Places) {
        let defender = self.mix("`nash_equilibria`", &listed.defender, &places.leader);
        let attacker = self.mix("`nash_equilibria`", &listed.attacker, &places.follower);
        let (Some(defender), Some(attacker)) = (defender, attacker) else { return };
        let Some(found) = regrets(game, &defender, &attacker) else { return };
        for (player, regret) in ["defender", "attacker"].into_iter().zip(&found.regrets) {
            if !regret.is_zero() {
                let gain = to_fraction(regret);
                self.reject(Rejection::NotEquilibrium { position: position + 1, player, gain });
            }
        }
        let field = |key: &str| format!("nash_equilibria[{position}].{key}");
        self.double_is(&field("value"), listed.value, &listed.exact[0]);
        self.number_is(field("value_exact"), &listed.exact[0], &found.utilities[0]);
        self.number_is(field("attacker_value_exact"), &listed.exact[1], &found.utilities[1]);
    }

    fn number_is(&mut self, field: String, claimed: &Rational, recomputed: &Rational) {
        if claimed != recomputed {
            let (claimed, recomputed) = (to_fraction(claimed), to_fraction(recomputed));
            self.reject(Rejection::WrongNumber { field, claimed, recomputed });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::plain::nfg;

    /// An inspector who commits to inspecting with probability 3/8: -5 · 3/8 + 3 · 5/8 = 0, so complying is as good.
    fn result() -> Value {
        let text = r#"{"defender":["inspect","trust"],"attacker":["comply","violate"],"utilities":[[["-1","0"],["-1","-5"]],[["0","0"],["-10","3"]]]}"#;
        let entry = |name: &str, probability: f64, exact: &str| json!({"name": name, "probability": probability, "exact": exact});
        let slack = |name: &str| json!({"name": name, "slack": 0.0, "exact": "0/1"});
        json!({
            "schema": "saddlepoint.result/1",
            "game": {
                "attacks": 2, "defences": 2, "concept": "stackelberg", "digest": crate::digest_bytes(text.as_bytes()),
                "defence_names": ["inspect", "trust"],
                "utilities": {"defender": [["-1", "0"], ["-1", "-10"]], "attacker": [["0", "0"], ["-5", "3"]]},
            },
            "value": -0.375,
            "certificate": {
                "lower": "-3/8", "upper": "-3/8", "gap": 0.0,
                "incentives": [{"responses": ["comply"], "multipliers": [{"name": "violate", "exact": "1/8"}]}],
            },
            "attacker": [entry("comply", 1.0, "1/1"), entry("violate", 0.0, "0/1")],
            "defender": [entry("inspect", 0.375, "3/8"), entry("trust", 0.625, "5/8")],
            "follower_response": "comply",
            "best_response_slacks": [slack("comply"), slack("violate")],
            "nash_equilibria": [{
                "attacker": [entry("comply", 0.9, "9/10"), entry("violate", 0.1, "1/10")],
                "defender": [entry("inspect", 0.375, "3/8"), entry("trust", 0.625, "5/8")],
                "value": -1.0, "value_exact": "-1/1", "attacker_value_exact": "0/1",
            }],
        })
    }

    fn messages(change: impl FnOnce(&mut Value), rebuilt: Option<&Bimatrix>) -> Vec<String> {
        let mut result = result();
        change(&mut result);
        let claim = Claim::from_json("r.json", &result.to_string());
        let claim = claim.unwrap_or_else(|problems| panic!("{problems:#?}"));
        verify_commitment(&claim, rebuilt).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_true_commitment_is_believed_with_and_without_its_game() {
        let file = r#"NFG 1 R "" { "p" "q" } { { "inspect" "trust" } { "comply" "violate" } } -1 0 0 0 -1 -5 -10 3"#;
        let game = nfg::read("g.nfg", file.as_bytes()).expect("a game").game;
        assert_eq!(messages(|_| {}, None), [""; 0]);
        assert_eq!(messages(|_| {}, Some(&game)), [""; 0]);
        let left_out = |result: &mut Value| drop(result["game"].as_object_mut().expect("keys").remove("utilities"));
        assert_eq!(messages(left_out, Some(&game)), [""; 0]);
        let nothing = "the result lacks `game.utilities`, and the game was not rebuilt, so nothing is proved";
        assert_eq!(messages(left_out, None), [nothing]);
        let other = nfg::read("g.nfg", file.replace("-10", "-9").as_bytes()).expect("a game").game;
        let of_another = messages(|_| {}, Some(&other));
        assert!(of_another.len() == 1 && of_another[0].starts_with("the digest is not that of the rebuilt game"));
    }

    #[test]
    fn each_forgery_has_its_reason() {
        let one = |change: fn(&mut Value)| {
            let messages = messages(change, None);
            assert_eq!(messages.len(), 1, "{messages:?}");
            messages[0].clone()
        };
        // A commitment that is nearly right: the follower would rather violate.
        let near = |result: &mut Value| {
            result["defender"][0] = json!({"name": "inspect", "probability": 0.374_999, "exact": "374999/1000000"});
            result["defender"][1] = json!({"name": "trust", "probability": 0.625_001, "exact": "625001/1000000"});
        };
        assert_eq!(one(near), "`comply` is no best response to `defender`: the follower gains 1/125000 by `violate`");
        assert_eq!(
            one(|result| result["certificate"]["incentives"][0]["multipliers"][0]["exact"] = json!("1/7")),
            "`certificate.upper` claims more than is proved: claimed -3/8, proved -2/7"
        );
        // A lowered upper bound contradicts the gap and the value beside it, too.
        let lowered = messages(|result| result["certificate"]["upper"] = json!("-1/2"), None);
        let reason = "`certificate.upper` claims more than is proved: claimed -1/2, proved -3/8";
        assert!(lowered.iter().any(|message| message == reason), "{lowered:?}");
        assert_eq!(
            one(|result| result["nash_equilibria"][0]["attacker_value_exact"] = json!("1/1")),
            "`nash_equilibria[0].attacker_value_exact` is 1/1; recomputed 0/1"
        );
    }
}
