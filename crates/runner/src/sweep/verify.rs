//! Checks a results folder: the digests of its files, and the proof of every point.
//!
//! The games are built anew from the scenario as run and its inputs; the mixes and multipliers come from
//! `points.sqlite`. Nothing here calls a solver.

use std::collections::HashMap;
use std::path::Path;

use rayon::prelude::*;
use rusqlite::{Connection, Row as SqlRow};
use saddlepoint_game::certificate::{
    Certificate, CertificateError, certify, certify_pure, channel_lower, channel_upper, lower_bound, upper_bound,
};
use saddlepoint_game::concept::{certify_capped, certify_own_value, certify_quantal, certify_types};
use saddlepoint_game::diagnostic::{Diagnostic, Source};
use saddlepoint_game::rational::{self, Rational, to_f64, to_f64_above, to_f64_below, to_fraction};
use saddlepoint_game::scenario::{Concept, ScenarioFile, Template};
use saddlepoint_game::{AttackId, DefenceId, Game, LossMatrix, MixedStrategy, Payoffs};

use super::plan::{Plan, Point};
use crate::failure::Failure;
use crate::input;
use crate::manifest::{Digest, Manifest};
use crate::session::Session;

/// Points that are checked at a time.
const CHUNK: usize = 4_096;

/// Most points that are named when many fail.
const NAMED_MOST: usize = 10;

/// What is stored of one point.
struct Stored {
    point: u64,
    numbers: HashMap<String, Option<f64>>,
    /// Lower bound, upper bound, attacker, defender, multipliers; `None` where there is no answer.
    proof: Option<[String; 5]>,
    /// For `regret`, what proves each victim's own value.
    victims: Option<String>,
}

/// Checks a folder; returns what it proves and why it is not believed.
///
/// # Errors
/// [`Failure::Input`] if the folder is none of a finished sweep, or its inputs are not there any more.
pub(crate) fn folder(session: &Session, dir: &Path) -> Result<(String, Vec<String>), Failure> {
    let manifest = Manifest::read(dir)?;
    let mut rejections = Vec::new();
    for digest in &manifest.files {
        match Digest::of(dir, &digest.file) {
            Ok(found) if found == *digest => {}
            Ok(_) => {
                rejections.push(format!("`{}` is not the file that was recorded: its digest differs", digest.file));
            }
            Err(failure) => rejections.push(failure.to_string()),
        }
    }
    let plan = plan(session, dir, &manifest, &mut rejections)?;
    if plan.points != manifest.points {
        rejections.push(format!("the scenario has {} points, the manifest {}", plan.points, manifest.points));
        return Ok((String::new(), rejections));
    }
    let csv = CsvRows::open(&dir.join("points.csv"))?;
    let Checked { points, unanswered, wrong } = points(&plan, &dir.join("points.sqlite"), csv)?;
    if points != plan.points {
        rejections.push(format!("`points.sqlite` holds {points} of {} points", plan.points));
    }
    if unanswered != manifest.infeasible {
        rejections.push(format!("{unanswered} points have no answer, the manifest says {}", manifest.infeasible));
    }
    let failed = wrong.len();
    rejections.extend(wrong.into_iter().take(NAMED_MOST));
    if failed > NAMED_MOST {
        rejections.push(format!("{} more points fail", failed - NAMED_MOST));
    }
    let infeasible = match manifest.infeasible {
        0 => String::new(),
        count => format!(", {count} of them without an answer, which is not a thing that is proved"),
    };
    Ok((format!("{points} points{infeasible}"), rejections))
}

/// Lays the scenario as run out on its inputs, which must be those that were recorded.
fn plan(session: &Session, dir: &Path, manifest: &Manifest, rejections: &mut Vec<String>) -> Result<Plan, Failure> {
    let path = dir.join("scenario.toml");
    let name = path.display().to_string();
    let bytes = input::read(&path, &session.printer)?;
    let source = Source::decode(&name, &bytes).map_err(|problem| Failure::input(*problem))?;
    let file = ScenarioFile::read(&source, &[])?;
    let folder = dir.join(&manifest.timing.scenario_folder);
    let loaded = input::load(file, &folder, Vec::new(), &session.printer)?;
    for recorded in manifest.inputs.iter().skip(1) {
        if loaded.inputs.iter().all(|input| Digest::from(input) != *recorded) {
            rejections.push(format!("`{}` is not the input that was recorded: its digest differs", recorded.file));
        }
    }
    Plan::new(loaded)
}

/// What the stored points come to.
#[derive(Default)]
struct Checked {
    points: u64,
    /// Points without a proof.
    unanswered: u64,
    /// Why points are not believed.
    wrong: Vec<String>,
}

/// Checks every stored point.
fn points(plan: &Plan, path: &Path, mut csv: CsvRows) -> Result<Checked, Failure> {
    let unreadable = |error: rusqlite::Error| {
        Failure::input(Diagnostic::error("unreadable", format!("cannot read `{}`: {error}", path.display())))
    };
    let connection =
        Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(unreadable)?;
    let mut statement = connection.prepare("SELECT * FROM points ORDER BY point").map_err(unreadable)?;
    let names: Vec<_> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([]).map_err(unreadable)?;
    let mut checked = Checked::default();
    loop {
        let mut chunk = Vec::new();
        while chunk.len() < CHUNK
            && let Some(row) = rows.next().map_err(unreadable)?
        {
            chunk.push((stored(&names, row).map_err(unreadable)?, csv.next()));
        }
        if chunk.is_empty() {
            return Ok(checked);
        }
        checked.points += chunk.len() as u64;
        checked.unanswered += chunk.iter().filter(|(stored, _)| stored.proof.is_none()).count() as u64;
        let check = |(stored, row): &(Stored, Option<HashMap<String, String>>)| -> Vec<String> {
            let found = check_point(plan, stored, row.as_ref());
            found.into_iter().map(|reason| format!("point {}: {reason}", stored.point)).collect()
        };
        checked.wrong.extend(chunk.par_iter().flat_map_iter(check).collect::<Vec<_>>());
    }
}

fn stored(names: &[String], row: &SqlRow<'_>) -> rusqlite::Result<Stored> {
    let text = |name: &str| row.get::<_, Option<String>>(name);
    let proof = [
        text("lower_exact")?,
        text("upper_exact")?,
        text("attacker_exact")?,
        text("defender_exact")?,
        text("multipliers_exact")?,
    ];
    let has_victims = names.iter().any(|name| name == "victims_exact");
    let victims = if has_victims { text("victims_exact")? } else { None };
    let numeric = |name: &&String| is_number(name);
    let numbers = names.iter().filter(numeric).map(|name| Ok((name.clone(), row.get(name.as_str())?)));
    Ok(Stored {
        // Points are written as non-negative integers; another number finds no row of `points.csv`.
        point: u64::try_from(row.get::<_, i64>("point")?).unwrap_or(u64::MAX),
        numbers: numbers.collect::<rusqlite::Result<_>>()?,
        victims,
        proof: match proof {
            [Some(a), Some(b), Some(c), Some(d), Some(e)] => Some([a, b, c, d, e]),
            _ => None,
        },
    })
}

/// Whether a column holds a number of the answer.
fn is_number(name: &str) -> bool {
    ["value", "lower", "upper", "gap", "pure", "visible"].contains(&name)
        || super::row::NOISE.contains(&name)
        || ["price:", "defence:", "attack:"].iter().any(|kind| name.starts_with(kind))
}

/// The rows of `points.csv`, by column.
struct CsvRows {
    header: Vec<String>,
    records: csv::StringRecordsIntoIter<std::fs::File>,
}

impl CsvRows {
    fn open(path: &Path) -> Result<Self, Failure> {
        let unreadable = |error: csv::Error| {
            Failure::input(Diagnostic::error("unreadable", format!("cannot read `{}`: {error}", path.display())))
        };
        let mut reader = csv::Reader::from_path(path).map_err(unreadable)?;
        let header = reader.headers().map_err(unreadable)?.iter().map(str::to_owned).collect();
        Ok(Self { header, records: reader.into_records() })
    }

    fn next(&mut self) -> Option<HashMap<String, String>> {
        let record = self.records.next()?.ok()?;
        Some(self.header.iter().cloned().zip(record.iter().map(str::to_owned)).collect())
    }
}

/// Why a point is not believed.
fn check_point(plan: &Plan, stored: &Stored, csv: Option<&HashMap<String, String>>) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(csv) = csv.filter(|csv| csv.get("point").is_some_and(|point| *point == stored.point.to_string())) else {
        return vec!["`points.csv` has no such row in its place".to_owned()];
    };
    for (name, number) in &stored.numbers {
        let cell = csv.get(name).map(String::as_str).unwrap_or_default();
        if cell.parse::<f64>().ok() != *number {
            wrong.push(format!("`{name}` is `{cell}` in `points.csv` and {number:?} in `points.sqlite`"));
        }
    }
    let point = match plan.point(stored.point) {
        Ok(point) => point,
        Err(failure) => return vec![failure.to_string()],
    };
    let Some([lower, upper, attacker, defender, multipliers]) = &stored.proof else {
        // Without an answer there is nothing to prove; the constraints say why there is none.
        if stored.numbers.values().any(Option::is_some) {
            wrong.push("there are numbers, but nothing that proves them".to_owned());
        }
        return wrong;
    };
    if point.loaded.template.game().concept == Concept::Stackelberg {
        return check_commitment(&point, stored, [lower, upper, attacker, defender]);
    }
    let mixes = || -> Result<_, String> {
        let loss = &point.instance.game.loss;
        let limits = point.instance.game.constraints.iter().take(point.loaded.template.limits());
        let names: Vec<_> = limits.map(|c| c.name.clone()).collect();
        let attacker = MixedStrategy::exact(vector(attacker, loss.attacks())?).map_err(|e| format!("attacker: {e}"))?;
        Ok((attacker, vector(defender, loss.defences())?, vector(multipliers, &names)?))
    };
    let (attacker, defender, multipliers) = match mixes() {
        Ok(mixes) => mixes,
        Err(reason) => return vec![reason],
    };
    let proof = match prove(&point, &attacker, &defender, &multipliers, stored) {
        Ok(proof) => proof,
        Err(reason) => return vec![reason],
    };
    for (name, claimed, proved) in [("lower", lower, &proof.lower), ("upper", upper, &proof.upper)] {
        if rational::parse(claimed).as_ref() != Ok(proved) {
            wrong.push(format!("the mixes prove the {name} bound {}, the point claims {claimed}", to_fraction(proved)));
        }
    }
    let open = point.instance.lowest.is_some() && !proof.gap().is_zero();
    let expected = [
        ("value", (!open).then(|| to_f64(&proof.value()))),
        ("lower", Some(to_f64_below(&proof.lower))),
        ("upper", Some(to_f64_above(&proof.upper))),
        ("gap", Some(to_f64(&proof.gap()))),
    ];
    let loss = &point.instance.game.loss;
    let sides = [("defence", loss.defences(), defender), ("attack", loss.attacks(), attacker.probabilities())];
    let probabilities = sides.into_iter().flat_map(|(side, names, probabilities)| {
        names.iter().zip(probabilities).map(move |(name, p)| (format!("{side}:{name}"), Some(to_f64(&p))))
    });
    let expected = expected.into_iter().map(|(name, number)| (name.to_owned(), number));
    // With missing cells the multipliers prove the lower end, and the prices are those of the upper one.
    let mixed = point.loaded.file.scenario.game.concept != Concept::Pure;
    let priced = mixed && point.instance.lowest.is_none();
    let prices = point.instance.game.constraints.iter().zip(&multipliers).filter(|_| priced);
    let prices = prices.map(|(constraint, price)| (format!("price:{}", constraint.name), Some(to_f64(price))));
    for (name, number) in expected.chain(probabilities).chain(prices) {
        if stored.numbers.get(&name).copied().flatten() != number {
            wrong.push(format!("`{name}` is not the double of the exact number"));
        }
    }
    wrong
}

/// Why a commitment is not believed. What is proved is what it loses; that none loses less is not, and is in the result of
/// `solve`.
fn check_commitment(
    point: &Point<'_>,
    stored: &Stored,
    [lower, upper, attacker, defender]: [&String; 4],
) -> Vec<String> {
    let loss = &point.instance.game.loss;
    let proved = || -> Result<(), String> {
        let defender = vector(defender, loss.defences())?;
        MixedStrategy::exact(defender.clone()).map_err(|error| format!("defender: {error}"))?;
        let attacker = vector(attacker, loss.attacks())?;
        let lost = commitment(point, &defender, attacker.iter().position(Rational::is_one))?;
        let (least, most) = (rational::parse(lower), rational::parse(upper));
        match (least, most) {
            (Ok(least), Ok(most)) if most == lost && least <= most => {
                let value = to_f64(&((least + most) / Rational::from(2)));
                if stored.numbers.get("value").copied().flatten() == Some(value) {
                    Ok(())
                } else {
                    Err("`value` is another".to_owned())
                }
            }
            _ => Err(format!("the commitment loses {}, the point claims {upper}", to_fraction(&lost))),
        }
    };
    proved().err().into_iter().collect()
}

/// The bounds that the stored mixes prove; over several channels the defender's numbers are marginals.
fn prove(
    point: &Point<'_>,
    attacker: &MixedStrategy,
    defender: &[Rational],
    multipliers: &[Rational],
    stored: &Stored,
) -> Result<Certificate, String> {
    let (instance, template) = (&point.instance, &point.loaded.template);
    let game = &instance.game;
    let lowest = instance.lowest.as_ref().unwrap_or(game);
    let payoffs = game.loss.kind();
    let told = |error: CertificateError| error.to_string();
    if !instance.blocks.is_empty() {
        let (game, lowest) = (instance.natural(game), instance.natural(lowest));
        let lower = channel_lower(&lowest, &instance.blocks, attacker, multipliers).map_err(told)?;
        let upper = channel_upper(&game, &instance.blocks, defender).map_err(told)?;
        return Ok(Certificate { lower, upper, payoffs });
    }
    let defender = MixedStrategy::exact(defender.to_vec()).map_err(|error| format!("defender: {error}"))?;
    let prior = || template.attack_prior().ok_or("the prior is no distribution");
    match template.game().concept {
        Concept::Pure => {
            let lower = certify_pure(lowest).map_err(told)?.lower;
            Ok(Certificate { lower, upper: upper_bound(game, &defender).map_err(told)?, payoffs })
        }
        Concept::Bayesian => {
            let types: Vec<_> = template.groups().iter().map(|g| (g.prior.clone(), g.rows.clone())).collect();
            certify_types(game, &types, &defender, attacker, multipliers).map_err(told)
        }
        Concept::Cvar => {
            let caps = template.attack_caps().ok_or("the caps are none")?;
            certify_capped(game, &caps, attacker, &defender, multipliers).map_err(|error| error.to_string())
        }
        Concept::Quantal => {
            let lambda = template.game().lambda.as_ref().ok_or("there is no `lambda`")?;
            certify_quantal(game, &prior()?, &lambda.0, attacker, &defender, multipliers).map_err(|e| e.to_string())
        }
        Concept::Regret => {
            let shifted =
                shifted(game, template, stored.victims.as_deref().ok_or("nothing proves the victims' values")?)?;
            certify(&shifted, attacker, &defender, multipliers).map_err(told)
        }
        _ => {
            let lower = lower_bound(lowest, attacker, multipliers).map_err(told)?;
            Ok(Certificate { lower, upper: upper_bound(game, &defender).map_err(told)?, payoffs })
        }
    }
}

/// What is stored of one victim.
#[derive(serde::Deserialize)]
struct Victim {
    value: String,
    attacker: Vec<String>,
    defender: Vec<String>,
    multipliers: Vec<String>,
}

/// The game with each victim's own value taken off its rows, if the stored mixes prove these values.
fn shifted(game: &Game, template: &Template, victims: &str) -> Result<Game, String> {
    let victims: Vec<Victim> = serde_json::from_str(victims).map_err(|error| error.to_string())?;
    let numbers = |texts: &[String]| -> Result<Vec<Rational>, String> {
        texts.iter().map(|text| rational::parse(text).map_err(|error| error.to_string())).collect()
    };
    let mix = |texts: &[String]| MixedStrategy::exact(numbers(texts)?).map_err(|error| error.to_string());
    let columns = game.loss.defences().len();
    let mut entries = game.loss.payoffs().to_rationals();
    let groups = template.groups();
    if groups.len() != victims.len() {
        return Err("the victims are not those of the scenario".to_owned());
    }
    let mut values = Vec::with_capacity(victims.len());
    for (group, victim) in groups.iter().zip(&victims) {
        let value = rational::parse(&victim.value).map_err(|error| error.to_string())?;
        entries[group.rows.start * columns..group.rows.end * columns].iter_mut().for_each(|entry| *entry -= &value);
        values.push(value);
    }
    let (attacks, defences) = (game.loss.attacks().clone(), game.loss.defences().clone());
    let loss = LossMatrix::from_checked(attacks, defences, Payoffs::new(entries), game.loss.kind());
    let loss = loss.map_err(|error| error.to_string())?;
    let shifted = Game { loss, constraints: game.constraints.clone() };
    for ((group, victim), value) in groups.iter().zip(&victims).zip(&values) {
        let (attacker, defender) = (mix(&victim.attacker)?, mix(&victim.defender)?);
        let multipliers = numbers(&victim.multipliers)?;
        certify_own_value(game, group.rows.clone(), value, &defender, &attacker, &multipliers)
            .map_err(|error| format!("the value of `{}`: {error}", group.name))?;
    }
    Ok(shifted)
}

/// What a stored commitment loses: the attacker's response must be a best one.
fn commitment(point: &Point<'_>, defender: &[Rational], response: Option<usize>) -> Result<Rational, String> {
    let (loss, template) = (&point.instance.game.loss, &point.loaded.template);
    let weight = template.game().lambda.as_ref().map_or(Rational::ZERO, |lambda| lambda.0.clone());
    let columns = loss.defences().len();
    let expected = |of: &dyn Fn(usize, usize) -> Rational, i: usize| {
        defender.iter().enumerate().fold(Rational::ZERO, |sum, (j, y)| sum + of(i, j) * y)
    };
    let lost = |i: usize, j: usize| loss.loss(AttackId(i), DefenceId(j));
    let gain = |i: usize, j: usize| lost(i, j) - &weight * &template.attacker_cost()[i * columns + j];
    let best = (0..loss.attacks().len()).map(|i| expected(&gain, i)).max().unwrap_or(Rational::ZERO);
    match response {
        Some(i) if expected(&gain, i) == best && best >= Rational::ZERO => Ok(expected(&lost, i)),
        None if best <= Rational::ZERO => Ok(Rational::ZERO),
        _ => Err("the attacker has a better answer to the commitment".to_owned()),
    }
}

/// A vector from names and fractions; names that are not there are 0.
fn vector(text: &str, names: &[String]) -> Result<Vec<Rational>, String> {
    let entries: HashMap<String, String> =
        serde_json::from_str(text).map_err(|error| format!("the exact numbers cannot be read: {error}"))?;
    if let Some(unknown) = entries.keys().find(|name| !names.contains(name)) {
        return Err(format!("the game has no `{unknown}`"));
    }
    let number = |name: &String| match entries.get(name) {
        None => Ok(Rational::ZERO),
        Some(text) => rational::parse(text).map_err(|error| error.to_string()),
    };
    names.iter().map(number).collect()
}
