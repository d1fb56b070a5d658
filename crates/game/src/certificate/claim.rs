//! [`Claim`]: a stored result as it is written, read without trusting any of it.
//!
//! Only what a certificate needs is read: the losses, the exact mixes and multipliers, the claimed bounds, and the
//! doubles that must agree with them. Everything else in a result (solver, timings, uniqueness, one-sided prices) is not
//! part of the certificate and is ignored. This reader shares nothing with the code that writes results.

use crate::constraint::{Constraint, Sense};
use crate::diagnostic::{Diagnostic, Source};
use crate::located_json::{Kind, Located};
use crate::rational::Rational;

use super::fields::{Item, Object};

/// The schema that this reader knows.
const SCHEMA: &str = "saddlepoint.result/1";

/// A stored result. [`verify`](super::verify) says whether it is true.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    pub(super) scenario_file: Option<String>,
    pub(super) point: Option<String>,
    pub(super) set: Option<String>,
    pub(super) digest: String,
    pub(super) concept: String,
    pub(super) attacks: usize,
    pub(super) defences: usize,
    pub(super) defence_names: Option<Vec<String>>,
    pub(super) defence_channels: Option<Vec<String>>,
    pub(super) searched: bool,
    pub(super) loss: Option<Vec<Vec<Cell>>>,
    pub(super) value: Option<f64>,
    pub(super) lower: Rational,
    pub(super) upper: Rational,
    pub(super) gap: f64,
    pub(super) attacker: Vec<Entry>,
    pub(super) defender: Vec<Entry>,
    pub(super) marginals: Vec<Marginal>,
    pub(super) constraints: Vec<ConstraintClaim>,
    pub(super) interval: Option<IntervalClaim>,
    pub(super) types: Vec<TypeClaim>,
    pub(super) caps: Option<Vec<Rational>>,
    pub(super) quantal: Option<QuantalClaim>,
    pub(super) commitment: Option<CommitmentClaim>,
}

/// A loss as written, or the ends of a missing one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell {
    pub(super) lower: (String, Rational),
    pub(super) upper: (String, Rational),
}

/// One pure strategy of a claimed mix.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) name: String,
    /// Names of a portfolio; empty if the strategy is a single attack or defence.
    pub(super) parts: Vec<String>,
    pub(super) probability: f64,
    pub(super) exact: Rational,
}

/// The probability that a defence is active.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Marginal {
    pub(super) name: String,
    pub(super) channel: Option<String>,
    pub(super) probability: f64,
    /// Beside the double, where the result has it.
    pub(super) exact: Option<Rational>,
}

impl Marginal {
    /// `channel:name`, as the columns of a game over channels are called.
    pub(super) fn full_name(&self) -> String {
        match &self.channel {
            Some(channel) => format!("{channel}:{}", self.name),
            None => self.name.clone(),
        }
    }
}

/// A commitment in a general-sum game: what a result says beside mixes and bounds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CommitmentClaim {
    /// Pay-offs of the defender and the attacker, one row per attack.
    pub(super) utilities: Option<[Vec<Vec<Rational>>; 2]>,
    pub(super) response: String,
    /// Name, double and exact slack of each response.
    pub(super) slacks: Vec<(String, f64, Rational)>,
    pub(super) incentives: Vec<IncentivesClaim>,
    pub(super) equilibria: Vec<EquilibriumClaim>,
}

/// Names of responses, and the multipliers that bound what the leader can reach with them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct IncentivesClaim {
    pub(super) responses: Vec<String>,
    pub(super) multipliers: Vec<(String, Rational)>,
}

/// A Nash equilibrium beside a commitment; strategies that are not listed have probability 0.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct EquilibriumClaim {
    pub(super) attacker: Vec<Entry>,
    pub(super) defender: Vec<Entry>,
    pub(super) value: f64,
    /// Pay-offs of the defender and the attacker.
    pub(super) exact: [Rational; 2],
}

/// A constraint and what the result says of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ConstraintClaim {
    pub(super) constraint: Constraint,
    pub(super) bound: f64,
    pub(super) attained: f64,
    pub(super) attained_exact: Rational,
    pub(super) price: f64,
    pub(super) price_exact: Rational,
}

/// A victim or type: how many rows are its own, and what proves its own value where the result needs it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TypeClaim {
    pub(super) name: String,
    pub(super) prior: Rational,
    pub(super) attacks: usize,
    pub(super) own: Option<OwnValueClaim>,
}

/// A victim's own value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct OwnValueClaim {
    pub(super) value: Rational,
    pub(super) attacker: Vec<Entry>,
    pub(super) defender: Vec<Entry>,
    pub(super) multipliers: Vec<Rational>,
}

/// The soft attacker of a quantal answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct QuantalClaim {
    pub(super) lambda: Rational,
    pub(super) prior: Vec<Rational>,
}

/// Both ends of the value of a game with missing cells. Mixes that were left out are empty.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct IntervalClaim {
    pub(super) lower: f64,
    pub(super) upper: f64,
    pub(super) lower_exact: [Rational; 2],
    pub(super) upper_exact: [Rational; 2],
    pub(super) guaranteed: Vec<Entry>,
    pub(super) attack: Vec<Entry>,
    pub(super) best_defence: Vec<Entry>,
    pub(super) worst_attack: Vec<Entry>,
    pub(super) lower_multipliers: Option<Vec<Rational>>,
    pub(super) upper_multipliers: Option<Vec<Rational>>,
}

impl Claim {
    /// Reads a result of `solve --format json`; `file` is its name in messages.
    ///
    /// # Errors
    /// Every problem of the text: broken JSON, another schema, missing keys, wrong types, bad numbers, each with its line,
    /// column and key path. Whether the numbers are true is the business of [`verify`](super::verify).
    pub fn from_json(file: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let root = Located::parse(Source::new(file, text)).map_err(|problem| vec![*problem])?;
        let mut problems = Vec::new();
        let Some(root) = Object::open(root, String::new(), &mut problems) else { return Err(problems) };
        let schema = root.need("schema", &mut problems);
        if let Some(schema) = schema
            && schema.text(&mut problems).is_none_or(|found| found != SCHEMA)
        {
            let other = schema.at.problem("wrong-schema", "the result is of a schema that is not known here");
            return Err(vec![other.key("schema").expected(format!("\"{SCHEMA}\"")).found(schema.at.raw())]);
        }
        match Self::read(&root, &mut problems) {
            Some(claim) if problems.is_empty() => Ok(claim),
            _ => Err(problems),
        }
    }

    fn read(root: &Object<'_>, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let game = root.need("game", problems).and_then(|game| game.object(problems));
        let game = game.and_then(|game| GameKeys::read(&game, problems));
        let certificate = root.need("certificate", problems).and_then(|certificate| certificate.object(problems));
        let certificate = certificate.and_then(|keys| {
            let (lower, upper) = (keys.exact("lower", problems), keys.exact("upper", problems));
            let gap = keys.double("gap", problems);
            Some((lower?, upper?, gap?))
        });
        let value = match root.need("value", problems) {
            Some(value) if value.at.kind() == Kind::Null => Some(None),
            Some(value) => value.double(problems).map(Some),
            None => None,
        };
        let attacker = root.need("attacker", problems).and_then(|list| list.list(problems, read_entry));
        let defender = root.need("defender", problems).and_then(|list| list.list(problems, read_entry));
        let marginals = optional_list(root, "marginals", problems, read_marginal);
        let constraints = optional_list(root, "constraints", problems, read_constraint);
        let interval = match root.get("interval").filter(|interval| interval.at.kind() != Kind::Null) {
            Some(interval) => interval.object(problems).and_then(|keys| read_interval(&keys, problems)).map(Some),
            None => Some(None),
        };
        let types = optional_list(root, "types", problems, read_type);
        let caps = match root.get("caps").filter(|caps| caps.at.kind() != Kind::Null) {
            Some(caps) => caps.list(problems, Item::exact).map(Some),
            None => Some(None),
        };
        let quantal = match root.get("quantal").filter(|quantal| quantal.at.kind() != Kind::Null) {
            Some(quantal) => quantal.object(problems).and_then(|keys| read_quantal(&keys, problems)).map(Some),
            None => Some(None),
        };
        // The concept alone does not say it: a zero-sum game has commitments too.
        let commitment = match root.get("follower_response") {
            Some(_) => read_commitment(root, problems).map(Some),
            None => Some(None),
        };
        let scenario = root.get("scenario").filter(|scenario| scenario.at.kind() == Kind::Object);
        let scenario = scenario.and_then(|scenario| scenario.object(problems));
        let scenario_file = scenario.as_ref().and_then(|keys| keys.get("file")?.at.string().ok());
        let object = |key| scenario.as_ref().and_then(|keys| Some(keys.get(key)?.at.raw().to_owned()));
        let (point, set) = (object("point"), object("set"));
        let game = game?;
        let (lower, upper, gap) = certificate?;
        Some(Self {
            scenario_file,
            point,
            set,
            digest: game.digest,
            concept: game.concept,
            attacks: game.attacks,
            defences: game.defences,
            defence_names: game.defence_names,
            defence_channels: game.defence_channels,
            searched: game.searched,
            loss: game.loss,
            value: value?,
            lower,
            upper,
            gap,
            attacker: attacker?,
            defender: defender?,
            marginals: marginals?,
            constraints: constraints?,
            interval: interval?,
            types: types?,
            caps: caps?,
            quantal: quantal?,
            commitment: commitment?,
        })
    }

    /// Whether the losses (or both players' pay-offs) are in the result; if not, [`verify`](super::verify) needs the rebuilt game.
    #[must_use]
    pub fn has_losses(&self) -> bool {
        match &self.commitment {
            Some(commitment) => commitment.utilities.is_some(),
            None => self.loss.is_some(),
        }
    }

    /// Whether the sets of defences were searched, for [`verify_searched`](super::verify_searched).
    #[must_use]
    pub fn is_searched(&self) -> bool {
        self.searched
    }

    /// Whether the result is a commitment in a general-sum game, for [`verify_commitment`](super::verify_commitment).
    #[must_use]
    pub fn is_commitment(&self) -> bool {
        self.commitment.is_some()
    }

    /// The file that the game was built from, if the result names it.
    #[must_use]
    pub fn scenario_file(&self) -> Option<&str> {
        self.scenario_file.as_deref()
    }

    /// The point of the sweep, a JSON object as written, if the result has it.
    #[must_use]
    pub fn point(&self) -> Option<&str> {
        self.point.as_deref()
    }

    /// The keys of the scenario that were set for the result, a JSON object as written, if there are any.
    #[must_use]
    pub fn set(&self) -> Option<&str> {
        self.set.as_deref()
    }

    /// The claimed SHA-256 of the game.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The solution concept by its name in results.
    #[must_use]
    pub fn concept(&self) -> &str {
        &self.concept
    }

    /// The claimed lower and upper bound on the value.
    #[must_use]
    pub fn bounds(&self) -> (&Rational, &Rational) {
        (&self.lower, &self.upper)
    }
}

/// The object `game` of a result.
struct GameKeys {
    digest: String,
    concept: String,
    attacks: usize,
    defences: usize,
    defence_names: Option<Vec<String>>,
    defence_channels: Option<Vec<String>>,
    searched: bool,
    loss: Option<Vec<Vec<Cell>>>,
}

impl GameKeys {
    fn read(keys: &Object<'_>, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let (digest, concept) = (keys.text("digest", problems), keys.text("concept", problems));
        let (attacks, defences) = (keys.count("attacks", problems), keys.count("defences", problems));
        let mut names = |key| match keys.get(key).filter(|names| names.at.kind() != Kind::Null) {
            Some(names) => names.list(problems, Item::text).map(Some),
            None => Some(None),
        };
        let (defence_names, defence_channels) = (names("defence_names"), names("defence_channels"));
        let loss = match keys.get("loss").filter(|loss| loss.at.kind() != Kind::Null) {
            Some(loss) => loss.list(problems, |row, problems| row.list(problems, read_cell)).map(Some),
            None => Some(None),
        };
        Some(Self {
            digest: digest?,
            concept: concept?,
            attacks: attacks?,
            defences: defences?,
            defence_names: defence_names?,
            defence_channels: defence_channels?,
            searched: keys.get("searched").is_some_and(|searched| searched.at.raw() == "true"),
            loss: loss?,
        })
    }
}

/// A list that may be left out, which then is empty.
fn optional_list<'a, T>(
    keys: &Object<'a>,
    key: &str,
    problems: &mut Vec<Diagnostic>,
    read: impl Fn(&Item<'a>, &mut Vec<Diagnostic>) -> Option<T>,
) -> Option<Vec<T>> {
    match keys.get(key).filter(|list| list.at.kind() != Kind::Null) {
        Some(list) => list.list(problems, read),
        None => Some(Vec::new()),
    }
}

fn read_cell(cell: &Item<'_>, problems: &mut Vec<Diagnostic>) -> Option<Cell> {
    let end = |end: &Item<'_>, problems: &mut Vec<Diagnostic>| Some((end.text(problems)?, end.exact(problems)?));
    if cell.at.kind() != Kind::Array {
        let known = end(cell, problems)?;
        return Some(Cell { lower: known.clone(), upper: known });
    }
    let [lower, upper] = pair(cell, problems)?;
    let (lower, upper) = (end(&lower, problems), end(&upper, problems));
    Some(Cell { lower: lower?, upper: upper? })
}

/// The two elements of an array of two.
fn pair<'a>(item: &Item<'a>, problems: &mut Vec<Diagnostic>) -> Option<[Item<'a>; 2]> {
    let items = item.items(problems)?;
    <[Item<'a>; 2]>::try_from(items)
        .map_err(|items| {
            let problem = item.at.problem("wrong-length", "an array has the wrong length").key(&item.path);
            problems.push(problem.expected("two ends, [\"lo\", \"hi\"]").found(items.len().to_string()));
        })
        .ok()
}

fn read_entry(entry: &Item<'_>, problems: &mut Vec<Diagnostic>) -> Option<Entry> {
    let keys = entry.object(problems)?;
    let name = keys.text("name", problems);
    let parts = optional_list(&keys, "defences", problems, Item::text);
    let probability = keys.double("probability", problems);
    let exact = keys.exact("exact", problems);
    Some(Entry { name: name?, parts: parts?, probability: probability?, exact: exact? })
}

fn read_marginal(marginal: &Item<'_>, problems: &mut Vec<Diagnostic>) -> Option<Marginal> {
    let keys = marginal.object(problems)?;
    let (name, probability) = (keys.text("name", problems), keys.double("probability", problems));
    let exact = keys.get("exact").and_then(|exact| exact.exact(problems));
    let channel = keys.get("channel").and_then(|channel| channel.at.string().ok());
    Some(Marginal { name: name?, channel, probability: probability?, exact })
}

fn read_constraint(constraint: &Item<'_>, problems: &mut Vec<Diagnostic>) -> Option<ConstraintClaim> {
    let keys = constraint.object(problems)?;
    let (name, metric) = (keys.text("name", problems), keys.text("metric", problems));
    let sense = keys.need("sense", problems).and_then(|sense| match sense.text(problems)?.as_str() {
        "max" => Some(Sense::Cap),
        "min" => Some(Sense::Floor),
        other => {
            let problem = sense.at.problem("wrong-sense", "a constraint is neither a cap nor a floor").key(&sense.path);
            problems.push(problem.expected("\"max\" or \"min\"").found(format!("\"{other}\"")));
            None
        }
    });
    let coefficients = keys.need("coefficients", problems).and_then(|list| list.list(problems, Item::exact));
    let (bound, bound_exact) = (keys.double("bound", problems), keys.exact("bound_exact", problems));
    let (attained, attained_exact) = (keys.double("attained", problems), keys.exact("attained_exact", problems));
    let (price, price_exact) = (keys.double("price", problems), keys.exact("price_exact", problems));
    Some(ConstraintClaim {
        constraint: Constraint {
            name: name?,
            metric: metric?,
            sense: sense?,
            bound: bound_exact?,
            coefficients: coefficients?.into(),
        },
        bound: bound?,
        attained: attained?,
        attained_exact: attained_exact?,
        price: price?,
        price_exact: price_exact?,
    })
}

fn read_type(kind: &Item<'_>, problems: &mut Vec<Diagnostic>) -> Option<TypeClaim> {
    let keys = kind.object(problems)?;
    let (name, prior) = (keys.text("name", problems), keys.exact("prior_exact", problems));
    let attacks = keys.count("attacks", problems);
    let own = match keys.get("value_exact") {
        None => Some(None),
        Some(value) => {
            let value = value.exact(problems);
            let mut mix = |key| keys.need(key, problems).and_then(|list| list.list(problems, read_entry));
            let (attacker, defender) = (mix("attacker"), mix("defender"));
            let multipliers = keys.need("multipliers", problems).and_then(|list| list.list(problems, Item::exact));
            let own = || {
                Some(OwnValueClaim {
                    value: value?,
                    attacker: attacker?,
                    defender: defender?,
                    multipliers: multipliers?,
                })
            };
            own().map(Some)
        }
    };
    Some(TypeClaim { name: name?, prior: prior?, attacks: attacks?, own: own? })
}

fn read_quantal(keys: &Object<'_>, problems: &mut Vec<Diagnostic>) -> Option<QuantalClaim> {
    let lambda = keys.exact("lambda", problems);
    let prior = keys.need("prior", problems).and_then(|list| list.list(problems, Item::exact));
    Some(QuantalClaim { lambda: lambda?, prior: prior? })
}

fn read_commitment(root: &Object<'_>, problems: &mut Vec<Diagnostic>) -> Option<CommitmentClaim> {
    let game = root.need("game", problems).and_then(|game| game.object(problems))?;
    let utilities = match game.get("utilities").filter(|utilities| utilities.at.kind() != Kind::Null) {
        Some(utilities) => utilities.object(problems).and_then(|keys| {
            let mut matrix = |player| {
                let rows = keys.need(player, problems)?;
                rows.list(problems, |row, problems| row.list(problems, Item::exact))
            };
            let (defender, attacker) = (matrix("defender"), matrix("attacker"));
            Some(Some([defender?, attacker?]))
        }),
        None => Some(None),
    };
    let response = root.text("follower_response", problems);
    let slacks = root.need("best_response_slacks", problems).and_then(|list| {
        list.list(problems, |slack, problems| {
            let keys = slack.object(problems)?;
            let (name, double) = (keys.text("name", problems), keys.double("slack", problems));
            let exact = keys.exact("exact", problems);
            Some((name?, double?, exact?))
        })
    });
    let certificate = root.need("certificate", problems).and_then(|certificate| certificate.object(problems))?;
    let incentives = optional_list(&certificate, "incentives", problems, |entry, problems| {
        let keys = entry.object(problems)?;
        let responses = keys.need("responses", problems).and_then(|list| list.list(problems, Item::text));
        let multipliers = keys.need("multipliers", problems).and_then(|list| {
            list.list(problems, |multiplier, problems| {
                let keys = multiplier.object(problems)?;
                let (name, exact) = (keys.text("name", problems), keys.exact("exact", problems));
                Some((name?, exact?))
            })
        });
        Some(IncentivesClaim { responses: responses?, multipliers: multipliers? })
    });
    let equilibria = optional_list(root, "nash_equilibria", problems, |entry, problems| {
        let keys = entry.object(problems)?;
        let mut mix = |key| keys.need(key, problems).and_then(|list| list.list(problems, read_entry));
        let (attacker, defender) = (mix("attacker"), mix("defender"));
        let value = keys.double("value", problems);
        let exact = [keys.exact("value_exact", problems), keys.exact("attacker_value_exact", problems)];
        let [first, second] = exact;
        Some(EquilibriumClaim { attacker: attacker?, defender: defender?, value: value?, exact: [first?, second?] })
    });
    Some(CommitmentClaim {
        utilities: utilities?,
        response: response?,
        slacks: slacks?,
        incentives: incentives?,
        equilibria: equilibria?,
    })
}

fn read_interval(keys: &Object<'_>, problems: &mut Vec<Diagnostic>) -> Option<IntervalClaim> {
    let (lower, upper) = (keys.double("lower", problems), keys.double("upper", problems));
    let mut ends = |key| {
        let [lower, upper] = pair(&keys.need(key, problems)?, problems)?;
        let (lower, upper) = (lower.exact(problems), upper.exact(problems));
        Some([lower?, upper?])
    };
    let (lower_exact, upper_exact) = (ends("lower_exact"), ends("upper_exact"));
    let mut mix = |key| optional_list(keys, key, problems, read_entry);
    let (guaranteed, attack) = (mix("guaranteed"), mix("attack"));
    let (best_defence, worst_attack) = (mix("best_defence"), mix("worst_attack"));
    let mut multipliers = |key| match keys.get(key) {
        Some(list) => list.list(problems, Item::exact).map(Some),
        None => Some(None),
    };
    let (lower_multipliers, upper_multipliers) = (multipliers("lower_multipliers"), multipliers("upper_multipliers"));
    Some(IntervalClaim {
        lower: lower?,
        upper: upper?,
        lower_exact: lower_exact?,
        upper_exact: upper_exact?,
        guaranteed: guaranteed?,
        attack: attack?,
        best_defence: best_defence?,
        worst_attack: worst_attack?,
        lower_multipliers: lower_multipliers?,
        upper_multipliers: upper_multipliers?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::samples;
    use super::*;

    /// Code and key of every problem of the sample after a change.
    fn problems(change: impl FnOnce(&mut Value)) -> Vec<(&'static str, String)> {
        let mut result = samples::constrained();
        change(&mut result);
        let problems = Claim::from_json("r.json", &result.to_string()).expect_err("problems");
        problems.into_iter().map(|problem| (problem.code, problem.key)).collect()
    }

    fn one(code: &'static str, key: &str) -> Vec<(&'static str, String)> {
        vec![(code, key.to_owned())]
    }

    #[test]
    fn results_are_read() {
        for result in [samples::plain(), samples::constrained(), samples::pure(), samples::interval()] {
            let claim = Claim::from_json("r.json", &result.to_string());
            assert!(claim.is_ok_and(|claim| claim.has_losses()), "{result}");
        }
    }

    #[test]
    fn each_problem_has_its_code_and_key() {
        assert_eq!(problems(|result| result["schema"] = json!("saddlepoint.result/2")), one("wrong-schema", "schema"));
        assert_eq!(problems(|result| *result = json!([])), one("wrong-type", ""));
        let missing = |result: &mut Value| {
            result["certificate"].as_object_mut().map(|keys| keys.remove("upper"));
        };
        assert_eq!(problems(missing), one("missing-key", "certificate.upper"));
        assert_eq!(
            problems(|result| result["attacker"][1]["exact"] = json!("5 eighths")),
            one("bad-fraction", "attacker[1].exact")
        );
        assert_eq!(
            problems(|result| result["attacker"][1]["exact"] = json!(0.625)),
            one("wrong-type", "attacker[1].exact")
        );
        assert_eq!(problems(|result| result["game"]["attacks"] = json!(2.5)), one("wrong-type", "game.attacks"));
        assert_eq!(
            problems(|result| result["game"]["loss"][0][1] = json!(["0", "1/0"])),
            one("bad-fraction", "game.loss[0][1][1]")
        );
        assert_eq!(
            problems(|result| result["game"]["loss"][0][1] = json!(["0"])),
            one("wrong-length", "game.loss[0][1]")
        );
        assert_eq!(
            problems(|result| result["constraints"][0]["sense"] = json!("about")),
            one("wrong-sense", "constraints[0].sense")
        );
        assert_eq!(problems(|result| result["value"] = json!("0.4")), one("wrong-type", "value"));
    }

    #[test]
    fn all_problems_come_at_once_and_with_their_places() {
        let text = "{\"schema\": \"saddlepoint.result/1\",\n \"value\": 1e999,\n \"attacker\": 3}";
        let problems = Claim::from_json("r.json", text).expect_err("problems");
        let shown: Vec<_> = problems.iter().map(|problem| (problem.code, problem.key.as_str())).collect();
        assert_eq!(
            shown,
            [
                ("missing-key", "game"),
                ("missing-key", "certificate"),
                ("not-finite", "value"),
                ("wrong-type", "attacker"),
                ("missing-key", "defender"),
            ]
        );
        assert_eq!(problems[2].position, Some((2, 11)));
        let problems = Claim::from_json("r.json", "{").expect_err("problems");
        assert_eq!(problems[0].code, "not-json");
    }
}
