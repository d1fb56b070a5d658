//! Double oracle over portfolios against the explicit game, published tables, and knapsacks too large to write down.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use saddlepoint_game::portfolio::{
    Burden, Composition, End, Limit, PortfolioGame, Rate, Stack, Stage, certify, staged,
};
use saddlepoint_game::rational::{Rational, parse, to_f64};
use saddlepoint_game::testing::Draw;
use saddlepoint_game::{DefenceId, Game, numbered};
use saddlepoint_solver::portfolio_oracle::{self, PortfolioSolution};
use saddlepoint_solver::{Settings, Status, exact};

fn number(text: &str) -> Rational {
    parse(text).expect("a number")
}

fn rate(text: &str) -> Rate {
    Rate::exact(number(text))
}

/// Attack success and over-refusal of vicuna-7b-v1.5 without Prompt Guard, from the table shipped with the scenarios.
fn aisafetylab(rule: Composition) -> (PortfolioGame, Vec<Rational>) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/data/aisafetylab_jailbreak.csv");
    let text = std::fs::read_to_string(path).expect("the table");
    let (mut attacks, mut defences) = (Vec::<String>::new(), Vec::<String>::new());
    let (mut rates, mut refusals) = (BTreeMap::new(), BTreeMap::new());
    for line in text.lines().skip(1) {
        // No cell of this file is quoted.
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
    let cells = attacks.iter().flat_map(|a| defences.iter().map(move |d| (a, d)));
    let singles = cells.map(|(a, d)| cell(a, d)).collect();
    let refusals = defences.iter().map(|d| refusals[d].clone()).collect();
    let game = PortfolioGame::new(attacks.into(), undefended, defences.into(), singles, "no_defense".into(), rule);
    (game.expect("a game"), refusals)
}

/// The exact value of the explicit game, and its best single portfolio.
fn explicit(game: &PortfolioGame, end: End) -> (Rational, Rational) {
    let portfolios = game.portfolios(100_000).expect("few");
    let matrix = game.matrix(&portfolios, end).expect("a matrix");
    let pure = matrix.worst_losses().to_rationals().into_iter().min().expect("a portfolio");
    let optimum = exact::optimum(&Game::new(matrix)).expect("an optimum");
    (optimum.value(), pure)
}

fn oracle(game: &PortfolioGame, end: End) -> PortfolioSolution {
    portfolio_oracle::solve(game, end, &Settings::default()).expect("an answer")
}

fn rounds_to(value: &Rational, printed: &str) {
    let off = to_f64(&(value - number(printed)));
    assert!(off.abs() <= 5e-7, "{} is not {printed}", to_f64(value));
}

/// What double oracle proves contains what the explicit game proves, and is as narrow as asked for.
fn agrees(game: &PortfolioGame, end: End) -> PortfolioSolution {
    let (value, _) = explicit(game, end);
    let solution = oracle(game, end);
    assert_eq!(solution.status, Status::Converged);
    let certificate = &solution.certificate;
    assert!(certificate.lower <= value && value <= certificate.upper);
    assert!(certificate.gap() <= number("1.2e-9"), "{}", to_f64(&certificate.gap()));
    solution
}

#[test]
fn pairs_of_a_published_table() {
    for (rule, end, printed) in [
        (Composition::Bounds, End::Lowest, "0.040000"),
        (Composition::Independent, End::Highest, "0.083593"),
        (Composition::Bounds, End::Highest, "0.141290"),
    ] {
        let game = aisafetylab(rule.clone()).0.with_max_size(2);
        let (value, pure) = explicit(&game, end);
        rounds_to(&value, printed);
        if rule == Composition::Independent {
            rounds_to(&pure, "0.091304");
        }
        let solution = agrees(&game, end);
        assert!(solution.certificate.gap() == Rational::ZERO, "{printed}: {:?}", to_f64(&solution.certificate.gap()));
        assert_eq!(solution.certificate.upper, value);
    }
}

#[test]
fn any_size_under_a_cap_on_refusals() {
    let (game, burdens) = aisafetylab(Composition::Independent);
    let limit = Limit { name: "refusals".into(), burden: Burden::Compound, burdens, most: number("0.25") };
    let game = game.with_limit(limit).expect("a limit");
    let (value, pure) = explicit(&game, End::Highest);
    rounds_to(&value, "0.118065");
    rounds_to(&pure, "0.172174");
    let solution = agrees(&game, End::Highest);
    assert_eq!((&solution.certificate.lower, &solution.certificate.upper), (&value, &value));
    assert!(solution.seen < 84);
}

#[test]
fn guards_on_a_path() {
    // Yu et al., arXiv 2601.04795 (2026), Table 5, asr of llama-3.1-70b against direct, ignore_previous and
    // important_messages: undefended, then DeBERTa detector, Tool filter, ParseData, CheckTool.
    let table = [
        ["0.0664", "0.0337", "0.0137", "0.0179", "0.0084"],
        ["0.1307", "0.0011", "0.0232", "0.0274", "0.0148"],
        ["0.2223", "0.0527", "0.0558", "0.0169", "0.0232"],
    ];
    let names = ["DeBERTa Detector", "Tool filter", "ParseData", "CheckTool"].map(String::from);
    let path = |rule, guards| {
        let undefended = table.iter().map(|row| rate(row[0])).collect();
        let singles = table.iter().flat_map(|row| row[1..].iter().map(|text| rate(text))).collect();
        let game =
            PortfolioGame::new(numbered("a", 3), undefended, names.to_vec().into(), singles, "none".into(), rule);
        let stage = |d: usize| Stage { name: names[d].clone(), guards: vec![DefenceId(d)] };
        staged(game.expect("a game"), &[0, 1, 2, 3].map(stage), guards).expect("a path")
    };
    // The value is that of the mix over placements against the worst of the three attacks.
    for (guards, printed) in ["0.222300", "0.020400", "0.002578", "0.000506", "0.000237"].iter().enumerate() {
        let solution = agrees(&path(Composition::Independent, guards), End::Highest);
        rounds_to(&solution.certificate.upper, printed);
    }
    // If nothing is known of the layers together, important_messages passes ParseData, the best guard against it, at
    // 0.0169, and ParseData with CheckTool holds the other two below that: further guards promise nothing.
    for guards in 2..=4 {
        let solution = agrees(&path(Composition::Bounds, guards), End::Highest);
        assert_eq!(solution.certificate.upper, number("0.0169"));
    }
    rounds_to(&agrees(&path(Composition::Bounds, 1), End::Highest).certificate.upper, "0.020400");
}

/// Undefended rates in hundredths from 40, pass rates below them, two resources of which a fraction can be bought.
fn knapsack(attacks: usize, defences: usize, fraction: u32, resources: usize, seed: u64) -> PortfolioGame {
    let mut draw = Draw::new(seed);
    let hundredth = |k: u32| Rational::from(k) / Rational::from(100);
    let undefended: Vec<_> = (0..attacks).map(|_| 40 + draw.below(61)).collect();
    let singles = undefended.iter().flat_map(|s| (0..defences).map(|_| draw.below(s + 1)).collect::<Vec<_>>());
    let singles = singles.map(|p| Rate::exact(hundredth(p))).collect();
    let undefended = undefended.iter().map(|s| Rate::exact(hundredth(*s))).collect();
    let (attacks, defences_named) = (numbered("a", attacks), numbered("d", defences));
    let game =
        PortfolioGame::new(attacks, undefended, defences_named, singles, "none".into(), Composition::Independent);
    (0..resources).fold(game.expect("a game"), |game, k| {
        let burdens: Vec<_> = (0..defences).map(|_| Rational::from(1 + draw.below(20))).collect();
        let total = burdens.iter().fold(Rational::ZERO, |sum, burden| sum + burden);
        let limit = Limit { name: format!("r{k}"), burden: Burden::Sum, burdens, most: total * hundredth(fraction) };
        game.with_limit(limit).expect("a limit")
    })
}

#[test]
fn a_knapsack_agrees_with_the_explicit_game() {
    for (seed, fraction) in [(1, 15), (2, 25), (3, 40)] {
        agrees(&knapsack(8, 12, fraction, 2, seed), End::Highest);
    }
}

#[test]
fn a_limit_is_said_and_its_interval_still_holds() {
    let game = knapsack(12, 16, 30, 1, 5);
    let settings = Settings { time_limit: Some(Duration::ZERO), ..Settings::default() };
    let solution = portfolio_oracle::solve(&game, End::Highest, &settings).expect("an answer");
    assert_ne!(solution.status, Status::Converged);
    let best = oracle(&game, End::Highest).certificate;
    assert!(solution.certificate.lower <= best.upper && best.lower <= solution.certificate.upper);
}

fn share() -> impl Strategy<Value = u32> {
    prop_oneof![1 => Just(0_u32), 8 => 0_u32..=20]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Against full enumeration, whatever the rule and the burdens; a stack that was measured too. More budget and
    /// further defences never hurt.
    #[test]
    fn it_agrees_with_enumeration(
        rates in prop::collection::vec(prop::collection::vec(share(), 8), 4),
        burdens in prop::collection::vec(0_u32..=5, 7),
        most in 0_u32..=12,
        rule in 0_u32..3,
        compound in any::<bool>(),
        stack in prop::option::of(share()),
    ) {
        let at = |k: u32| Rational::from(k) / Rational::from(20);
        let rule = match rule {
            0 => Composition::Independent,
            1 => Composition::Bounds,
            _ => Composition::Correlated(at(7)),
        };
        let burden = if compound { Burden::Compound } else { Burden::Sum };
        let burdens: Vec<_> = burdens.into_iter().map(at).collect();
        let game_of = |defences: usize, most: u32| {
            let limit = Limit { name: "cost".into(), burden, burdens: burdens[..defences].to_vec(), most: at(most) };
            PortfolioGame::new(
                numbered("a", 4),
                rates.iter().map(|row| Rate::exact(at(row[0]))).collect(),
                numbered("d", defences),
                rates.iter().flat_map(|row| row[1..=defences].iter().map(|k| Rate::exact(at(*k)))).collect(),
                "none".into(),
                rule.clone(),
            )
            .and_then(|game| game.with_limit(limit))
            .expect("a game")
        };
        let game = game_of(7, most);
        for end in [End::Lowest, End::Highest] {
            let solution = agrees(&game, end);
            let certificate = certify(
                &game, end, &solution.attacker, &solution.portfolios, &solution.defender,
                &solution.certificate.lower, u64::MAX,
            );
            prop_assert_eq!(certificate, Ok(solution.certificate.clone()));
            for larger in [explicit(&game_of(6, most), end).0, explicit(&game_of(7, most / 2), end).0] {
                prop_assert!(solution.certificate.lower <= larger + number("1e-12"));
            }
            if let Some(k) = stack {
                let rates = vec![Some(Rate::exact(at(k))), None, None, Some(Rate::exact(at(20 - k)))];
                let stack = Stack { order: vec![DefenceId(3), DefenceId(1)], rates };
                agrees(&game.clone().with_stacks(vec![stack]).expect("a stack"), end);
            }
        }
    }
}
