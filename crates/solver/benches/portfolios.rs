//! Double oracle over portfolios: 30 attacks, 40 defences, one or two knapsacks, the proof included.
//!
//! `cargo bench -p saddlepoint-solver --bench portfolios`. Undefended rates are 0.40 to 1.00, single rates uniform below
//! them, burdens 1 to 20, the budgets a share of their sum. Each answer has a certified gap of at most 1.1e-9.
#![allow(missing_docs)] // Criterion's macros make undocumented items.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use saddlepoint_game::numbered;
use saddlepoint_game::portfolio::{Burden, Composition, End, Limit, PortfolioGame, Rate};
use saddlepoint_game::rational::Rational;
use saddlepoint_game::testing::Draw;
use saddlepoint_solver::{Settings, portfolio_oracle};

const ATTACKS: usize = 30;
const DEFENCES: usize = 40;

fn knapsack(percent: u32, resources: usize, seed: u64) -> PortfolioGame {
    let mut draw = Draw::new(seed);
    let hundredth = |k: u32| Rational::from(k) / Rational::from(100);
    let undefended: Vec<_> = (0..ATTACKS).map(|_| 40 + draw.below(61)).collect();
    let singles = undefended.iter().flat_map(|s| (0..DEFENCES).map(|_| draw.below(s + 1)).collect::<Vec<_>>());
    let singles = singles.map(|p| Rate::exact(hundredth(p))).collect();
    let undefended = undefended.iter().map(|s| Rate::exact(hundredth(*s))).collect();
    let (attacks, defences) = (numbered("a", ATTACKS), numbered("d", DEFENCES));
    let game = PortfolioGame::new(attacks, undefended, defences, singles, "none".into(), Composition::Independent);
    (0..resources).fold(game.expect("a game"), |game, k| {
        let burdens: Vec<_> = (0..DEFENCES).map(|_| Rational::from(1 + draw.below(20))).collect();
        let total = burdens.iter().fold(Rational::ZERO, |sum, burden| sum + burden);
        let limit = Limit { name: format!("r{k}"), burden: Burden::Sum, burdens, most: total * hundredth(percent) };
        game.with_limit(limit).expect("a limit")
    })
}

fn portfolios(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("portfolios-30x40");
    group.sample_size(10);
    let settings = Settings { time_limit: Some(Duration::from_mins(1)), ..Settings::default() };
    for (percent, resources) in [(5, 1), (10, 1), (10, 2), (20, 1)] {
        for seed in 1..=3 {
            let game = knapsack(percent, resources, seed);
            let name = format!("{percent} % of {resources}, seed {seed}");
            group.bench_with_input(BenchmarkId::new("solve", name), &game, |bencher, game| {
                bencher.iter(|| portfolio_oracle::solve(black_box(game), End::Highest, &settings));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, portfolios);
criterion_main!(benches);
