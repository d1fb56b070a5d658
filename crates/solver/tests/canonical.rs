//! The canonical choice: proved least in norm, the same by two algorithms, symmetric, and steady along a sweep.
#![allow(clippy::print_stdout)] // The sizes of the steps are the point.

use saddlepoint_game::certificate::certify;
use saddlepoint_game::rational::{Rational, parse};
use saddlepoint_game::scenario::{Concept, Instance};
use saddlepoint_game::testing::{Draw, Family, constrained};
use saddlepoint_game::{AttackId, DefenceId, Game, LossMatrix, numbered};
use saddlepoint_solver::Question;
use saddlepoint_solver::canonical::{self, Choice, LeastNorm, Marginals, Player};
use saddlepoint_solver::exact::{self, Optimum};
use saddlepoint_solver::simplex::Workspace;
use saddlepoint_solver::{Method, Selection, Settings, analysis, face};

const PLAYERS: [Player; 2] = [Player::Attacker, Player::Defender];

fn number(text: &str) -> Rational {
    parse(text).expect("a number")
}

fn game(rows: &[&[&str]]) -> Game {
    let losses = rows.iter().flat_map(|row| row.iter().map(|cell| number(cell))).collect();
    Game::new(LossMatrix::new(numbered("a", rows.len()), numbered("d", rows[0].len()), losses).expect("a matrix"))
}

fn choose(optimum: &Optimum, player: Player, marginals: &Marginals) -> Choice {
    canonical::choose(optimum, player, marginals, &Settings::default()).expect("no limit")
}

fn norm(vector: &[Rational]) -> Rational {
    vector.iter().fold(Rational::ZERO, |sum, v| sum + v * v)
}

/// Families in which optimal mixes are often many, with and without constraints.
fn degenerate(seed: u64) -> impl Iterator<Item = Game> {
    let families = [Family::SmallIntegers, Family::Duplicated, Family::Constant, Family::OneRow, Family::OneColumn];
    let plain = families.into_iter().map(move |family| family.game(9, 5_000_000 + seed));
    plain.chain(families.into_iter().map(move |family| constrained(family.game(9, 5_100_000 + seed), seed)))
}

#[test]
fn the_choice_is_optimal_and_its_norm_is_proved_least() {
    let mut moved = 0;
    for game in (0..120).flat_map(degenerate) {
        let Ok(optimum) = exact::optimum(&game) else { continue };
        let [attacker, defender] = PLAYERS.map(|player| choose(&optimum, player, &Marginals::Same));
        let proof = certify(&game, &attacker.mix, &defender.mix, &attacker.multipliers).expect("a certificate");
        assert!(proof.gap().is_zero() && proof.lower == optimum.value());
        for (player, choice, vertex) in
            [(Player::Attacker, &attacker, optimum.attacker()), (Player::Defender, &defender, optimum.defender())]
        {
            let proof = canonical::prove(&optimum, player, &choice.mix, &Marginals::Same).expect("a proof");
            assert!(proof.holds(&game, player, &optimum.value(), &choice.mix, &Marginals::Same));
            let (chosen, corner) = (norm(&choice.mix.probabilities()), norm(&vertex.probabilities()));
            assert!(chosen <= corner);
            if chosen < corner {
                moved += 1;
                // The same for a mix that has not the least norm: no proof, or one that does not hold.
                let forged = canonical::prove(&optimum, player, vertex, &Marginals::Same);
                let holds = |proof: &LeastNorm| proof.holds(&game, player, &optimum.value(), vertex, &Marginals::Same);
                assert!(!forged.is_some_and(|proof| holds(&proof)) && !holds(&proof));
            }
        }
    }
    assert!(moved > 300, "only {moved} choices differ from the vertex");
}

#[test]
fn a_unique_mix_is_its_own_choice() {
    for seed in 0..50 {
        let game = Family::Uniform.game(9, 5_200_000 + seed);
        let optimum = exact::optimum(&game).expect("no constraints");
        let bands = face::analyse(&optimum);
        assert!(bands.unique_attacker && bands.unique_defender);
        assert_eq!(
            choose(&optimum, Player::Attacker, &Marginals::Same).mix.probabilities(),
            optimum.attacker().probabilities()
        );
        assert_eq!(
            choose(&optimum, Player::Defender, &Marginals::Same).mix.probabilities(),
            optimum.defender().probabilities()
        );
    }
}

/// All mixes are optimal in a constant game; the shortest is uniform. Copies of a strategy share alike.
#[test]
fn closed_forms() {
    let constant = exact::optimum(&game(&[&["3"; 5][..]; 4])).expect("no constraints");
    for (player, count) in [(Player::Attacker, 4), (Player::Defender, 5)] {
        let share = Rational::ONE / Rational::from(count);
        let choice = choose(&constant, player, &Marginals::Same);
        assert!(choice.mix.probabilities().iter().all(|p| *p == share), "{player:?}");
    }
    let copies = exact::optimum(&game(&[&["0.6", "0.1", "0.1"], &["0.2", "0.5", "0.5"]])).expect("no constraints");
    let choice = choose(&copies, Player::Defender, &Marginals::Same);
    assert_eq!(choice.mix.probabilities(), ["1/2", "1/4", "1/4"].map(number));
    // As portfolios that share a defence: the first and the second use defence 1, the last two defence 2.
    let shared = Marginals::Rows(vec![["1", "1", "0"].map(number).to_vec(), ["0", "1", "1"].map(number).to_vec()]);
    let choice = choose(&copies, Player::Defender, &shared);
    assert_eq!(shared.of(&choice.mix.probabilities()), ["1/2", "1/2"].map(number), "y2 = 0 makes both marginals least");
}

#[test]
fn marginals_are_least_in_norm_whatever_the_map() {
    for (seed, game) in (0..60).flat_map(degenerate).enumerate() {
        let Ok(optimum) = exact::optimum(&game) else { continue };
        let mut draw = Draw::new(seed as u64);
        let n = game.loss.defences().len();
        let rows = 1 + draw.index(n);
        let row = |draw: &mut Draw| (0..n).map(|_| Rational::from(i64::from(draw.below(2)))).collect::<Vec<_>>();
        let marginals = Marginals::Rows((0..rows).map(|_| row(&mut draw)).collect());
        let choice = choose(&optimum, Player::Defender, &marginals);
        let proof = canonical::prove(&optimum, Player::Defender, &choice.mix, &marginals).expect("a proof");
        assert!(proof.holds(&game, Player::Defender, &optimum.value(), &choice.mix, &marginals));
        let multipliers = optimum.multipliers();
        assert!(certify(&game, optimum.attacker(), &choice.mix, multipliers).expect("admissible").gap().is_zero());
    }
}

#[test]
fn names_do_not_matter() {
    for (seed, game) in (0..60).flat_map(degenerate).enumerate().filter(|(_, game)| game.constraints.is_empty()) {
        let mut draw = Draw::new(seed as u64);
        let mut order = |count: usize| {
            let mut order: Vec<_> = (0..count).collect();
            (1..count).rev().for_each(|k| order.swap(k, draw.index(k + 1)));
            order
        };
        let (rows, columns) = (order(game.loss.attacks().len()), order(game.loss.defences().len()));
        let attacks: Vec<_> = rows.iter().copied().map(AttackId).collect();
        let defences: Vec<_> = columns.iter().copied().map(DefenceId).collect();
        let renamed = Game::new(game.loss.restricted(&attacks, &defences).expect("not empty"));
        let (plain, turned) = (exact::optimum(&game).expect("a game"), exact::optimum(&renamed).expect("a game"));
        for (player, order) in PLAYERS.into_iter().zip([&rows, &columns]) {
            let [first, second] = [&plain, &turned].map(|optimum| choose(optimum, player, &Marginals::Same).mix);
            assert!(order.iter().enumerate().all(|(new, old)| second.probability(new) == first.probability(*old)));
        }
    }
}

#[test]
fn a_limit_is_said_not_hidden() {
    let optimum = exact::optimum(&game(&[&["3"; 5][..]; 4])).expect("no constraints");
    let settings = Settings { max_iterations: Some(2), ..Settings::default() };
    assert!(canonical::choose(&optimum, Player::Defender, &Marginals::Same, &settings).is_err());
}

/// Where the largest change of one step of a sweep is: in the vertex, or in the canonical mix.
fn largest_steps(games: &[Game], workspace: &mut Workspace) -> [f64; 3] {
    let mixes = |game: &Game, workspace: &mut Workspace| -> [Vec<f64>; 3] {
        let instance = Instance::new(game.clone());
        let mut found = |method, selection| {
            let settings = Settings { selection, ..Settings::with_method(method) };
            let point = analysis::point(workspace, &instance, &Question::plain(Concept::Mixed), &settings)
                .expect("no constraints");
            assert!(!point.fell_back);
            point.highest.defender.to_f64()
        };
        [
            found(Method::Simplex, Selection::Vertex),
            found(Method::Simplex, Selection::Canonical),
            found(Method::Exact, Selection::Canonical),
        ]
    };
    let all: Vec<_> = games.iter().map(|game| mixes(game, workspace)).collect();
    let step = |k: usize| {
        let distance = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f64>();
        all.windows(2).map(|pair| distance(&pair[0][k], &pair[1][k])).fold(0.0, f64::max)
    };
    [step(0), step(1), step(2)]
}

/// A game of coverage: 15 attacks that change in strength, four patrols that catch different ones, and two patrols that
/// take turns between two of those, so that a mix can do with either.
#[test]
fn a_sweep_inside_a_face_does_not_jump() {
    let mut draw = Draw::new(38);
    let attacks: Vec<_> = (0..15)
        .map(|_| {
            let [a, b, c, d] = [(); 4].map(|()| 2 * i64::from(draw.below(6)));
            // Catches in tenths; worth, and its change per step, in ten thousandths of the loss.
            let caught = [a, b, c, d, i64::midpoint(a, b), i64::midpoint(c, d)];
            (900 + i64::from(draw.below(300)), i64::from(draw.below(7)) - 3, caught)
        })
        .collect();
    let games: Vec<_> = (0..81)
        .map(|step| {
            let losses = attacks.iter().flat_map(|(worth, change, caught)| {
                caught.map(|c| Rational::from_parts_signed(((worth + change * step) * (10 - c)).into(), 20_000.into()))
            });
            let loss = LossMatrix::new(numbered("a", 15), numbered("d", 6), losses.collect());
            Game::new(loss.expect("a matrix"))
        })
        .collect();
    let [vertex, doubles, exactly] = largest_steps(&games, &mut Workspace::default());
    println!("largest step of the mix: vertex {vertex:.4}, canonical {doubles:.4}, in integers {exactly:.4}");
    assert!(vertex > 1.0 && doubles < 0.01 && exactly < 0.01, "{vertex} {doubles} {exactly}");
}

/// The two algorithms share nothing but the face.
#[test]
fn doubles_and_integers_choose_alike() {
    let (mut workspace, mut compared, mut fell_back) = (Workspace::default(), 0, 0);
    for game in (0..400).flat_map(degenerate) {
        let Ok(optimum) = exact::optimum(&game) else { continue };
        let instance = Instance::new(game.clone());
        let settings = Settings::with_method(Method::Simplex);
        let point =
            analysis::point(&mut workspace, &instance, &Question::plain(Concept::Mixed), &settings).expect("feasible");
        fell_back += usize::from(point.fell_back);
        if point.fell_back || point.highest.method != Method::Simplex {
            continue;
        }
        compared += 1;
        for (player, mix) in [(Player::Attacker, &point.highest.attacker), (Player::Defender, &point.highest.defender)]
        {
            let chosen = choose(&optimum, player, &Marginals::Same).mix.to_f64();
            let off = chosen.iter().zip(mix.to_f64()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            // A multiplier's square counts a millionth.
            let most = if game.constraints.is_empty() { 1e-9 } else { 1e-4 };
            assert!(off < most, "{player:?}: {off:e}");
        }
    }
    println!("{compared} compared, {fell_back} fell back");
    assert!(compared > 2_000 && fell_back == 0, "{compared} compared, {fell_back} fell back");
}
