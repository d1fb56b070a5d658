//! From a document to a [`Scenario`]: every key once, every problem at once.

use std::collections::{BTreeMap, BTreeSet};

use super::defender::{
    STRATEGIES, numbers_by_name, read_budget_table, read_channel, read_composition, read_coverage, read_resource,
    read_stage,
};
use super::document::{Document, Node, Value, split_path};
use super::evidence::{read_bits, read_noise, read_stress};
use super::graph::read_graph;
use super::reader::{Problems, TableReader};
use super::schema::{
    AttackerSees, Concept, ConstraintTable, Draw, ExpectTable, FigureKind, FigureTable, GameTable, Harm, Judge,
    LossForm, LossTable, MetricRows, MissingMode, MissingTable, On, Ranked, Scenario, Sees, Selection, SourceTable,
    TypeTable, default_tolerance,
};
use super::sweep::{Axis, AxisValues, MAX_POINTS, Sweep, SweepMode};
use super::value::{Name, Number, Setting};
use crate::diagnostic::{Diagnostic, one_of};
use crate::rational::{self, Rational, is_nonnegative, is_share};

/// Reads a scenario.
///
/// # Errors
/// Every problem of the file: unknown and missing keys, wrong types, values out of range, keys of later versions.
pub(crate) fn read(document: &Document) -> Result<Scenario, Vec<Diagnostic>> {
    let (scenario, problems) = read_leniently(document);
    if problems.is_empty() { Ok(scenario) } else { Err(problems) }
}

/// Reads what can be read of a scenario, with every problem of the file.
pub(crate) fn read_leniently(document: &Document) -> (Scenario, Vec<Diagnostic>) {
    let problems = Problems::default();
    let root = TableReader::root(document, &problems);
    let scenario = scenario(&root);
    root.finish();
    (scenario, problems.into_inner())
}

fn scenario(root: &TableReader<'_>) -> Scenario {
    match root.number("schema") {
        None if root.node("schema").is_none() => root.missing("schema", "`schema = 1`"),
        Some(version) if version != Rational::ONE => root.report(
            "schema",
            Diagnostic::error("unknown-schema", "this version reads scenario format 1")
                .expected("`1`")
                .found(format!("`{}`", rational::to_text(&version))),
        ),
        _ => {}
    }
    let name = root.required_text("name");
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if root.node("name").is_some() && (name.is_empty() || !name.chars().all(fits)) {
        root.report(
            "name",
            Diagnostic::error("bad-name", "`name` names a folder of results")
                .expected("lower case letters, digits, `-` and `_`")
                .found(format!("`{name}`")),
        );
    }
    let source: BTreeMap<_, _> =
        root.named_tables("source").into_iter().map(|(name, table)| (name, read_source(table))).collect();
    let channels: BTreeMap<_, _> =
        root.named_tables("channels").into_iter().map(|(name, table)| (name, read_channel(table))).collect();
    let coverage = root.table("coverage").map(read_coverage);
    let graph = root.table("graph").map(read_graph);
    check_sources(root, [!source.is_empty(), !channels.is_empty(), coverage.is_some(), graph.is_some()]);
    let constraint: Vec<_> = root.tables("constraint").into_iter().map(read_constraint).collect();
    let resource: Vec<_> = root.tables("resource").into_iter().map(read_resource).collect();
    let types: Vec<_> = root.tables("type").into_iter().map(read_type).collect();
    unique(root, "constraint", constraint.iter().map(|constraint| &constraint.name));
    unique(root, "resource", resource.iter().map(|resource| &resource.name));
    unique(root, "type", types.iter().map(|kind| &kind.name));
    let scenario = Scenario {
        schema: 1,
        title: root.text("title").unwrap_or_default(),
        question: root.text("question").unwrap_or_default(),
        notes: root.text("notes").unwrap_or_default(),
        assembled: root.boolean("assembled").unwrap_or(false),
        source,
        channels,
        coverage,
        graph,
        stage: root.tables("stage").into_iter().map(read_stage).collect(),
        game: root.table("game").map(read_game).unwrap_or_default(),
        loss: root.table("loss").map(read_loss).unwrap_or_default(),
        budget: root.table("budget").map(read_budget_table),
        composition: root.table("composition").map(read_composition),
        missing: root.table("missing").map(read_missing).unwrap_or_default(),
        noise: root.table("noise").map(read_noise),
        stress: root.table("stress").map(read_stress),
        bits: root.table("bits").map(read_bits),
        sweep: root.table("sweep").as_ref().map(read_sweep).unwrap_or_default(),
        expect: root.tables("expect").into_iter().map(read_expect).collect(),
        figure: root.tables("figure").into_iter().map(read_figure).collect(),
        name,
        constraint,
        resource,
        types,
    };
    super::coherence::check(root, &scenario);
    scenario
}

/// A game needs measurements of one kind.
fn check_sources(root: &TableReader<'_>, given: [bool; 4]) {
    let kinds = ["source", "channels", "coverage", "graph"];
    let present: Vec<_> = kinds.iter().zip(given).filter(|(_, is_there)| *is_there).map(|(key, _)| *key).collect();
    match present.as_slice() {
        [] => root.missing("source", "a table `[source.NAME]` with the key `file`, or channels"),
        [_] => {}
        [_, second, ..] => root.report(
            second,
            Diagnostic::error("two-games", format!("{} say two different games", one_of(present.iter().copied())))
                .expected("`[source.NAME]`, or `[channels.NAME]`, or `[coverage]`, or `[graph]`"),
        ),
    }
}

/// Tables of an array are addressed by their names.
fn unique<'a>(root: &TableReader<'_>, key: &'static str, names: impl Iterator<Item = &'a String>) {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            root.report(key, Diagnostic::error("duplicate-name", format!("two `[[{key}]]` are named `{name}`")));
        }
    }
}

fn name(table: &TableReader<'_>, key: &'static str) -> Option<Name> {
    let place = table.node(key)?.place.clone();
    table.text(key).map(|text| Name { text, place })
}

pub(super) fn names(table: &TableReader<'_>, key: &'static str) -> Option<Vec<Name>> {
    let texts = table.texts(key)?;
    if texts.is_empty() {
        table.report(key, Diagnostic::error("empty-list", format!("`{key}` is empty")).expected("at least one name"));
    }
    let mut seen = BTreeSet::new();
    for (text, place) in &texts {
        if !seen.insert(text) {
            table.report_at(
                key,
                place,
                Diagnostic::error("duplicate-name", format!("`{text}` is listed twice in `{key}`")),
            );
        }
    }
    Some(texts.into_iter().map(|(text, place)| Name { text, place }).collect())
}

fn read_source(table: TableReader<'_>) -> SourceTable {
    let source = source_keys(&table);
    table.finish();
    source
}

/// The keys of a source, from a table that may have more.
pub(super) fn source_keys(table: &TableReader<'_>) -> SourceTable {
    SourceTable {
        file: table.required_text("file"),
        model: name(table, "model"),
        metric: name(table, "metric"),
        places: names(table, "where"),
        attacks: names(table, "attacks"),
        drop_attacks: names_or_none(table, "drop_attacks"),
        defences: names(table, "defences"),
        drop_defences: names_or_none(table, "drop_defences"),
        footprint: table.table("footprint").map(|inner| read_footprints(&inner)).unwrap_or_default(),
        sees: table.table("sees").map(|inner| read_sees(&inner)).unwrap_or_default(),
        false_positives: name(table, "false_positives"),
        judge: table
            .choice("judge", &[("automatic", Judge::Automatic), ("several", Judge::Several), ("human", Judge::Human)]),
    }
}

/// As [`names`]; an empty list drops nothing.
fn names_or_none(table: &TableReader<'_>, key: &'static str) -> Option<Vec<Name>> {
    match table.node(key).map(|node| &node.value) {
        Some(Value::List(items)) if items.is_empty() => None,
        _ => names(table, key),
    }
}

fn read_footprints(table: &TableReader<'_>) -> BTreeMap<String, Vec<Name>> {
    let mut footprints = BTreeMap::new();
    for (attack, place, node) in table.own_entries() {
        let channels: Option<Vec<_>> = match &node.value {
            Value::List(items) => items
                .iter()
                .map(|item| match &item.value {
                    Value::Text(text) => Some(Name { text: text.clone(), place: item.place.clone() }),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        match channels {
            Some(channels) if !channels.is_empty() => {
                footprints.insert(attack.to_owned(), channels);
            }
            _ => {
                let problem = Diagnostic::error("wrong-type", format!("the footprint of `{attack}` is no list"));
                let problem = problem.expected("a list of channels, such as [\"text\", \"image\"]");
                table.report_at(attack, place, problem.found(node.value.shown()));
            }
        }
    }
    footprints
}

fn read_sees(table: &TableReader<'_>) -> BTreeMap<String, Sees> {
    let mut sees = BTreeMap::new();
    for (defence, place, node) in table.own_entries() {
        match &node.value {
            Value::Text(text) if text == "single" => _ = sees.insert(defence.to_owned(), Sees::Single),
            Value::Text(text) if text == "joint" => _ = sees.insert(defence.to_owned(), Sees::Joint),
            other => {
                let problem = Diagnostic::error("unknown-value", format!("unknown sight of `{defence}`"));
                table.report_at(defence, place, problem.expected("`single` or `joint`").found(other.shown()));
            }
        }
    }
    sees
}

fn read_type(table: TableReader<'_>) -> TypeTable {
    let is_prior = |p: &Rational| *p > Rational::ZERO && *p <= Rational::ONE;
    if table.node("prior").is_none() {
        table.missing("prior", "a probability above 0");
    }
    let prior = table.number_in("prior", is_prior, "a probability above 0 and at most 1");
    let kind = TypeTable {
        name: table.required_text("name"),
        prior: Number(prior.unwrap_or(Rational::ONE)),
        victim: name(&table, "victim"),
        attacks: names(&table, "attacks"),
        drop_attacks: names(&table, "drop_attacks"),
    };
    table.finish();
    kind
}

fn read_game(table: TableReader<'_>) -> GameTable {
    let concept = table.choice("concept", &Concept::ALL.map(|concept| (concept.as_str(), concept)));
    let attacker_sees = match table.node("attacker_sees") {
        Some(Node { value: Value::Table(_), .. }) => table.table("attacker_sees").map(|inner| {
            let probe = inner.number_in("probe", is_share, "a probability from 0 to 1");
            if inner.node("probe").is_none() {
                inner.missing("probe", "a probability from 0 to 1");
            }
            inner.finish();
            AttackerSees::Probe(Number(probe.unwrap_or(Rational::ZERO)))
        }),
        Some(Node { value: Value::Text(text), .. }) => match text.as_str() {
            "nothing" => Some(AttackerSees::Nothing),
            "mix" => Some(AttackerSees::Mix),
            "draw" => Some(AttackerSees::Draw),
            _ => {
                let words = ["nothing", "mix", "draw"];
                table.report(
                    "attacker_sees",
                    Diagnostic::error("unknown-value", format!("unknown attacker_sees `{text}`"))
                        .expected(format!("{} or {{ probe = q }}", one_of(words)))
                        .suggest(text, words),
                );
                None
            }
        },
        Some(other) => {
            table.report(
                "attacker_sees",
                Diagnostic::error("wrong-type", "`attacker_sees` has the wrong type")
                    .expected("`nothing`, `mix`, `draw` or { probe = q }")
                    .found(other.value.shown()),
            );
            None
        }
        None => None,
    };
    let selections =
        [("vertex", Selection::Vertex), ("canonical", Selection::Canonical), ("smooth", Selection::Smooth)];
    let selection = table.choice("selection", &selections);
    let is_curvature = |epsilon: &Rational| *epsilon > Rational::ZERO && *epsilon <= Rational::ONE;
    let epsilon = table.number_in("epsilon", is_curvature, "a fraction of the pay-off range above 0 and at most 1");
    let game = GameTable {
        concept: concept.unwrap_or_default(),
        attacker_sees: attacker_sees.unwrap_or_default(),
        selection,
        epsilon: epsilon.map(Number),
        strategy: table.choice("strategy", &STRATEGIES),
        beta: table.number_in("beta", is_share, "a number from 0 to 1").map(Number),
        lambda: table.number_in("lambda", is_nonnegative, "a number that is at least 0").map(Number),
        prior: table.table("prior").map(|inner| numbers_by_name(&inner, "prior")),
        victims: names(&table, "victims"),
        tries: table.count("tries"),
        draw: table.choice("draw", &[("fresh", Draw::Fresh), ("sticky", Draw::Sticky)]),
        then: names(&table, "then"),
    };
    table.finish();
    game
}

fn read_loss(table: TableReader<'_>) -> LossTable {
    let forms = [("single", LossForm::Single), ("weighted", LossForm::Weighted), ("base-rate", LossForm::BaseRate)];
    let form = table.choice("form", &forms).unwrap_or_default();
    let share = |key| table.number_in(key, is_share, "a share from 0 to 1").map(Number);
    let price = |key| table.number_in(key, is_nonnegative, "a number that is at least 0").map(Number);
    let loss = LossTable {
        form,
        w: share("w"),
        pi: share("pi"),
        h: read_harm(&table),
        g: price("g"),
        b: price("b"),
        r: price("r"),
        k_t: price("k_t"),
        k_c: price("k_c"),
        utility: name(&table, "utility"),
        utility_under_attack: name(&table, "utility_under_attack"),
        over_refusal: name(&table, "over_refusal"),
        latency: name(&table, "latency"),
        cost: name(&table, "cost"),
        attacker_cost: name(&table, "attacker_cost"),
        unit: table.text("unit"),
    };
    check_form(&table, &loss);
    table.finish();
    loss
}

/// Keys of the base-rate form.
const BASE_RATE_KEYS: [&str; 13] = [
    "pi",
    "h",
    "g",
    "b",
    "r",
    "k_t",
    "k_c",
    "utility",
    "utility_under_attack",
    "over_refusal",
    "latency",
    "cost",
    "unit",
];

/// Each form needs its own keys and has no use for the others, which would be ignored silently.
fn check_form(table: &TableReader<'_>, loss: &LossTable) {
    let (needed, allowed): (&[&str], &[&str]) = match loss.form {
        LossForm::Single => (&[], &[]),
        LossForm::Weighted => (&["w", "utility"], &["w", "utility", "pi"]),
        LossForm::BaseRate => (&["pi", "h"], &BASE_RATE_KEYS),
    };
    let form = match loss.form {
        LossForm::Single => "single",
        LossForm::Weighted => "weighted",
        LossForm::BaseRate => "base-rate",
    };
    let present: Vec<&str> = table.own_entries().map(|(key, _, _)| key).filter(|key| *key != "form").collect();
    for key in needed.iter().filter(|key| !present.contains(key)) {
        table.missing(key, &format!("a value for the form `{form}`"));
    }
    for key in present.iter().filter(|key| (**key == "w" || BASE_RATE_KEYS.contains(key)) && !allowed.contains(key)) {
        table.report(
            key,
            Diagnostic::error("unused-key", format!("`{key}` has no meaning in the form `{form}`"))
                .expected(one_of(allowed.iter().copied()))
                .hint("remove it, or choose the form that uses it"),
        );
    }
    for (price, metric) in
        [("g", "utility_under_attack"), ("b", "utility"), ("r", "over_refusal"), ("k_t", "latency"), ("k_c", "cost")]
    {
        let (has_price, has_metric) = (present.contains(&price), present.contains(&metric));
        if loss.form == LossForm::BaseRate && has_price != has_metric {
            let (there, absent) = if has_price { (price, metric) } else { (metric, price) };
            table.report(
                there,
                Diagnostic::error("incomplete-term", format!("`{there}` needs `{absent}` beside it"))
                    .expected(format!("both `{price}` and `{metric}`, or neither")),
            );
        }
    }
}

fn read_harm(table: &TableReader<'_>) -> Option<Harm> {
    let node = table.node("h")?;
    let Value::Table(_) = &node.value else {
        return table.number_in("h", is_nonnegative, "a number that is at least 0").map(|h| Harm::Same(Number(h)));
    };
    let inner = table.table("h")?;
    let mut harms = BTreeMap::new();
    for (attack, place, node) in inner.own_entries() {
        let Some(number) = inner.number_at(attack, node) else { continue };
        if is_nonnegative(&number) {
            harms.insert(attack.to_owned(), Number(number));
        } else {
            let problem = Diagnostic::error("out-of-range", format!("the harm of `{attack}` is negative"));
            inner.report_at(attack, place, problem.expected("a number that is at least 0"));
        }
    }
    Some(Harm::PerAttack(harms))
}

fn read_constraint(table: TableReader<'_>) -> ConstraintTable {
    let metric = name(&table, "metric");
    if metric.is_none() {
        table.required_text("metric");
    }
    let constraint = ConstraintTable {
        name: table.required_text("name"),
        metric: metric.unwrap_or_else(|| Name { text: String::new(), place: table.place().clone() }),
        channel: name(&table, "channel"),
        rows: table.choice("rows", &[("benign", MetricRows::Benign), ("worst-attack", MetricRows::WorstAttack)]),
        min: table.number("min").map(Number),
        max: table.number("max").map(Number),
        on: table.choice("on", &[("expected", On::Expected), ("every-draw", On::EveryDraw)]).unwrap_or_default(),
    };
    let bounds = [table.node("min").is_some(), table.node("max").is_some()];
    if bounds[0] == bounds[1] {
        table.report(
            if bounds[0] { "min" } else { "metric" },
            Diagnostic::error("one-bound", "a constraint has one bound")
                .expected("either `min` or `max`")
                .found(if bounds[0] { "both" } else { "neither" }),
        );
    }
    table.finish();
    constraint
}

fn read_missing(table: TableReader<'_>) -> MissingTable {
    let modes = [
        ("error", MissingMode::Error),
        ("bounds", MissingMode::Bounds),
        ("drop-defences", MissingMode::DropDefences),
        ("drop-attacks", MissingMode::DropAttacks),
    ];
    let mut missing = MissingTable { mode: table.choice("mode", &modes).unwrap_or_default(), ..Default::default() };
    if let Some(numbers) = table.numbers("range") {
        match <[Rational; 2]>::try_from(numbers) {
            Ok([low, high]) if low <= high => missing.range = [Number(low), Number(high)],
            _ => table.report(
                "range",
                Diagnostic::error("bad-range", "`range` is not an interval").expected("[lowest, highest]"),
            ),
        }
    }
    missing.monotone = table.boolean("monotone").unwrap_or(false);
    if missing.monotone && missing.mode != MissingMode::Bounds {
        let problem = Diagnostic::error("unused-key", "`monotone` has a meaning for the mode `bounds` only");
        table.report("monotone", problem);
    }
    table.finish();
    missing
}

fn read_sweep(table: &TableReader<'_>) -> Sweep {
    let mode = table.choice("mode", &[("grid", SweepMode::Grid), ("zip", SweepMode::Zip)]).unwrap_or_default();
    let mut axes: Vec<Axis> = Vec::new();
    for (path, place, node) in table.own_entries().filter(|(key, _, _)| *key != "mode") {
        let values = match &node.value {
            Value::List(items) => {
                AxisValues::List(items.iter().filter_map(|item| setting(table, path, item)).collect())
            }
            Value::Table(_) => match read_range(table, path, node) {
                Some(values) => values,
                None => continue,
            },
            other => {
                table.report_at(
                    path,
                    &node.place,
                    Diagnostic::error("wrong-type", format!("`{path}` has the wrong type"))
                        .expected("a list of values or { from, to, step }")
                        .found(other.shown()),
                );
                continue;
            }
        };
        let axis = Axis { path: path.to_owned(), place: place.clone(), values };
        if axis.is_empty() {
            let problem = Diagnostic::error("empty-list", format!("`{path}` takes no value"));
            let problem = match &axis.values {
                AxisValues::Range { .. } => {
                    problem.hint("the step leads away from `to`: turn its sign, or swap the ends")
                }
                AxisValues::List(_) => problem.expected("at least one value"),
            };
            table.report_at(path, &node.place, problem);
        }
        axes.push(axis);
    }
    let sweep = Sweep { mode, axes };
    if mode == SweepMode::Zip && sweep.axes.windows(2).any(|pair| pair[0].len() != pair[1].len()) {
        let lengths: Vec<_> = sweep.axes.iter().map(|axis| axis.len().to_string()).collect();
        table.report(
            "mode",
            Diagnostic::error("ragged-zip", "the keys of a zip take different numbers of values")
                .expected("as many values for every key")
                .found(lengths.join(", ")),
        );
    }
    let points = sweep.points();
    if points > MAX_POINTS {
        table.report(
            "mode",
            Diagnostic::error("too-many-points", format!("the sweep has {} points", count_text(points)))
                .expected(format!("at most {}", count_text(MAX_POINTS)))
                .hint("take larger steps, or sweep fewer keys at once"),
        );
    }
    // Axis keys are the user's own, so there is no unknown key to look for.
    sweep
}

fn count_text(count: u128) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn read_range(table: &TableReader<'_>, path: &str, node: &Node) -> Option<AxisValues> {
    let Value::Table(inner) = &node.value else { return None };
    if inner.entries().all(|(key, _, _)| !["from", "to", "step"].contains(&key)) {
        let inside = inner.entries().next().map_or("KEY", |(key, _, _)| key);
        let problem = Diagnostic::error("unquoted-path", format!("`{path}` is no range of values"))
            .expected("{ from = …, to = …, step = … }")
            .hint(format!("a dotted path is one key only in quotes: \"{path}.{inside}\" = …"));
        table.report_at(path, &node.place, problem);
        return None;
    }
    let take = |key: &str| {
        let number = inner.get(key).and_then(|found| table.number_at(path, found));
        if inner.get(key).is_none() {
            table.report_at(
                path,
                &node.place,
                Diagnostic::error("missing-key", format!("the range of `{path}` needs `{key}`"))
                    .expected("{ from = …, to = …, step = … }"),
            );
        }
        number
    };
    let (from, to, step) = (take("from"), take("to"), take("step"));
    for (key, place, _) in inner.entries().filter(|(key, _, _)| !["from", "to", "step"].contains(key)) {
        table.report_at(
            path,
            place,
            Diagnostic::error("unknown-key", format!("unknown key `{key}` in a range"))
                .expected(one_of(["from", "to", "step"]))
                .suggest(key, ["from", "to", "step"]),
        );
    }
    let step = step?;
    if step.is_zero() {
        let problem = Diagnostic::error("out-of-range", format!("the step of `{path}` is 0"));
        table.report_at(path, &node.place, problem.expected("a step that is not 0"));
        return None;
    }
    Some(AxisValues::Range { from: from?, to: to?, step })
}

fn setting(table: &TableReader<'_>, path: &str, node: &Node) -> Option<Setting> {
    match &node.value {
        Value::Text(_) | Value::Number(_) | Value::Boolean(_) => Some(Setting(node.clone())),
        Value::List(items) if items.iter().all(|item| matches!(item.value, Value::Text(_))) => {
            Some(Setting(node.clone()))
        }
        other => {
            table.report_at(
                path,
                &node.place,
                Diagnostic::error("wrong-type", format!("`{path}` cannot be set to this"))
                    .expected("a finite number, a string, a boolean or a list of strings")
                    .found(other.shown()),
            );
            None
        }
    }
}

fn read_expect(table: TableReader<'_>) -> ExpectTable {
    let mut at = BTreeMap::new();
    if let Some(inner) = table.table("at") {
        for (path, _, node) in inner.own_entries() {
            if let Some(setting) = setting(&inner, path, node) {
                at.insert(path.to_owned(), setting);
            }
        }
    }
    let number = |key| table.number(key).map(Number);
    let tolerance = table.number_in("tolerance", is_nonnegative, "a number that is at least 0");
    let expect = ExpectTable {
        at,
        value: number("value"),
        pure: number("pure"),
        visible: number("visible"),
        price: number("price"),
        lower: number("lower"),
        upper: number("upper"),
        break_even_leak: number("break_even_leak"),
        switches: table.numbers("switches").map(|numbers| numbers.into_iter().map(Number).collect()),
        kinks: table.numbers("kinks").map(|numbers| numbers.into_iter().map(Number).collect()),
        tolerance: tolerance.map_or_else(default_tolerance, Number),
    };
    let keys = ["value", "pure", "visible", "price", "lower", "upper", "break_even_leak", "switches", "kinks"];
    if keys.iter().all(|key| table.own_entries().all(|(present, _, _)| present != *key)) {
        table.missing("value", &one_of(keys));
    }
    table.finish();
    expect
}

fn read_figure(table: TableReader<'_>) -> FigureTable {
    let kinds = FigureKind::ALL.map(|kind| (kind.as_str(), kind));
    if table.node("kind").is_none() {
        table.missing("kind", &one_of(kinds.iter().map(|(word, _)| *word)));
    }
    let figure = FigureTable {
        kind: table.choice("kind", &kinds).unwrap_or(FigureKind::Payoffs),
        x: name(&table, "x"),
        x_label: table.text("x_label"),
        y: table.text("y"),
        of: table.choice("of", &Ranked::WORDS),
        title: table.text("title"),
    };
    if figure.of.is_some() && figure.kind != FigureKind::Ranking {
        table.report("of", Diagnostic::error("unused-key", "`of` has a meaning for the kind `ranking` only"));
    }
    table.finish();
    figure
}

/// Whether two dotted paths name the same key.
pub(crate) fn same_path(a: &str, b: &str) -> bool {
    split_path(a) == split_path(b)
}
