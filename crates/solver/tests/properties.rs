//! What must hold for every game: how the value moves when the game is changed in a way that has a theorem.

use std::collections::HashSet;

use proptest::prelude::*;
use saddlepoint_game::rational::Rational;
use saddlepoint_game::testing::{Draw, Family, constrained};
use saddlepoint_game::{AttackId, Constraint, DefenceId, Game, LossMatrix, Sense, numbered};
use saddlepoint_solver::{Method, Settings, exact, face, solve};

fn value(game: &Game) -> Rational {
    exact::optimum(game).expect("an admissible mix").value()
}

/// Any family, any size up to 7.
fn any_game() -> impl Strategy<Value = Game> {
    (0..Family::ALL.len(), any::<u64>()).prop_map(|(family, seed)| Family::ALL[family].game(7, seed))
}

/// A game with an admissible mix under random limits.
fn constrained_game() -> impl Strategy<Value = Game> {
    any::<u64>()
        .prop_map(|seed| constrained(Family::Percentages.game(7, seed), seed))
        .prop_filter("no admissible mix", |game| exact::optimum(game).is_ok())
}

fn map(game: &Game, f: impl Fn(Rational) -> Rational) -> Game {
    let loss = &game.loss;
    let cells = loss.attack_ids().flat_map(|i| loss.defence_ids().map(move |j| (i, j)));
    let losses = cells.map(|(i, j)| f(loss.loss(i, j))).collect();
    let loss = LossMatrix::new(loss.attacks().clone(), loss.defences().clone(), losses).expect("the same shape");
    Game { loss, constraints: game.constraints.clone() }
}

fn fraction(p: i64, q: i64) -> Rational {
    Rational::from_parts_signed(p.into(), q.into())
}

/// A random order of `0..count`.
fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let (mut order, mut draw) = ((0..count).collect::<Vec<_>>(), Draw::new(seed));
    (1..count).rev().for_each(|k| order.swap(k, draw.index(k + 1)));
    order
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn shift_and_scale(game in constrained_game(), shift in -1_000_i64..1_000, scale in 1_i64..1_000) {
        let (shift, scale) = (fraction(shift, 7), fraction(scale, 11));
        let moved = map(&game, |loss| loss * &scale + &shift);
        prop_assert_eq!(value(&moved), value(&game) * scale + shift);
    }

    #[test]
    fn exchanging_the_players_turns_the_sign(game in any_game()) {
        prop_assert_eq!(value(&Game::new(game.loss.exchanged())), -value(&game));
    }

    #[test]
    fn order_and_copies_do_not_matter(game in any_game(), seed in any::<u64>()) {
        let (m, n) = (game.loss.attacks().len(), game.loss.defences().len());
        let mut rows: Vec<_> = shuffled(m, seed).into_iter().map(AttackId).collect();
        let mut columns: Vec<_> = shuffled(n, seed ^ 1).into_iter().map(DefenceId).collect();
        let loss = game.loss.restricted(&rows, &columns).expect("not empty");
        prop_assert_eq!(value(&Game::new(loss)), value(&game));
        rows.extend_from_within(..m.div_ceil(2));
        columns.extend_from_within(..n.div_ceil(2));
        let loss = game.loss.restricted(&rows, &columns).expect("not empty");
        prop_assert_eq!(value(&Game::new(loss)), value(&game));
    }

    #[test]
    fn a_dominated_attack_changes_nothing(game in any_game(), p in 0_i64..=10) {
        // A mix of the first and the last attack, less a little.
        let (m, weight) = (game.loss.attacks().len(), fraction(p, 10));
        let (first, last) = (AttackId(0), AttackId(m - 1));
        let worse = game.loss.defence_ids().map(|j| {
            &weight * game.loss.loss(first, j) + (Rational::ONE - &weight) * game.loss.loss(last, j) - fraction(1, 9)
        });
        let cells = game.loss.attack_ids().flat_map(|i| game.loss.defence_ids().map(move |j| (i, j)));
        let losses = cells.map(|(i, j)| game.loss.loss(i, j)).chain(worse).collect();
        let loss = LossMatrix::new(numbered("a", m + 1), game.loss.defences().clone(), losses).expect("a matrix");
        prop_assert_eq!(value(&Game::new(loss)), value(&game));
    }

    #[test]
    fn a_defence_less_never_helps_the_defender(game in any_game()) {
        if let Some(loss) = game.loss.without_defences(&HashSet::from([DefenceId(0)])) {
            prop_assert!(value(&Game::new(loss)) >= value(&game));
        }
    }

    #[test]
    fn prices_are_the_one_sided_slopes(game in constrained_game(), k in 0_usize..3) {
        let k = k % game.constraints.len();
        let price = &face::analyse(&exact::optimum(&game).expect("an admissible mix")).prices[k];
        // The value is piecewise linear and convex in the bound, so that a small enough step lies on the first piece,
        // and every step is at least as good as the slope says.
        let moved = |step: Rational| {
            let mut moved = game.clone();
            let constraint = &mut moved.constraints[k];
            match constraint.sense {
                Sense::Cap => constraint.bound += step,
                Sense::Floor => constraint.bound -= step,
            }
            exact::optimum(&moved).ok().map(|optimum| optimum.value())
        };
        let (now, step) = (value(&game), fraction(1, 1_000_000_000));
        let relaxed = moved(step.clone()).expect("a wider set");
        prop_assert_eq!((&now - relaxed) / &step, price.right.clone());
        match (&price.left, moved(-step.clone())) {
            (Some(left), Some(tightened)) => prop_assert_eq!((tightened - now) / step, left.clone()),
            (left, tightened) => prop_assert!(left.is_none() && tightened.is_none(), "{left:?} {tightened:?}"),
        }
    }

    #[test]
    fn bands_contain_the_optimum_and_are_attained(game in constrained_game()) {
        let optimum = exact::optimum(&game).expect("an admissible mix");
        let bands = face::analyse(&optimum);
        for (j, (least, greatest)) in bands.defender.iter().enumerate() {
            let p = optimum.defender().probability(j);
            prop_assert!(*least <= p && p <= *greatest);
            // Holding the probability at an end leaves the value as it is; beyond it, the value rises or no mix is left.
            let coefficients: Vec<_> =
                (0..bands.defender.len()).map(|k| if k == j { Rational::ONE } else { Rational::ZERO }).collect();
            let held = |bound: Rational| {
                let (name, sense) = ("held".to_owned(), Sense::Floor);
                let metric = name.clone();
                let mut held = game.clone();
                held.constraints.push(Constraint { name, metric, sense, bound, coefficients: coefficients.clone().into() });
                exact::optimum(&held).ok().map(|optimum| optimum.value())
            };
            prop_assert_eq!(held(greatest.clone()), Some(optimum.value()));
            prop_assert!(held(greatest + fraction(1, 1_000_000)).is_none_or(|beyond| beyond > optimum.value()));
        }
    }

    #[test]
    fn a_blend_lies_between_its_ends(game in any_game(), q in 0_i64..=10) {
        let q = fraction(q, 10);
        let at = |q: &Rational| value(&Game::new(game.loss.blended(q)));
        let (hidden, seen, between) = (value(&game), at(&Rational::ONE), at(&q));
        prop_assert_eq!(at(&Rational::ZERO), hidden.clone());
        // Concave in the leak, so above the chord.
        prop_assert!(between >= (Rational::ONE - &q) * hidden + &q * &seen && between <= seen);
    }

    #[test]
    fn doubles_contain_the_value(game in constrained_game()) {
        let proof = solve(&game, &Settings::with_method(Method::Simplex)).expect("an answer").certificate;
        let value = value(&game);
        prop_assert!(proof.lower <= value && value <= proof.upper);
    }
}
