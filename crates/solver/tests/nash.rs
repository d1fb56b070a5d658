//! Nash equilibria against published games, closed forms, and the enumeration of supports.

use std::collections::BTreeSet;

use saddlepoint_game::certificate::regrets;
use saddlepoint_game::rational::{Rational, parse};
use saddlepoint_game::testing::{Draw, Family, general_sum};
use saddlepoint_game::{Bimatrix, numbered};
use saddlepoint_solver::{Equilibrium, Settings, SolveError, exact, lemke_howson, stackelberg, vertex_enumeration};

fn numbers(texts: &str) -> Vec<Rational> {
    texts.split_whitespace().map(|text| parse(text).expect("a number")).collect()
}

fn game(columns: usize, first: &str, second: &str) -> Bimatrix {
    let (first, second) = (numbers(first), numbers(second));
    Bimatrix::new(numbered("r", first.len() / columns), numbered("c", columns), first, second).expect("a game")
}

fn all(game: &Bimatrix) -> Vec<Equilibrium> {
    vertex_enumeration::solve(game, 20_000).expect("an answer").expect("a small game")
}

type Mixes = (Vec<Rational>, Vec<Rational>);

fn mixes(found: &[Equilibrium]) -> BTreeSet<Mixes> {
    found.iter().map(|found| (found.row_mix.probabilities(), found.column_mix.probabilities())).collect()
}

/// The equilibria of a game are these, by both mixes.
#[track_caller]
fn has(game: &Bimatrix, expected: &[(&str, &str)]) {
    let found = all(game);
    let expected: BTreeSet<_> = expected.iter().map(|(rows, columns)| (numbers(rows), numbers(columns))).collect();
    assert_eq!(mixes(&found), expected);
    for equilibrium in &found {
        assert!(regrets(game, &equilibrium.row_mix, &equilibrium.column_mix).is_some_and(|r| r.is_equilibrium()));
    }
    let paths = lemke_howson::all(game, &Settings::default()).expect("an answer");
    assert!(!paths.is_empty() && mixes(&paths).is_subset(&expected));
}

#[test]
fn textbook_games() {
    // Matching pennies; the battle of the sexes; pure coordination with three equilibria (Luce and Raiffa 1957, chapter 5).
    has(&game(2, "1 -1 -1 1", "-1 1 1 -1"), &[("1/2 1/2", "1/2 1/2")]);
    has(&game(2, "2 0 0 1", "1 0 0 2"), &[("1 0", "1 0"), ("0 1", "0 1"), ("2/3 1/3", "1/3 2/3")]);
    has(&game(2, "1 0 0 1", "1 0 0 1"), &[("1 0", "1 0"), ("0 1", "0 1"), ("1/2 1/2", "1/2 1/2")]);
    // The prisoners' dilemma.
    has(&game(2, "-1 -3 0 -2", "-1 0 -3 -2"), &[("0 1", "0 1")]);
}

#[test]
fn the_games_of_von_stengel() {
    // von Stengel, "Equilibrium computation for two-player games in strategic and extensive form", in: Nisan et al.,
    // Algorithmic Game Theory, 2007, games (3.3) and (3.7); the latter is degenerate.
    has(
        &game(2, "3 3  2 5  0 6", "3 2  2 6  3 1"),
        &[("1 0 0", "1 0"), ("4/5 1/5 0", "2/3 1/3"), ("0 1/3 2/3", "1/3 2/3")],
    );
    has(
        &game(2, "3 3  2 5  0 6", "3 3  2 6  3 1"),
        &[("1 0 0", "1 0"), ("1 0 0", "2/3 1/3"), ("0 1/3 2/3", "1/3 2/3")],
    );
}

#[test]
fn extreme_equilibria_of_games_where_everything_is_one() {
    // Constant pay-offs: every pair is an equilibrium, the pairs of pure strategies are extreme.
    has(&game(2, "1 1 1 1", "2 2 2 2"), &[("1 0", "1 0"), ("1 0", "0 1"), ("0 1", "1 0"), ("0 1", "0 1")]);
    has(&game(1, "7", "-2"), &[("1", "1")]);
    // Player 2 is indifferent: player 1 must answer best.
    has(&game(2, "1 0 0 1", "0 0 0 0"), &[("1 0", "1 0"), ("1 0", "1/2 1/2"), ("0 1", "1/2 1/2"), ("0 1", "0 1")]);
}

/// Solves `a v = b` by elimination; `None` if singular.
fn linear(mut a: Vec<Vec<Rational>>, mut b: Vec<Rational>) -> Option<Vec<Rational>> {
    for k in 0..b.len() {
        let pivot = (k..b.len()).find(|&row| !a[row][k].is_zero())?;
        a.swap(k, pivot);
        b.swap(k, pivot);
        for row in (0..b.len()).filter(|&row| row != k) {
            let factor = &a[row][k] / &a[k][k];
            let (source, right) = (a[k].clone(), b[k].clone());
            a[row].iter_mut().zip(&source).for_each(|(entry, s)| *entry -= &factor * s);
            b[row] -= factor * right;
        }
    }
    Some((0..b.len()).map(|k| &b[k] / &a[k][k]).collect())
}

/// The mix on `support` that makes `indifferent` equally good, of `size` strategies; `payoff(own, other)`.
fn equalise(
    support: &[usize],
    indifferent: &[usize],
    size: usize,
    payoff: impl Fn(usize, usize) -> Rational,
) -> Option<Vec<Rational>> {
    let unknowns = support.len();
    let row = |own: usize| support.iter().map(|&other| payoff(own, other)).chain([-Rational::ONE]).collect();
    let mut system: Vec<Vec<Rational>> = indifferent.iter().map(|&own| row(own)).collect();
    system.push((0..=unknowns).map(|k| if k < unknowns { Rational::ONE } else { Rational::ZERO }).collect());
    let mut right = vec![Rational::ZERO; unknowns];
    right.push(Rational::ONE);
    let weights = linear(system, right)?;
    let mut mix = vec![Rational::ZERO; size];
    for (&k, weight) in support.iter().zip(weights) {
        if weight <= Rational::ZERO {
            return None;
        }
        mix[k] = weight;
    }
    Some(mix)
}

/// Every equilibrium of a game that is not degenerate, by trying all pairs of supports of one size.
fn by_supports(game: &Bimatrix) -> BTreeSet<Mixes> {
    let (m, n) = (game.rows().len(), game.columns().len());
    let subsets =
        |count: usize| (1_u32..1 << count).map(move |mask| (0..count).filter(|k| mask >> k & 1 == 1).collect());
    let mut found = BTreeSet::new();
    for rows in subsets(m) {
        let rows: Vec<usize> = rows;
        for columns in subsets(n).filter(|columns: &Vec<usize>| columns.len() == rows.len()) {
            let y = equalise(&columns, &rows, n, |row, column| game.payoffs(row, column).0);
            let x = equalise(&rows, &columns, m, |column, row| game.payoffs(row, column).1);
            let (Some(x), Some(y)) = (x, y) else { continue };
            let mix = |p: &Vec<Rational>| saddlepoint_game::MixedStrategy::exact(p.clone()).expect("a mix");
            if regrets(game, &mix(&x), &mix(&y)).is_some_and(|r| r.is_equilibrium()) {
                found.insert((x, y));
            }
        }
    }
    found
}

#[test]
fn the_enumeration_of_supports_finds_the_same() {
    for seed in 0..60 {
        let mut draw = Draw::new(seed);
        // Doubles with 53 random bits are not degenerate but with probability 0.
        let game = general_sum(Family::Uniform, 1 + draw.index(4), 1 + draw.index(4), 7_000 + seed);
        let found = all(&game);
        assert_eq!(mixes(&found), by_supports(&game), "{seed}");
        assert_eq!(found.len() % 2, 1, "their number is odd: Wilson 1971");
        assert!(mixes(&lemke_howson::all(&game, &Settings::default()).expect("an answer")).is_subset(&mixes(&found)));
    }
}

#[test]
fn degenerate_games_end_and_are_proved() {
    for family in Family::ALL {
        for seed in 0..15 {
            let mut draw = Draw::new(seed);
            let game = general_sum(family, 1 + draw.index(4), 1 + draw.index(4), 100 + seed);
            let found = mixes(&all(&game));
            assert!(!found.is_empty(), "Nash 1951");
            let paths = mixes(&lemke_howson::all(&game, &Settings::default()).expect("an answer"));
            assert!(!paths.is_empty() && paths.is_subset(&found), "{family:?} {seed}");
        }
    }
}

#[test]
fn commitment_pays_the_leader_no_less_than_any_equilibrium() {
    // von Stengel and Zamir, "Leadership games with convex strategy sets", 2010.
    for family in [Family::Percentages, Family::SmallIntegers, Family::Duplicated] {
        for seed in 0..25 {
            let mut draw = Draw::new(seed);
            let game = general_sum(family, 1 + draw.index(4), 1 + draw.index(5), 500 + seed);
            let led = stackelberg::solve(&game, &Settings::default()).expect("an answer").lower;
            assert!(all(&game).iter().all(|found| found.utilities[0] <= led), "{family:?} {seed}");
        }
    }
}

#[test]
fn zero_sum_games_have_their_value_at_every_equilibrium() {
    for family in Family::ALL {
        for seed in 0..10 {
            let matrix = family.game(4, 60 + seed);
            let gains = matrix.loss.payoffs().to_rationals();
            let losses = gains.iter().map(|gain| -gain).collect();
            let (rows, columns) = (matrix.loss.attacks().clone(), matrix.loss.defences().clone());
            let game = Bimatrix::new(rows, columns, gains, losses).expect("a game");
            let value = exact::optimum(&matrix).expect("a value").value();
            let found = all(&game);
            assert!(!found.is_empty());
            assert!(found.iter().all(|found| found.utilities == [value.clone(), -value.clone()]), "{family:?} {seed}");
        }
    }
}

#[test]
fn exchanging_the_players_exchanges_the_mixes() {
    for seed in 0..20 {
        let game = general_sum(Family::SmallIntegers, 3, 4, seed);
        let turned: BTreeSet<_> = mixes(&all(&game.exchanged())).into_iter().map(|(x, y)| (y, x)).collect();
        assert_eq!(turned, mixes(&all(&game)), "{seed}");
    }
}

#[test]
fn affine_changes_of_either_pay_off_change_no_mix() {
    for seed in 0..20 {
        let game = general_sum(Family::Percentages, 3, 3, seed);
        let scaled = |entries: Vec<Rational>, factor: &str, shift: &str| {
            let (factor, shift) = (parse(factor).expect("a number"), parse(shift).expect("a number"));
            entries.iter().map(|entry| &factor * entry + &shift).collect()
        };
        let first = scaled(game.first().to_rationals(), "1/3", "-1e6");
        let second = scaled(game.second().to_rationals(), "1e5", "2/7");
        let other = Bimatrix::new(game.rows().clone(), game.columns().clone(), first, second).expect("a game");
        assert_eq!(mixes(&all(&other)), mixes(&all(&game)), "{seed}");
    }
}

#[test]
fn limits_are_kept() {
    let game = general_sum(Family::Uniform, 6, 6, 3);
    assert_eq!(vertex_enumeration::solve(&game, 10), Ok(None));
    let settings = Settings { max_iterations: Some(1), ..Settings::default() };
    assert!(matches!(lemke_howson::solve(&game, 0, &settings), Err(SolveError::Stopped { .. })));
    assert!(matches!(lemke_howson::solve(&game, 99, &Settings::default()), Err(SolveError::Unsupported { .. })));
}
