//! The result of a general-sum game: a commitment of the defender, the attacker's response, Nash equilibria.

use saddlepoint_game::rational::{Rational, to_f64, to_fraction, to_text};
use saddlepoint_game::{Bimatrix, MixedStrategy};
use saddlepoint_solver::Equilibrium;
use serde_json::{Value, json};

use super::{LOSS_MOST, Origin, Record, entry, scenario, warnings};
use crate::general_sum::GeneralAnswer;

const PROVES: &str = "Committed to the defender mix, against which `follower_response` is a best response, player 1 gets \
                      at least `lower`; no commitment gets more than `upper`, by the multipliers of `incentives`.";

impl Record {
    /// The result of a general-sum game: player 1 leads and is the defender, player 2 follows and is the attacker.
    #[must_use]
    pub fn general_sum(origin: &Origin<'_>, answer: &GeneralAnswer, seconds: f64) -> Self {
        let GeneralAnswer { game, commitment, equilibria, .. } = answer;
        let (lower, upper) = (&commitment.lower, &commitment.upper);
        let named = |column: &usize| game.columns()[*column].clone();
        let value = (lower + upper) / Rational::from(2);
        Self {
            schema: super::SCHEMA,
            scenario: scenario(origin),
            game: game_of(game),
            value: Some(to_f64(&value)),
            loss: answer.is_loss.then(|| {
                let [lower, upper] = answer.losses();
                json!({ "lower": to_fraction(&lower), "upper": to_fraction(&upper), "middle": to_f64(&-&value) })
            }),
            certificate: json!({
                "lower": to_fraction(lower),
                "upper": to_fraction(upper),
                "gap": to_f64(&(upper - lower)),
                "arithmetic": "exact",
                "payoffs": "rational",
                "proves": PROVES,
                "incentives": commitment.incentives.iter().map(|incentives| json!({
                    "responses": incentives.responses.iter().map(named).collect::<Vec<_>>(),
                    "multipliers": incentives.multipliers.iter().map(|(column, multiplier)| json!({
                        "name": named(column),
                        "exact": to_fraction(multiplier),
                    })).collect::<Vec<_>>(),
                })).collect::<Vec<_>>(),
            }),
            interval: None,
            attacker: game
                .columns()
                .iter()
                .enumerate()
                .map(|(column, name)| {
                    let chosen = if column == commitment.response { Rational::ONE } else { Rational::ZERO };
                    entry(None, name, &chosen).into()
                })
                .collect(),
            defender: mix(game, &commitment.commitment),
            marginals: game
                .rows()
                .iter()
                .enumerate()
                .map(|(row, name)| entry(None, name, &commitment.commitment.probability(row)).into())
                .collect(),
            deployments: None,
            constraints: Vec::new(),
            types: None,
            caps: None,
            quantal: None,
            then: None,
            composition: None,
            randomisation: Value::Null,
            baselines: Vec::new(),
            loss_terms: Value::Null,
            switches: Vec::new(),
            follower_response: Some(named(&commitment.response)),
            best_response_slacks: commitment
                .slacks
                .iter()
                .enumerate()
                .map(|(column, slack)| {
                    json!({
                        "name": named(&column),
                        "slack": to_f64(slack),
                        "exact": to_fraction(slack),
                    })
                })
                .collect(),
            nash_equilibria: equilibria
                .as_ref()
                .map(|list| list.iter().map(|equilibrium| nash(game, equilibrium)).collect()),
            unique: Value::Null,
            selection: Value::Null,
            sensitivity: Value::Null,
            ablation: Value::Null,
            further: serde_json::Map::new(),
            noise: None,
            bits: None,
            solver: json!({
                "name": "stackelberg",
                "status": commitment.status.as_str(),
                "iterations": commitment.iterations,
                "seconds": seconds,
            }),
            warnings: warnings(origin),
        }
    }
}

/// Sizes, names and pay-offs, one row per attack.
fn game_of(game: &Bimatrix) -> Value {
    let (attacks, defences) = (game.columns().len(), game.rows().len());
    let mut value = json!({
        "attacks": attacks,
        "defences": defences,
        "concept": "stackelberg",
        "digest": game.digest(),
        "defence_names": game.rows().as_ref(),
    });
    if attacks * defences <= LOSS_MOST {
        let rows = |of: fn((Rational, Rational)) -> Rational| -> Vec<Vec<String>> {
            let row = |column| (0..defences).map(|row| to_text(&of(game.payoffs(row, column)))).collect();
            (0..attacks).map(row).collect()
        };
        value["utilities"] = json!({ "defender": rows(|(first, _)| first), "attacker": rows(|(_, second)| second) });
    }
    value
}

/// The strategies of the defender with positive probability.
fn mix(game: &Bimatrix, mix: &MixedStrategy) -> Vec<Value> {
    mix.support()
        .into_iter()
        .map(|row| {
            let name = &game.rows()[row];
            let mut entry = entry(None, name, &mix.probability(row));
            entry.insert("defences".to_owned(), json!([name]));
            entry.into()
        })
        .collect()
}

fn nash(game: &Bimatrix, equilibrium: &Equilibrium) -> Value {
    let Equilibrium { row_mix, column_mix, utilities } = equilibrium;
    let attacker = column_mix.support().into_iter();
    let attacker = attacker.map(|column| entry(None, &game.columns()[column], &column_mix.probability(column)));
    json!({
        "attacker": attacker.collect::<Vec<_>>(),
        "defender": mix(game, row_mix),
        "value": to_f64(&utilities[0]),
        "value_exact": to_fraction(&utilities[0]),
        "attacker_value": to_f64(&utilities[1]),
        "attacker_value_exact": to_fraction(&utilities[1]),
    })
}
