//! Solves the points of a sweep: batches of consecutive points, one workspace per thread.

use saddlepoint_game::rational::{Rational, to_f64, to_f64_above, to_f64_below, to_fraction};
use saddlepoint_game::scenario::Concept;
use saddlepoint_solver::analysis::{self, PointAnalysis};
use saddlepoint_solver::concept::ConceptError;
use saddlepoint_solver::{Beside, Question, Selection, Settings, SolveError, batch};

use super::plan::{Plan, Point};
use super::row::{ExactVector, PointAnswer, Row};
use super::segments::Batch;
use crate::answer;
use crate::failure::Failure;
use crate::warnings;

/// Solves `count` points from `start`.
pub(crate) fn solve_batch(
    plan: &Plan,
    start: u64,
    count: u64,
    settings: &Settings,
    workspace: &mut batch::Workspace,
) -> Result<Batch, Failure> {
    let points = (start..start + count).map(|point| plan.point(point)).collect::<Result<Vec<_>, _>>()?;
    let asked = |point: &Point<'_>| {
        let template = &point.loaded.template;
        let question = Question::of(template).map_err(|error| answer::unsolved(&error))?;
        Ok::<_, Failure>((question, Selection::of(template.game())))
    };
    let alike = |point: &Point<'_>, next: &Point<'_>| std::ptr::eq(point.loaded, next.loaded);
    let mut rows = Vec::with_capacity(points.len());
    for alike in points.chunk_by(alike) {
        let instances: Vec<_> = alike.iter().map(|point| &point.instance).collect();
        let (question, selection) = asked(&alike[0])?;
        let settings = Settings { selection, ..settings.clone() };
        if question.concept == Concept::Stackelberg {
            for point in alike {
                rows.push(commitment(plan, point, &settings)?);
            }
            continue;
        }
        let answers = analysis::points(workspace, &instances, &question, &settings);
        for (point, answer) in alike.iter().zip(answers) {
            let mut row = row(plan, point, answer)?;
            if let Some(answer) = &mut row.answer {
                answer.noise = noise(point, plan.seed, &settings)?;
            }
            rows.push(row);
        }
    }
    Ok(Batch { start, rows })
}

/// What sampling noise does at a point. All points use the same random numbers, so that they can be compared.
fn noise(point: &Point<'_>, seed: u64, settings: &Settings) -> Result<Option<[Option<f64>; 5]>, Failure> {
    let Some(found) = answer::noise(point.loaded, &point.parameters, seed, settings)? else { return Ok(None) };
    let ends = found.certificate.as_ref().ok();
    let quantile = |k: usize| found.posterior.as_ref().map(|posterior| posterior.value.quantiles[k]);
    Ok(Some([
        ends.map(|ends| to_f64_below(ends.lower_value())),
        ends.map(|ends| to_f64_above(ends.upper_value())),
        quantile(1),
        quantile(3),
        quantile(5),
    ]))
}

/// The codes of a point, with those that its answer calls for.
fn codes(point: &Point<'_>, found: Option<&PointAnalysis>) -> Vec<String> {
    let codes = warnings::codes(point.loaded, &point.parameters, &point.instance, found);
    codes.into_iter().map(str::to_owned).collect()
}

/// A commitment against an attacker with costs: the value is what the defender loses, and the attack is the response.
fn commitment(plan: &Plan, point: &Point<'_>, settings: &Settings) -> Result<Row, Failure> {
    let found = answer::commitment(point.loaded, &point.instance, settings)?;
    let [defences, attacks, constraints] = point.columns;
    let [lower, upper] = found.losses();
    let wide = |width: usize, columns: &[u32], values: Vec<f64>| {
        let mut wide = vec![f64::NAN; width];
        columns.iter().zip(values).for_each(|(column, value)| wide[*column as usize] = value);
        wide
    };
    let response = found.commitment.response;
    let played = |i: usize| if i == response { Rational::ONE } else { Rational::ZERO };
    let defender = &found.commitment.commitment;
    let answer = PointAnswer {
        value: Some(to_f64(&((&lower + &upper) / Rational::from(2)))),
        lower: to_f64_below(&lower),
        upper: to_f64_above(&upper),
        gap: to_f64(&(&upper - &lower)),
        pure: None,
        visible: None,
        prices: wide(plan.columns.constraints.len(), constraints, Vec::new()),
        defences: wide(plan.columns.defences.len(), defences, defender.to_f64()),
        attacks: wide(plan.columns.attacks.len(), attacks, (0..attacks.len()).map(|i| to_f64(&played(i))).collect()),
        bounds: [to_fraction(&lower), to_fraction(&upper)],
        proof: [
            ExactVector::of_numbers((0..attacks.len()).map(played), attacks),
            ExactVector::of_mix(defender, defences),
            ExactVector::Fractions(Vec::new()),
        ],
        victims: None,
        noise: None,
    };
    Ok(Row { answer: Some(answer), warnings: codes(point, None) })
}

fn row(plan: &Plan, point: &Point<'_>, answer: Result<PointAnalysis, ConceptError>) -> Result<Row, Failure> {
    match answer {
        Ok(found) => {
            let mut warnings = codes(point, Some(&found));
            if found.fell_back {
                warnings.push("selection: vertex".to_owned());
            }
            Ok(Row { answer: Some(record(plan, point, &found)), warnings })
        }
        Err(ConceptError::Solve(SolveError::Infeasible { constraint, .. })) => {
            let mut warnings = codes(point, None);
            warnings.push(format!("infeasible: {constraint}"));
            Ok(Row { answer: None, warnings })
        }
        Err(ConceptError::Solve(SolveError::NoPureDefence)) => {
            let mut warnings = codes(point, None);
            warnings.push("infeasible: no single defence".to_owned());
            Ok(Row { answer: None, warnings })
        }
        Err(error) => Err(answer::unsolved(&error)),
    }
}

/// What proves the victims' own values: a list of `{value, attacker, defender, multipliers}` in fractions.
fn victims(found: &PointAnalysis) -> Option<String> {
    let Some(Beside::Victims(victims)) = &found.beside else { return None };
    let of = |own: &saddlepoint_solver::Solution| {
        let fractions = |numbers: &[Rational]| numbers.iter().map(to_fraction).collect::<Vec<_>>();
        serde_json::json!({
            "value": to_fraction(&own.certificate.value()),
            "attacker": fractions(&own.attacker.probabilities()),
            "defender": fractions(&own.defender.probabilities()),
            "multipliers": fractions(&own.multipliers),
        })
    };
    Some(victims.iter().map(of).collect::<serde_json::Value>().to_string())
}

fn record(plan: &Plan, point: &Point<'_>, found: &PointAnalysis) -> PointAnswer {
    let [defences, attacks, constraints] = point.columns;
    let (lower, upper) = found.bounds();
    let attacker = found.attacker();
    let defender = &found.highest.defender;
    let channels = point.instance.channels();
    let marginals = || defender.probabilities().into_iter().map(|p| p * Rational::from(channels));
    let multipliers = &found.highest.multipliers;
    let wide = |width: usize, columns: &[u32], values: Vec<f64>| {
        let mut wide = vec![f64::NAN; width];
        columns.iter().zip(values).for_each(|(column, value)| wide[*column as usize] = value);
        wide
    };
    // The lower bound is proved by the multipliers of the game that it is a bound for.
    let proving = &found.lowest.as_ref().unwrap_or(&found.highest).multipliers;
    let priced = constraints.iter().zip(proving).filter(|(_, multiplier)| !multiplier.is_zero());
    PointAnswer {
        value: found.value().as_ref().map(to_f64),
        lower: to_f64_below(lower),
        upper: to_f64_above(upper),
        gap: to_f64(&(upper - lower)),
        pure: found.pure.as_ref().map(to_f64),
        visible: found.visible,
        noise: None,
        prices: wide(plan.columns.constraints.len(), constraints, multipliers.iter().map(to_f64).collect()),
        defences: wide(
            plan.columns.defences.len(),
            defences,
            if channels == 1 { defender.to_f64() } else { marginals().map(|p| to_f64(&p)).collect() },
        ),
        attacks: wide(plan.columns.attacks.len(), attacks, attacker.to_f64()),
        bounds: [to_fraction(lower), to_fraction(upper)],
        proof: [
            ExactVector::of_mix(attacker, attacks),
            if channels == 1 {
                ExactVector::of_mix(defender, defences)
            } else {
                ExactVector::of_numbers(marginals(), defences)
            },
            ExactVector::Fractions(priced.map(|(column, multiplier)| (*column, to_fraction(multiplier))).collect()),
        ],
        victims: victims(found),
    }
}
