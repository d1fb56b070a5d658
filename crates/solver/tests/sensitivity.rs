//! One-sided derivatives against exact differences, and what a strategy more or less does to the value.

use std::collections::HashSet;

use saddlepoint_game::rational::{Rational, parse};
use saddlepoint_game::testing::{Draw, Family, constrained};
use saddlepoint_game::{AttackId, Constraint, DefenceId, Game, LossMatrix, numbered};
use saddlepoint_solver::sensitivity::{self, Slopes};
use saddlepoint_solver::{exact, face};

fn number(text: &str) -> Rational {
    parse(text).expect("a number")
}

fn game(rows: &[&[&str]]) -> Game {
    let losses = rows.iter().flat_map(|row| row.iter().map(|cell| number(cell))).collect();
    Game::new(LossMatrix::new(numbered("a", rows.len()), numbered("d", rows[0].len()), losses).expect("a matrix"))
}

fn value(game: &Game) -> Rational {
    exact::optimum(game).expect("an admissible mix").value()
}

/// The game with losses `L + t D`.
fn along(game: &Game, direction: &[Rational], t: &Rational) -> Game {
    let losses = game.loss.payoffs().to_rationals();
    let moved = losses.iter().zip(direction).map(|(loss, d)| loss + t * d).collect();
    let loss = LossMatrix::new(game.loss.attacks().clone(), game.loss.defences().clone(), moved);
    Game { loss: loss.expect("the same shape"), constraints: game.constraints.clone() }
}

/// Families with many optimal mixes and with one, with and without constraints.
fn games() -> impl Iterator<Item = Game> {
    let families = [Family::SmallIntegers, Family::Duplicated, Family::Constant, Family::Percentages, Family::OneRow];
    (0..24).flat_map(move |seed| {
        let plain = families.into_iter().map(move |family| family.game(6, 6_000_000 + seed));
        plain.chain(families.into_iter().map(move |family| constrained(family.game(6, 6_100_000 + seed), seed)))
    })
}

fn random_direction(game: &Game, draw: &mut Draw) -> Vec<Rational> {
    (0..game.loss.payoffs().len()).map(|_| Rational::from(i64::from(draw.below(7)) - 3)).collect()
}

/// `(v(L + t D) - v(L)) / t` for a `t` so small that half of it gives the same: the value is a ratio of polynomials in
/// `t` near 0, so two equal quotients in a row are the derivative unless it is curved, which is told by a third.
fn difference(game: &Game, direction: &[Rational], sign: i64) -> Option<Rational> {
    let now = value(game);
    let quotient = |t: &Rational| (value(&along(game, direction, &(t * Rational::from(sign)))) - &now) / t;
    let mut t = number("1e-6");
    let mut last = quotient(&t);
    for _ in 0..3 {
        t /= Rational::from(1_000);
        let next = quotient(&t);
        if next == last {
            return Some(next);
        }
        last = next;
    }
    None
}

#[test]
fn two_games_in_which_one_optimal_pair_tells_nothing() {
    let zeros = game(&[&["0"], &["0"]]);
    let optimum = exact::optimum(&zeros).expect("a game");
    let found = sensitivity::slopes(&optimum, &["1", "0"].map(number)).expect("slopes");
    assert_eq!(found, Slopes { left: number("0"), right: number("1") });
    // Every mix is optimal in a game of zeros, so that its derivative in a direction is the value of that direction.
    for seed in 0..40 {
        let direction = Family::Percentages.game_of(2, 2, seed);
        let optimum = exact::optimum(&game(&[&["0", "0"], &["0", "0"]])).expect("a game");
        let found = sensitivity::slopes(&optimum, &direction.loss.payoffs().to_rationals()).expect("slopes");
        assert_eq!(found.right, value(&direction));
    }
}

#[test]
fn slopes_are_the_limits_of_differences() {
    let (mut straight, mut kinks, mut bent) = (0, 0, 0);
    for (seed, game) in games().enumerate() {
        let Ok(optimum) = exact::optimum(&game) else { continue };
        let mut draw = Draw::new(seed as u64);
        let direction = random_direction(&game, &mut draw);
        let found = sensitivity::slopes(&optimum, &direction).expect("slopes");
        kinks += usize::from(found.left != found.right);
        for (sign, slope) in [(1, found.right.clone()), (-1, -found.left.clone())] {
            match difference(&game, &direction, sign) {
                Some(quotient) => {
                    assert_eq!(quotient, slope, "game {seed}, side {sign}");
                    straight += 1;
                }
                // Curved: the quotient comes as near as `t` is small.
                None => {
                    let t = number("1e-12");
                    let moved = value(&along(&game, &direction, &(&t * Rational::from(sign))));
                    let off = (moved - optimum.value()) / &t - &slope;
                    assert!(off < number("1e-6") && off > number("-1e-6"), "game {seed}, side {sign}: {off}");
                    bent += 1;
                }
            }
        }
    }
    assert!(straight > 100 && kinks > 30 && bent > 20, "{straight} straight, {kinks} kinks, {bent} bent");
}

#[test]
fn a_shift_moves_the_value_by_as_much_and_a_scale_in_proportion() {
    for game in games() {
        let Ok(optimum) = exact::optimum(&game) else { continue };
        let losses = game.loss.payoffs().to_rationals();
        let one = sensitivity::slopes(&optimum, &vec![Rational::ONE; losses.len()]).expect("slopes");
        assert_eq!(one, Slopes { left: Rational::ONE, right: Rational::ONE });
        let itself = sensitivity::slopes(&optimum, &losses).expect("slopes");
        assert_eq!(itself, Slopes { left: optimum.value(), right: optimum.value() });
    }
}

#[test]
fn one_cell_is_a_product_of_bands() {
    for game in games().take(80) {
        let Ok(optimum) = exact::optimum(&game) else { continue };
        let bands = face::analyse(&optimum);
        let n = game.loss.defences().len();
        for cell in 0..game.loss.payoffs().len() {
            let unit: Vec<_> = (0..game.loss.payoffs().len())
                .map(|k| if k == cell { Rational::ONE } else { Rational::ZERO })
                .collect();
            let by_bands = sensitivity::cell_slopes(&bands, AttackId(cell / n), DefenceId(cell % n));
            assert_eq!(sensitivity::slopes(&optimum, &unit).expect("slopes"), by_bands);
            if bands.unique_attacker && bands.unique_defender {
                let product = optimum.attacker().probability(cell / n) * optimum.defender().probability(cell % n);
                assert_eq!(by_bands, Slopes { left: product.clone(), right: product });
            }
        }
    }
}

#[test]
fn a_strategy_is_worth_adding_exactly_if_it_moves_the_value() {
    let (mut gained, mut useless) = (0, 0);
    for game in games() {
        let (m, n) = (game.loss.attacks().len(), game.loss.defences().len());
        // The last defence, and the last attack, as the new one.
        if let Some(loss) = game.loss.without_defences(&HashSet::from([DefenceId(n - 1)])) {
            let shorter = |c: &Constraint| Constraint { coefficients: c.coefficients[..n - 1].into(), ..c.clone() };
            let before = Game { loss, constraints: game.constraints.iter().map(shorter).collect() };
            if let Ok(optimum) = exact::optimum(&before) {
                let losses: Vec<_> = game.loss.attack_ids().map(|i| game.loss.loss(i, DefenceId(n - 1))).collect();
                let excesses: Vec<_> = game.constraints.iter().map(|c| c.excess(n - 1)).collect();
                let gain = sensitivity::new_defence(&optimum, &losses, &excesses);
                let falls = value(&game) < optimum.value();
                assert_eq!(gain.is_some_and(|gain| gain > Rational::ZERO), falls);
                if falls { gained += 1 } else { useless += 1 }
            }
        }
        if m > 1 && exact::optimum(&game).is_ok() {
            let rows: Vec<_> = (0..m - 1).map(AttackId).collect();
            let columns: Vec<_> = game.loss.defence_ids().collect();
            let loss = game.loss.restricted(&rows, &columns).expect("not empty");
            let before = Game { loss, constraints: game.constraints.clone() };
            let optimum = exact::optimum(&before).expect("the same constraints");
            let losses: Vec<_> = columns.iter().map(|j| game.loss.loss(AttackId(m - 1), *j)).collect();
            let gain = sensitivity::new_attack(&optimum, &losses).expect("mixes are bounded");
            assert_eq!(gain > Rational::ZERO, value(&game) > optimum.value());
        }
    }
    assert!(gained > 20 && useless > 20, "{gained} gained, {useless} useless");
}

#[test]
fn ablation_is_the_value_of_the_smaller_game() {
    for game in games().take(120).filter(|game| game.constraints.is_empty()) {
        let optimum = exact::optimum(&game).expect("no constraints");
        let found = sensitivity::ablation(&game, &optimum, &face::analyse(&optimum)).expect("smaller games");
        for (j, without) in found.defences.iter().enumerate() {
            let smaller = game.loss.without_defences(&HashSet::from([DefenceId(j)]));
            assert_eq!(*without, smaller.map(|loss| value(&Game::new(loss))));
        }
        for (i, without) in found.attacks.iter().enumerate() {
            let rows: Vec<_> = game.loss.attack_ids().filter(|a| a.0 != i).collect();
            let columns: Vec<_> = game.loss.defence_ids().collect();
            assert_eq!(*without, game.loss.restricted(&rows, &columns).map(|loss| value(&Game::new(loss))));
        }
    }
}
