//! Portfolios on published tables: counts, feasibility, measured stacks against Fréchet's bounds, stages.

use std::collections::BTreeMap;

use proptest::prelude::*;
use saddlepoint_game::portfolio::{
    Burden, Composition, End, Limit, Portfolio, PortfolioError, PortfolioGame, Rate, Stack, Stage, certify, staged,
};
use saddlepoint_game::rational::{Rational, parse};
use saddlepoint_game::{AttackId, DefenceId, MixedStrategy, numbered};

fn number(text: &str) -> Rational {
    parse(text).expect("a number")
}

fn rate(text: &str) -> Rate {
    Rate::exact(number(text))
}

/// Yu et al., arXiv 2601.04795 (2026), Table 5, asr of llama-3.1-70b: undefended, `ParseData`, `CheckTool`, then the
/// stacks `ParseData + CheckTool` and `CheckTool + ParseData`, against direct, `ignore_previous`, `important_messages`.
const PARSING: [[&str; 5]; 3] = [
    ["0.0664", "0.0179", "0.0084", "0.0074", "0.0021"],
    ["0.1307", "0.0274", "0.0148", "0.0063", "0.0053"],
    ["0.2223", "0.0169", "0.0232", "0", "0.0021"],
];

fn parsing() -> PortfolioGame {
    let column = |k: usize| PARSING.iter().map(move |row| rate(row[k]));
    let stack = |order: [usize; 2], k: usize| Stack {
        order: order.map(DefenceId).to_vec(),
        rates: column(k).map(Some).collect(),
    };
    PortfolioGame::new(
        numbered("a", 3),
        column(0).collect(),
        vec!["ParseData".into(), "CheckTool".into()].into(),
        PARSING.iter().flat_map(|row| [rate(row[1]), rate(row[2])]).collect(),
        "no_defense".into(),
        Composition::Independent,
    )
    .and_then(|game| game.with_stacks(vec![stack([0, 1], 3), stack([1, 0], 4)]))
    .expect("a game")
}

#[test]
fn a_measured_stack_wins_in_its_order() {
    let game = parsing();
    let portfolios = game.portfolios(10).expect("few");
    let names: Vec<_> = portfolios.iter().map(|portfolio| game.name(portfolio)).collect();
    assert_eq!(names, ["no_defense", "ParseData", "CheckTool", "ParseData + CheckTool", "CheckTool + ParseData"]);
    assert_eq!(game.loss(AttackId(0), &portfolios[3], End::Highest), number("0.0074"));
    assert_eq!(game.loss(AttackId(0), &portfolios[4], End::Highest), number("0.0021"));
    assert_eq!(game.outside_bounds(), []);
    assert_eq!(game.clipped(), []);
}

#[test]
fn a_stack_worse_than_its_part_is_outside_the_bounds() {
    // agent_monitors (llama-3.1-8b, @5): AlignmentCheck alone 0.423, with PromptGuard2 0.763.
    let stack = Stack { order: vec![DefenceId(0), DefenceId(1)], rates: vec![Some(rate("0.763"))] };
    let game = PortfolioGame::new(
        numbered("a", 1),
        vec![rate("0.8")],
        numbered("d", 2),
        vec![rate("0.8"), rate("0.423")],
        "none".into(),
        Composition::Bounds,
    )
    .and_then(|game| game.with_stacks(vec![stack]))
    .expect("a game");
    let outside = game.outside_bounds();
    assert_eq!(outside.len(), 1);
    assert_eq!(*outside[0].bounds.at(End::Highest), number("0.423"));
}

/// Attack success and over-refusal of vicuna-7b-v1.5 without Prompt Guard, from the table shipped with the scenarios.
fn aisafetylab(rule: Composition) -> (PortfolioGame, Vec<Rational>) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/data/aisafetylab_jailbreak.csv");
    let text = std::fs::read_to_string(path).expect("the table");
    let (mut attacks, mut defences) = (Vec::<String>::new(), Vec::<String>::new());
    let (mut rates, mut refusals) = (BTreeMap::new(), BTreeMap::new());
    for line in text.lines().skip(1) {
        // The first two columns hold no quoted commas in this file.
        let cells: Vec<_> = line.split(',').collect();
        let [attack, defence, metric, value] = [cells[6], cells[8], cells[10], cells[11]];
        if cells[2] != "vicuna-7b-v1.5" || defence == "Prompt Guard" {
            continue;
        }
        if metric == "over_refusal_rate" {
            refusals.insert(defence.to_owned(), number(value));
        } else if metric == "asr" {
            if !attacks.contains(&attack.to_owned()) {
                attacks.push(attack.to_owned());
            }
            if defence != "no_defense" && !defences.contains(&defence.to_owned()) {
                defences.push(defence.to_owned());
            }
            rates.insert((attack.to_owned(), defence.to_owned()), rate(value));
        }
    }
    let cell = |a: &String, d: &str| rates[&(a.clone(), d.to_owned())].clone();
    let undefended = attacks.iter().map(|a| cell(a, "no_defense")).collect();
    let singles = attacks.iter().flat_map(|a| defences.iter().map(move |d| (a, d))).map(|(a, d)| cell(a, d)).collect();
    let refusals = defences.iter().map(|d| refusals[d].clone()).collect();
    let game = PortfolioGame::new(attacks.into(), undefended, defences.into(), singles, "no_defense".into(), rule);
    (game.expect("a game"), refusals)
}

#[test]
fn portfolios_of_a_published_table() {
    let (game, burdens) = aisafetylab(Composition::Independent);
    assert_eq!((game.attacks().len(), game.defences().len()), (13, 15));
    let pairs = game.clone().with_max_size(2);
    assert_eq!(pairs.portfolios(1_000).expect("few").len(), 121);
    assert_eq!(pairs.portfolios(120), Err(PortfolioError::TooMany { limit: 120 }));
    let limit = Limit { name: "refusals".into(), burden: Burden::Compound, burdens, most: number("0.25") };
    let refusing = game.clone().with_limit(limit).expect("a limit");
    let feasible = refusing.portfolios(1_000).expect("few");
    assert_eq!(feasible.len(), 84);
    // By size, then lexicographic.
    assert!(feasible.is_sorted_by_key(|portfolio| (portfolio.members().len(), portfolio.members().to_vec())));
    // The same by definition.
    let all =
        (0_u32..1 << 15).map(|mask| Portfolio::new((0..15).filter(|d| mask >> d & 1 == 1).map(DefenceId).collect()));
    assert_eq!(all.filter(|portfolio| refusing.is_admissible(portfolio)).count(), 84);
}

#[test]
fn a_path_is_limited_by_stage() {
    let game = PortfolioGame::new(
        numbered("a", 1),
        vec![rate("1")],
        numbered("g", 4),
        ["0.5", "0.25", "0.5", "0.5"].map(rate).to_vec(),
        "none".into(),
        Composition::Independent,
    )
    .expect("a game");
    let stage = |name: &str, guards: &[usize]| Stage {
        name: name.into(),
        guards: guards.iter().map(|g| DefenceId(*g)).collect(),
    };
    let stages = [stage("input", &[0, 1]), stage("model", &[2]), stage("output", &[3])];
    let count = |guards| staged(game.clone(), &stages, guards).expect("a path").portfolios(100).expect("few").len();
    // No guard, one of four, two of different stages (6 pairs less one), three.
    assert_eq!([count(0), count(1), count(2), count(3)], [1, 5, 10, 12]);
    let unknown = staged(game, &[stage("input", &[4])], 1);
    assert!(matches!(unknown, Err(PortfolioError::Unknown { what: "guard", position: 4, count: 4 })));
}

fn share() -> impl Strategy<Value = u32> {
    prop_oneof![1 => Just(0_u32), 8 => 0_u32..=20]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// The search proves the least loss, and nothing above it, whatever the rule, the burdens and the measured stacks.
    #[test]
    fn the_search_agrees_with_enumeration(
        rates in prop::collection::vec(prop::collection::vec(share(), 7), 3),
        burdens in prop::collection::vec(0_u32..=5, 6),
        most in 0_u32..=12,
        weights in prop::collection::vec(1_u32..=9, 3),
        rule in 0_u32..3,
        compound in any::<bool>(),
        stack in share(),
    ) {
        let at = |k: u32| Rational::from(k) / Rational::from(20);
        let rule = match rule {
            0 => Composition::Independent,
            1 => Composition::Bounds,
            _ => Composition::Correlated(at(7)),
        };
        let burden = if compound { Burden::Compound } else { Burden::Sum };
        let limit = Limit { name: "cost".into(), burden, burdens: burdens.into_iter().map(at).collect(), most: at(most) };
        let stack = Stack { order: vec![DefenceId(3), DefenceId(1)], rates: vec![Some(Rate::exact(at(stack))), None, None] };
        let game = PortfolioGame::new(
            numbered("a", 3),
            rates.iter().map(|row| Rate::exact(at(row[0]))).collect(),
            numbered("d", 6),
            rates.iter().flat_map(|row| row[1..].iter().map(|k| Rate::exact(at(*k)))).collect(),
            "none".into(),
            rule,
        )
        .and_then(|game| game.with_limit(limit))
        .and_then(|game| game.with_stacks(vec![stack]))
        .expect("a game")
        .with_max_size(4);
        let sum: u32 = weights.iter().sum();
        let x: Vec<_> = weights.iter().map(|w| Rational::from(*w) / Rational::from(sum)).collect();
        let portfolios = game.portfolios(1_000).expect("few");
        let attacker = MixedStrategy::exact(x.clone()).expect("a mix");
        let defender = MixedStrategy::pure(portfolios.len(), 0).expect("a mix");
        for end in [End::Lowest, End::Highest] {
            let loss = |s: &Portfolio| (0..3).fold(Rational::ZERO, |sum, a| sum + &x[a] * game.loss(AttackId(a), s, end));
            let least = portfolios.iter().map(loss).min().expect("the empty one");
            let proof = |claim: &Rational| certify(&game, end, &attacker, &portfolios, &defender, claim, 100_000);
            let proved = proof(&least).expect("a proof");
            prop_assert_eq!(&proved.lower, &least);
            let more = &least + number("1e-30");
            let is_refused = matches!(proof(&more), Err(PortfolioError::NotLower { .. }));
            prop_assert!(is_refused);
        }
    }
}
