//! Values that are known: from published tables by other programs, from closed forms, and by other ways to the same
//! game.

use saddlepoint_game::certificate::{certify, commitment_lower};
use saddlepoint_game::concept::{certify_capped, certify_groups, certify_quantal, tries as several};
use saddlepoint_game::rational::{Rational, max, to_f64};
use saddlepoint_game::testing::{Family, constrained};
use saddlepoint_game::{AttackId, Game, LossMatrix, MixedStrategy};
use saddlepoint_solver::concept::{
    Answer, AttackerCost, ConceptError, Metric, Type, bayesian, cvar, erasure, front, general_sum, lexicographic,
    quantal, regret, robust, signals, tries, visible,
};
use saddlepoint_solver::{Settings, exact, randomisation};

use crate::games::{cap, jbshield, near, number, uniform, value, victims, waves};

fn settings() -> Settings {
    Settings::default()
}

fn vicuna() -> Game {
    Game::new(jbshield("vicuna-7b"))
}

/// A point, not an interval.
fn exactly(answer: &Answer) -> Rational {
    assert!(answer.certificate.gap().is_zero(), "{}", answer.proves());
    answer.value()
}

fn types(prior: &[&str]) -> Vec<Type> {
    let one = |(loss, prior): (LossMatrix, &&str)| Type { name: (*prior).to_owned(), prior: number(prior), loss };
    victims().into_iter().zip(prior).map(one).collect()
}

#[test]
fn one_mix_for_five_models() {
    let found = robust(&victims(), &[], &settings()).expect("an answer");
    assert_eq!(exactly(&found), number("0.36"));
    assert_eq!(found.defender.support(), [6], "JBShield-M");
    let found = regret(&victims(), &[], &settings()).expect("an answer");
    near(&exactly(&found.answer), 0.048_407);
    near(&found.answer.defender.probability(4), 0.070_692);
    near(&found.answer.defender.probability(6), 0.929_308);
    // By its definition.
    let met =
        victims().iter().zip(&found.values).map(|(loss, (v, _))| value_of(loss, &found.answer.defender) - v).max();
    assert_eq!(met, Some(found.answer.value()));
}

fn value_of(loss: &LossMatrix, defender: &MixedStrategy) -> Rational {
    saddlepoint_game::certificate::upper_bound(&Game::new(loss.clone()), defender).expect("a mix")
}

#[test]
fn attackers_who_know_their_model() {
    let found = bayesian(&types(&["0.2"; 5]), &[], &settings()).expect("an answer");
    assert_eq!(exactly(&found), number("0.12"));
    assert_eq!(found.attackers.len(), 5);
    // Certain of one model: the game of that model.
    let certain = bayesian(&types(&["0", "1", "0", "0", "0"]), &[], &settings()).expect("an answer");
    assert_eq!(exactly(&certain), number("63/530"));
    let none = bayesian(&types(&["0.2", "0.2", "0.2", "0.2", "0.1"]), &[], &settings());
    assert!(matches!(none, Err(ConceptError::Range { .. })));
}

#[test]
fn knowledge_is_a_subset_of_the_attacks() {
    let loss = jbshield("vicuna-7b");
    let half = || number("1/2");
    let white = Type::knowing("white", half(), &loss, &loss.attack_ids().collect::<Vec<_>>()).expect("a type");
    let black = Type::knowing("black", half(), &loss, &[AttackId(0), AttackId(7)]).expect("a type");
    let found = bayesian(&[white.clone(), black], &[], &settings()).expect("an answer");
    // Between half the game and all of it, as the black box never gains more than the white one.
    let (half, whole) = (number("63/1060"), number("63/530"));
    assert!(exactly(&found) >= half && found.value() <= whole);
    assert!(Type::knowing("none", Rational::ONE, &loss, &[AttackId(9)]).is_none());
    let twice = bayesian(&[white.clone(), white], &[], &settings()).expect("an answer");
    assert_eq!(exactly(&twice), whole);
}

#[test]
fn an_attacker_who_may_see_the_draw() {
    let game = vicuna();
    for (q, printed) in [("0.1", 0.130_755), ("0.25", 0.148_585), ("18/35", 0.18), ("1", 0.18), ("0", 0.118_868)] {
        let q = number(q);
        let found = erasure(&game, &q, &settings()).expect("an answer");
        near(&exactly(&found), printed);
        // The other way: one matrix, each cell blended with the worst of its column.
        assert_eq!(found.value(), value(&game.loss.blended(&q), &[]));
    }
}

#[test]
fn signals_under_constraints_agree_with_one_row_of_worst_losses() {
    for seed in 0..30 {
        let game = constrained(Family::Percentages.game(6, seed), seed);
        let Ok(optimum) = exact::optimum(&game) else { continue };
        let whole = randomisation::analyse(&game, &optimum).expect("an analysis");
        assert_eq!(exactly(&visible(&game, &settings()).expect("an answer")), whole.visible);
        // A signal that says nothing.
        let silent = vec![vec![number("1/3"), number("2/3")]; game.loss.defences().len()];
        assert_eq!(exactly(&signals(&game, &silent, &settings()).expect("an answer")), whole.mixed);
    }
}

#[test]
fn attackers_spread_over_attacks() {
    let game = vicuna();
    for (beta, printed) in [("0", 0.028_889), ("1/2", 0.057_778), ("2/3", 0.086_667), ("1", 0.118_868)] {
        let found = cvar(&game, &uniform(9), &number(beta), &settings()).expect("an answer");
        near(&exactly(&found), printed);
    }
    // Without spread: the mean loss of the best defence, by hand.
    let mean = f64::from(4 + 18 + 4) / 900.0;
    near(&cvar(&game, &uniform(9), &Rational::ZERO, &settings()).expect("an answer").value(), mean);
}

/// `max x'Ly` over capped `x` as a game of its own: each attacker's corner is a row.
#[test]
fn caps_agree_with_all_corners() {
    for seed in 0..20 {
        let game = constrained(Family::Percentages.game(5, seed), seed);
        if exact::optimum(&game).is_err() {
            continue;
        }
        let m = game.loss.attacks().len();
        // β = 1 - 2/m: pairs of attacks at 1/2 each.
        let beta = Rational::ONE - Rational::from(2) / Rational::from(m);
        if m < 3 {
            continue;
        }
        let pairs: Vec<_> = (0..m).flat_map(|a| (a + 1..m).map(move |b| (a, b))).collect();
        let half = number("1/2");
        let cells = pairs.iter().flat_map(|(a, b)| {
            let (game, half) = (&game, &half);
            game.loss
                .defence_ids()
                .map(move |j| (game.loss.loss(AttackId(*a), j) + game.loss.loss(AttackId(*b), j)) * half)
        });
        let names = saddlepoint_game::numbered("p", pairs.len());
        let corners = LossMatrix::new(names, game.loss.defences().clone(), cells.collect()).expect("a matrix");
        let found = cvar(&game, &uniform(m), &beta, &settings()).expect("an answer");
        assert_eq!(exactly(&found), value(&corners, &game.constraints));
    }
}

#[test]
fn an_attacker_who_errs() {
    let game = vicuna();
    let found = quantal(&game, &uniform(9), &Rational::from(50), &settings()).expect("an answer");
    near(&found.value(), 0.091_440);
    near(&value_of(&game.loss, &found.defender), 0.125_211);
    assert!(to_f64(&found.certificate.gap()) < 1e-9, "{}", found.proves());
    assert!(found.certificate.lower <= found.certificate.upper);
    // Hardly rational: the mean. Very rational: the worst.
    let dull = quantal(&game, &uniform(9), &number("1e-9"), &settings()).expect("an answer");
    assert!((to_f64(&dull.value()) - 26.0 / 900.0).abs() < 1e-9);
    let sharp = quantal(&game, &uniform(9), &Rational::from(1_000_000), &settings()).expect("an answer");
    assert!((to_f64(&sharp.value()) - 63.0 / 530.0).abs() < 1e-5, "{}", sharp.proves());
}

#[test]
fn an_attacker_who_errs_under_constraints() {
    for seed in 0..12 {
        let game = constrained(Family::Percentages.game(6, seed), seed);
        let Ok(optimum) = exact::optimum(&game) else { continue };
        let prior = uniform(game.loss.attacks().len());
        let found = quantal(&game, &prior, &Rational::from(20), &settings()).expect("an answer");
        assert!(to_f64(&found.certificate.gap()) < 1e-8, "{seed}: {}", found.proves());
        // Below the value, by no more than ln(m) / μ.
        let (low, high) = (to_f64(&found.value()), to_f64(&optimum.value()));
        assert!(low <= high + 1e-9 && high - low <= (prior.len() as f64).ln() / 20.0 + 1e-9, "{seed}");
    }
}

#[test]
fn several_tries() {
    let game = vicuna();
    let figures = [(2, 0.230_426, 0.223_606), (3, 0.333_356, 0.315_895), (4, 0.414_381, 0.397_213)];
    for (k, sticky, fresh) in figures {
        let found = tries(&game, k, &settings()).expect("an answer");
        near(&found.fresh, fresh);
        // The figures are of the mix that is best for all tries; the one for a single try loses more.
        near(&found.adapted.certificate.value(), sticky);
        assert!(found.adapted.certificate.gap().is_zero() && found.sticky > found.adapted.certificate.upper);
        assert!(found.repeated <= found.fresh && found.repeated <= found.sticky);
        assert!(found.adapted.certificate.upper <= found.sticky);
    }
    let u = number("0.68");
    let adaptive = value(&several::adaptive(&game.loss, &u).expect("a matrix"), &[]);
    let v = number("63/530");
    assert_eq!(adaptive, &v + u * (Rational::ONE - &v));
}

#[test]
fn an_attacker_with_costs() {
    let (loss, costs) = waves();
    for (weight, printed) in [("0", 0.714_935), ("1/2", 0.516_486), ("1", 0.381_010)] {
        let costs = AttackerCost::PerCell(costs.clone());
        let found = general_sum(&loss, &costs, &number(weight), true, &settings()).expect("an answer");
        assert_eq!(found.commitment.lower, found.commitment.upper);
        let gain = {
            let utilities = found.game.follower_utilities(&found.commitment.commitment);
            to_f64(&utilities[found.commitment.response])
        };
        let loss = to_f64(&found.loss());
        assert!((loss - printed).abs() <= 5e-7, "weight {weight}: loss {loss}, gain {gain}, printed {printed}");
    }
    let costs = AttackerCost::PerCell(costs);
    let found = general_sum(&loss, &costs, &Rational::from(2), true, &settings()).expect("an answer");
    assert!(found.deterred() && found.loss().is_zero(), "loss {}", found.loss());
    commitment_lower(&found.game, &found.commitment.commitment, found.commitment.response).expect("a best response");
}

#[test]
fn of_equal_mixes_the_cheapest() {
    for seed in 0..20 {
        let game = Family::Duplicated.game(6, seed);
        let n = game.loss.defences().len();
        let costs: Vec<_> = (0..n).map(|j| Rational::from((j * 7 + 3) % 5)).collect();
        let metric = Metric { name: "cost".to_owned(), costs: costs.clone() };
        let found = lexicographic(&game, &[metric], &settings()).expect("an answer");
        let proof = certify(&game, &found.attacker, &found.defender, &found.multipliers).expect("a proof");
        assert!(proof.gap().is_zero(), "still optimal");
        let cost = found.defender.expectation(&costs);
        assert_eq!(cost, found.stages[0].certificate.upper);
        // No optimal mix that the solver finds is cheaper.
        assert!(cost <= exact::optimum(&game).expect("an optimum").defender().expectation(&costs));
    }
}

#[test]
fn a_front_has_every_kink() {
    let mut seen = 0;
    for seed in 0..30_usize {
        let mut game = Family::Percentages.game(7, seed as u64);
        let n = game.loss.defences().len();
        let costs: Vec<_> = (0..n).map(|j| Rational::from((j * 5 + seed) % 7)).collect();
        game.constraints = vec![cap("0", costs.clone())];
        let (lo, hi) = (Rational::from(-1), Rational::from(7));
        let found = front(&game, 0, &lo, &hi, &settings()).expect("a front");
        seen += found.points.len();
        let at = |bound: &Rational| {
            let mut game = game.clone();
            game.constraints[0].bound = bound.clone();
            exact::optimum(&game).map(|optimum| optimum.value()).ok()
        };
        assert_eq!(Some(&found.points[0].bound), costs.iter().min());
        assert!(found.cut && found.points[0].price_left.is_none());
        for pair in found.points.windows(2) {
            let middle = (&pair[0].bound + &pair[1].bound) / Rational::from(2);
            assert_eq!(
                at(&middle),
                Some((&pair[0].value + &pair[1].value) / Rational::from(2)),
                "linear between kinks"
            );
            assert_eq!(pair[1].price_left.as_ref(), Some(&pair[0].price_right));
            assert!(pair[0].value >= pair[1].value);
        }
        for kink in found.points.iter().skip(1).rev().skip(1) {
            assert!(kink.price_left.as_ref() > Some(&kink.price_right), "a kink bends");
        }
    }
    assert!(seen > 90, "{seen} points: the fronts are too simple to show anything");
}

#[test]
fn forged_answers_are_refused() {
    let found = bayesian(&types(&["0.2"; 5]), &[], &settings()).expect("an answer");
    let groups: Vec<_> =
        victims().iter().map(|loss| several::adaptive(loss, &Rational::ZERO).expect("a matrix")).collect();
    let short = certify_groups(&groups, &[], &found.defender, &found.attackers[..4], &[]);
    assert!(short.is_err());
    let game = vicuna();
    let caps = vec![number("1/3"); 9];
    let pure = MixedStrategy::pure(9, 0).expect("a mix");
    assert!(certify_capped(&game, &caps, &pure, &uniform(7), &[]).is_err(), "above its cap");
    assert!(certify_quantal(&game, &uniform(9), &Rational::ZERO, &uniform(9), &uniform(7), &[]).is_err());
    // Any mixes prove an interval, and it contains the value.
    let proof =
        certify_quantal(&game, &uniform(9), &Rational::from(50), &uniform(9), &uniform(7), &[]).expect("a proof");
    assert!(to_f64(&proof.lower) < 0.091_440 && to_f64(&max(proof.upper, Rational::ZERO)) > 0.091_440);
}
