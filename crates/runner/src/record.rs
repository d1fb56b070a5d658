//! The result of `solve` as versioned JSON, `saddlepoint.result/1`. Keys are added, never renamed.
//!
//! Doubles are for reading; every probability, bound and price that a certificate rests on stands beside them as a
//! fraction, and the matrix as text, so that the file can be checked on its own.

mod bits;
mod concept;
mod further;
mod general_sum;
mod noise;

use saddlepoint_game::diagnostic::Diagnostic;
use saddlepoint_game::plain;
use saddlepoint_game::rational::{Rational, to_f64, to_fraction};
use saddlepoint_game::scenario::{Column, Setting, Template};
use saddlepoint_game::{AttackId, DefenceId, Game, LossMatrix, MixedStrategy};
use saddlepoint_solver::analysis::{Analysis, Solved};
use saddlepoint_solver::switches::Switches;
use saddlepoint_solver::{Selected, sensitivity};
use serde::Serialize;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::baselines;

/// The version of the form.
const SCHEMA: &str = "saddlepoint.result/1";

/// Most cells of a matrix that a result carries.
const LOSS_MOST: usize = 10_000;

/// Most cells whose derivatives a result carries.
const STEEPEST_MOST: usize = 10;

/// The result of one solve.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    schema: &'static str,
    scenario: Value,
    game: Value,
    value: Option<f64>,
    /// Of a scenario whose attacker has costs: what the defender loses, the value with its sign turned.
    #[serde(skip_serializing_if = "Option::is_none")]
    loss: Option<Value>,
    certificate: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<Value>,
    attacker: Vec<Value>,
    defender: Vec<Value>,
    marginals: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deployments: Option<Vec<Value>>,
    constraints: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    types: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caps: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantal: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    then: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    composition: Option<Value>,
    randomisation: Value,
    /// Trivial defenders, as [`baselines::json`] describes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    baselines: Vec<Value>,
    /// What the loss counts, as [`baselines::loss_terms`] describes.
    #[serde(skip_serializing_if = "Value::is_null")]
    loss_terms: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    switches: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    follower_response: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    best_response_slacks: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nash_equilibria: Option<Vec<Value>>,
    unique: Value,
    #[serde(skip_serializing_if = "Value::is_null")]
    selection: Value,
    #[serde(skip_serializing_if = "Value::is_null")]
    sensitivity: Value,
    #[serde(skip_serializing_if = "Value::is_null")]
    ablation: Value,
    #[serde(flatten)]
    further: serde_json::Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    noise: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bits: Option<Value>,
    solver: Value,
    warnings: Vec<Value>,
}

/// What a result says about where its game comes from.
pub struct Origin<'a> {
    /// Name of the scenario or game.
    pub name: &'a str,
    /// The file, as the user gave it.
    pub file: &'a str,
    /// Swept keys and values of the point.
    pub point: &'a [(String, Setting)],
    /// Keys set over the scenario, as on the command line.
    pub set: &'a [(String, String)],
    /// The scenario laid out, which knows what rows and columns stand for; `None` for a plain game.
    pub template: Option<&'a Template>,
    /// What the columns of the answer deploy, where they are not those of the template.
    pub columns: Option<&'a [Column]>,
    /// What a reader should know.
    pub warnings: &'a [Diagnostic],
}

impl Origin<'_> {
    /// Where an attack arrives.
    pub(crate) fn attack_channel(&self, attack: usize) -> Option<&str> {
        let template = self.template?;
        template.row_channels().get(attack).and_then(Option::as_deref).or(template.channel())
    }

    /// The channel of a column, and the defences that it deploys.
    pub(crate) fn column(&self, position: usize, name: &str) -> (Option<&str>, Vec<String>) {
        let columns = self.columns.or(self.template.map(Template::columns)).unwrap_or_default();
        let column = columns.get(position);
        match column {
            Some(column) => (column.channel.as_deref().or(self.own_channel()), column.defences.clone()),
            None => (self.own_channel(), vec![name.to_owned()]),
        }
    }

    fn own_channel(&self) -> Option<&str> {
        self.template.and_then(Template::channel)
    }

    /// How many channels the defender plays on at once, where the columns are theirs.
    pub(crate) fn channels(&self) -> Option<usize> {
        let blocks = self.template.map(Template::blocks)?;
        blocks.iter().max().map(|last| last + 1)
    }

    /// A game in its own units.
    pub(crate) fn natural(&self, game: &Game) -> Game {
        self.template.map_or_else(|| game.clone(), |template| template.natural(game))
    }
}

impl Record {
    /// The result of an answer.
    #[must_use]
    pub fn new(origin: &Origin<'_>, answer: &Answer, seconds: f64) -> Self {
        let analysis = &answer.analysis;
        let highest = &analysis.highest;
        let loss = &highest.game.loss;
        let (lower, upper) = analysis.bounds();
        let solution = &highest.solution;
        let concept::Keys { types, caps, quantal, then } = concept::Keys::of(origin, analysis);
        Self {
            types,
            caps,
            quantal,
            then,
            schema: SCHEMA,
            scenario: scenario(origin),
            game: game(origin, analysis),
            value: analysis.value().as_ref().map(to_f64),
            loss: None,
            certificate: json!({
                "lower": to_fraction(lower),
                "upper": to_fraction(upper),
                "gap": to_f64(&(upper - lower)),
                "arithmetic": "exact",
                "payoffs": loss.kind().as_str(),
                "proves": analysis.proves(),
            }),
            interval: analysis.lowest.as_ref().map(|lowest| interval(origin, highest, lowest)),
            attacker: attacker(origin, loss, &analysis.lowest.as_ref().unwrap_or(highest).solution.attacker),
            defender: defender(origin, loss, &solution.defender),
            marginals: marginals(origin, highest),
            deployments: deployments(origin, highest),
            constraints: constraints(origin, highest),
            composition: answer.frechet.as_ref().map(composition),
            randomisation: randomisation(analysis),
            baselines: baselines::json(origin, analysis),
            loss_terms: baselines::loss_terms(origin),
            switches: switches(answer),
            follower_response: None,
            best_response_slacks: Vec::new(),
            nash_equilibria: None,
            unique: match &highest.face {
                Some(face) => json!({ "attacker": face.unique_attacker, "defender": face.unique_defender }),
                None => Value::Null,
            },
            selection: selection(&highest.selected),
            sensitivity: sensitivity(highest),
            ablation: ablation(highest),
            further: further::keys(origin, answer),
            bits: answer.bits.as_ref().map(bits::value),
            noise: answer.noise.as_ref().map(|noise| noise::value(origin, noise)),
            solver: json!({
                "name": solution.method.as_str(),
                "status": solution.status.as_str(),
                "iterations": solution.iterations,
                "seconds": seconds,
            }),
            warnings: warnings(origin),
        }
    }

    /// The JSON text, with a newline at its end.
    #[must_use]
    pub fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }
}

/// Where the game comes from.
fn scenario(origin: &Origin<'_>) -> Value {
    let point = origin.point.iter().map(|(path, setting)| (path.clone(), json!(setting)));
    let point: serde_json::Map<_, _> = point.collect();
    let mut scenario = json!({ "name": origin.name, "file": origin.file, "point": point });
    if !origin.set.is_empty() {
        let set = origin.set.iter().map(|(path, value)| (path.clone(), json!(value)));
        scenario["set"] = set.collect::<serde_json::Map<_, _>>().into();
    }
    scenario
}

fn warnings(origin: &Origin<'_>) -> Vec<Value> {
    let coded = origin.warnings.iter();
    coded.map(|warning| json!({ "code": warning.code, "message": warning.message })).collect()
}

fn game(origin: &Origin<'_>, analysis: &Analysis) -> Value {
    let unshifted = concept::own_losses(origin, analysis);
    let highest = &unshifted.unwrap_or_else(|| origin.natural(&analysis.highest.game).loss);
    let lowest = analysis.lowest.as_ref().map(|solved| origin.natural(&solved.game).loss);
    let lowest = lowest.as_ref().unwrap_or(highest);
    let (m, n) = (highest.attacks().len(), highest.defences().len());
    let mut game = json!({
        "attacks": m,
        "defences": n,
        "concept": analysis.concept.as_str(),
        "digest": plain::json::digest_interval(lowest, highest),
        "defence_names": highest.defences().as_ref(),
    });
    if origin.channels().is_some() {
        let channels = highest.defence_ids().map(|j| origin.column(j.0, "").0.map(str::to_owned));
        game["defence_channels"] = channels.collect();
    }
    if origin.columns.is_some() {
        // The sets are searched: what is listed is no game on its own.
        game["searched"] = json!(true);
    } else if m * n <= LOSS_MOST {
        let cell = |i: AttackId, j: DefenceId| {
            if lowest.loss(i, j) == highest.loss(i, j) {
                json!(highest.written(i, j))
            } else {
                json!([lowest.written(i, j), highest.written(i, j)])
            }
        };
        game["loss"] =
            highest.attack_ids().map(|i| highest.defence_ids().map(|j| cell(i, j)).collect::<Vec<_>>()).collect();
    }
    game
}

fn entry(channel: Option<&str>, name: &str, probability: &Rational) -> serde_json::Map<String, Value> {
    let mut entry = serde_json::Map::new();
    entry.insert("name".to_owned(), json!(name));
    entry.insert("channel".to_owned(), json!(channel));
    entry.insert("probability".to_owned(), json!(to_f64(probability)));
    entry.insert("exact".to_owned(), json!(to_fraction(probability)));
    entry
}

fn attacker(origin: &Origin<'_>, loss: &LossMatrix, mix: &MixedStrategy) -> Vec<Value> {
    let named = loss.attacks().iter().enumerate();
    named.map(|(i, name)| entry(origin.attack_channel(i), name, &mix.probability(i)).into()).collect()
}

/// The columns with positive probability; over several channels each with its marginal probability.
fn defender(origin: &Origin<'_>, loss: &LossMatrix, mix: &MixedStrategy) -> Vec<Value> {
    let scale = Rational::from(origin.channels().unwrap_or(1));
    mix.support()
        .into_iter()
        .map(|j| {
            let name = &loss.defences()[j];
            let (channel, defences) = origin.column(j, name);
            let mut entry = entry(channel, name, &(mix.probability(j) * &scale));
            entry.insert("defences".to_owned(), json!(defences));
            entry.into()
        })
        .collect()
}

/// The probability that each single defence is active. It has a band where columns are single defences.
fn marginals(origin: &Origin<'_>, solved: &Solved) -> Vec<Value> {
    let mix = &solved.solution.defender;
    let names = solved.game.loss.defences();
    let Some(template) = origin.template else {
        let named = names.iter().enumerate();
        return named.map(|(j, name)| banded(solved, j, 1, entry(None, name, &mix.probability(j)))).collect();
    };
    let channels = origin.channels().unwrap_or(1);
    let is_single = origin.columns.is_none() && template.columns().iter().all(|column| column.defences.len() == 1);
    let active = match origin.columns {
        Some(columns) => template.marginals_of(columns, mix),
        None => template.marginals(mix),
    };
    let all = template.base().iter().zip(active).enumerate();
    all.map(|(k, ((channel, name), probability))| {
        let channel = channel.as_deref().or(template.channel());
        let entry = entry(channel, name, &probability);
        if is_single { banded(solved, k, channels, entry) } else { entry.into() }
    })
    .collect()
}

fn banded(solved: &Solved, column: usize, channels: usize, mut entry: serde_json::Map<String, Value>) -> Value {
    if let Some((low, high)) = solved.face.as_ref().and_then(|face| face.defender.get(column)) {
        let scale = Rational::from(channels);
        entry.insert("band".to_owned(), json!([to_f64(&(low * &scale)), to_f64(&(high * scale))]));
    }
    entry.into()
}

/// A mix over whole deployments that has the marginals, where the defender plays on several channels at once.
fn deployments(origin: &Origin<'_>, solved: &Solved) -> Option<Vec<Value>> {
    let found = origin.template?.deployments(&solved.solution.defender)?;
    let value = |(defences, probability): (Vec<(String, String)>, Rational)| {
        let defences: serde_json::Map<_, _> = defences.into_iter().map(|(c, d)| (c, json!(d))).collect();
        json!({
            "defences": defences,
            "probability": to_f64(&probability),
            "exact": to_fraction(&probability),
        })
    };
    Some(found.into_iter().map(value).collect())
}

fn constraints(origin: &Origin<'_>, solved: &Solved) -> Vec<Value> {
    let natural = origin.natural(&solved.game);
    let paired = solved.game.constraints.iter().zip(&natural.constraints).zip(&solved.solution.multipliers).enumerate();
    paired
        .map(|(k, ((constraint, natural), multiplier))| {
            let attained = constraint.attained(&solved.solution.defender);
            let price = solved.face.as_ref().and_then(|face| face.prices.get(k));
            json!({
                "name": constraint.name,
                "metric": constraint.metric,
                "sense": constraint.sense.as_str(),
                "bound": to_f64(&constraint.bound),
                "bound_exact": to_fraction(&constraint.bound),
                "attained": to_f64(&attained),
                "attained_exact": to_fraction(&attained),
                "price": to_f64(multiplier),
                "price_exact": to_fraction(multiplier),
                "price_left": price.and_then(|price| price.left.as_ref()).map(to_f64),
                "price_right": price.map(|price| to_f64(&price.right)),
                "coefficients": natural.coefficients.iter().map(to_fraction).collect::<Vec<_>>(),
            })
        })
        .collect()
}

/// What a rule of composition assumes: the value lies between these without it.
fn composition([lower, upper]: &[Rational; 2]) -> Value {
    json!({
        "lower": to_f64(lower),
        "upper": to_f64(upper),
        "lower_exact": to_fraction(lower),
        "upper_exact": to_fraction(upper),
    })
}

fn randomisation(analysis: &Analysis) -> Value {
    let Some(found) = &analysis.randomisation else {
        return match &analysis.deployment {
            // Over several channels only the best single deployment is known beside the mix.
            Some(pure) => json!({ "pure": to_f64(pure), "mixed": analysis.value().as_ref().map(to_f64) }),
            None => Value::Null,
        };
    };
    let number = |value: Option<&Rational>| value.map(to_f64);
    let names = analysis.highest.game.loss.defences();
    json!({
        "pure": number(found.pure.as_ref().map(|(value, _)| value)),
        "visible": to_f64(&found.visible),
        "mixed": to_f64(&found.mixed),
        "convexification": number(found.convexification().as_ref()),
        "hiding": to_f64(&found.hiding()),
        "break_even_leak": number(found.break_even_leak.as_ref()),
        "pure_defence": found.pure.as_ref().map(|(_, defence)| names[defence.0].clone()),
    })
}

/// Which of several optimal mixes is shown.
fn selection(selected: &Selected) -> Value {
    match selected {
        Selected::Vertex | Selected::Canonical => json!({ "name": selected.as_str() }),
        Selected::Smooth { epsilon, exploitability_most } => json!({
            "name": selected.as_str(),
            "epsilon": epsilon,
            "exploitability_most": to_f64(exploitability_most),
        }),
    }
}

/// The cells in which the value is steepest, each with its one-sided derivatives.
fn sensitivity(solved: &Solved) -> Value {
    let Some(face) = &solved.face else { return Value::Null };
    let loss = &solved.game.loss;
    let steepest = sensitivity::steepest(face, STEEPEST_MOST).into_iter();
    steepest
        .map(|(attack, defence, slopes)| {
            json!({
                "attack": loss.attacks()[attack.0],
                "defence": loss.defences()[defence.0],
                "left": to_f64(&slopes.left),
                "right": to_f64(&slopes.right),
            })
        })
        .collect()
}

/// The value without each strategy whose loss moves it; null where there is no game without it.
fn ablation(solved: &Solved) -> Value {
    let Some(found) = &solved.ablation else { return Value::Null };
    let value = solved.face.as_ref().map(|face| &face.value);
    let side = |names: &[String], values: &[Option<Rational>]| -> Vec<Value> {
        let moved = names.iter().zip(values).filter(|(_, without)| without.as_ref() != value);
        moved.map(|(name, without)| json!({ "name": name, "value": without.as_ref().map(to_f64) })).collect()
    };
    let loss = &solved.game.loss;
    json!({ "attacks": side(loss.attacks(), &found.attacks), "defences": side(loss.defences(), &found.defences) })
}

/// The parameters at which the best single defence changes.
fn switches(answer: &Answer) -> Vec<Value> {
    let names = answer.analysis.highest.game.loss.defences();
    let points = answer.switches.iter().flat_map(Switches::points);
    points
        .map(|switch| {
            json!({
                "at": to_f64(&switch.at),
                "at_exact": to_fraction(&switch.at),
                "from": names[switch.before.0],
                "to": names[switch.after.0],
            })
        })
        .collect()
}

/// The two ends that missing cells leave open, each with the pair of mixes that proves it.
fn interval(origin: &Origin<'_>, highest: &Solved, lowest: &Solved) -> Value {
    let (top, bottom) = (&highest.solution, &lowest.solution);
    let loss = &highest.game.loss;
    let ends = |solved: &Solved| {
        let proof = &solved.solution.certificate;
        json!([to_fraction(&proof.lower), to_fraction(&proof.upper)])
    };
    let limits = origin.template.map_or(usize::MAX, Template::limits);
    let multipliers =
        |solved: &Solved| solved.solution.multipliers.iter().take(limits).map(to_fraction).collect::<Vec<_>>();
    json!({
        "lower": to_f64(&bottom.certificate.value()),
        "upper": to_f64(&top.certificate.value()),
        "lower_exact": ends(lowest),
        "upper_exact": ends(highest),
        "guaranteed": defender(origin, loss, &top.defender),
        "attack": attacker(origin, loss, &bottom.attacker),
        "best_defence": defender(origin, loss, &bottom.defender),
        "worst_attack": attacker(origin, loss, &top.attacker),
        "upper_multipliers": multipliers(highest),
        "lower_multipliers": multipliers(lowest),
    })
}
