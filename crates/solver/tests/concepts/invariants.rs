//! Theorems on drawn games, and the ones that do not hold, each with a game that shows it.

use saddlepoint_game::certificate::certify_pure;
use saddlepoint_game::rational::Rational;
use saddlepoint_game::testing::Family;
use saddlepoint_game::{AttackId, DefenceId, Game, LossMatrix, numbered};
use saddlepoint_solver::concept::{AttackerCost, bayesian, cvar, general_sum, quantal, regret, robust};
use saddlepoint_solver::concept::{Type, visible};
use saddlepoint_solver::{Settings, vertex_enumeration};

use crate::games::{hundredths, number, uniform, value};

fn settings() -> Settings {
    Settings::default()
}

fn without(loss: &LossMatrix, attacks: usize, defences: usize) -> Option<LossMatrix> {
    let (m, n) = (loss.attacks().len().checked_sub(attacks)?, loss.defences().len().checked_sub(defences)?);
    loss.restricted(&(0..m).map(AttackId).collect::<Vec<_>>(), &(0..n).map(DefenceId).collect::<Vec<_>>())
}

type Value<'a> = &'a dyn Fn(&[LossMatrix]) -> Rational;

/// The worst of all attacks is least over all mixes: more defences never raise it, more attacks never lower it.
#[test]
fn defences_never_hurt_and_attacks_never_help() {
    for seed in 0..60 {
        let games = [Family::Percentages.game(6, seed).loss, Family::Percentages.game(6, seed + 1_000).loss];
        let [first, second] = &games;
        let columns = first.defences().len().min(second.defences().len());
        let same = |loss: &LossMatrix| without(loss, 0, loss.defences().len() - columns).expect("a part");
        let victims = [same(first), same(second)];
        let part = |attacks, defences| -> Option<Vec<_>> {
            victims.iter().map(|loss| without(loss, attacks, defences)).collect()
        };
        let (Some(fewer_defences), Some(fewer_attacks)) = (part(0, 1), part(1, 0)) else { continue };
        let prior = |losses: &[LossMatrix]| -> Vec<Type> {
            let one = |loss: &LossMatrix| Type { name: String::new(), prior: number("1/2"), loss: loss.clone() };
            losses.iter().map(one).collect()
        };
        let mixed = |losses: &[LossMatrix]| value(&losses[0], &[]);
        let pure = |losses: &[LossMatrix]| certify_pure(&Game::new(losses[0].clone())).expect("a value").upper;
        let both = |losses: &[LossMatrix]| robust(losses, &[], &settings()).expect("an answer").value();
        let seen =
            |losses: &[LossMatrix]| visible(&Game::new(losses[0].clone()), &settings()).expect("an answer").value();
        let types = |losses: &[LossMatrix]| bayesian(&prior(losses), &[], &settings()).expect("an answer").value();
        let concepts: [Value<'_>; 5] = [&mixed, &pure, &both, &seen, &types];
        for (k, concept) in concepts.iter().enumerate() {
            let all = concept(&victims);
            assert!(all <= concept(&fewer_defences), "concept {k}, seed {seed}: a defence hurts");
            assert!(all >= concept(&fewer_attacks), "concept {k}, seed {seed}: an attack helps");
        }
    }
}

/// Losses in another unit and from another zero: the same mixes, the value in that unit. Regret has no zero.
#[test]
fn units_do_not_matter() {
    let (unit, zero) = (number("7/3"), number("-0.4"));
    for seed in 0..25 {
        let loss = Family::Percentages.game(6, seed).loss;
        let cells = loss.payoffs().to_rationals().into_iter().map(|cell| &unit * cell + &zero).collect();
        let other = LossMatrix::new(loss.attacks().clone(), loss.defences().clone(), cells).expect("a matrix");
        let m = loss.attacks().len();
        let victims = |loss: &LossMatrix| {
            // The table, and the table with its attacks in reverse and one of them missing where there are several.
            let rows: Vec<_> = (usize::from(m > 1)..m).rev().map(AttackId).collect();
            [loss.clone(), loss.restricted(&rows, &loss.defence_ids().collect::<Vec<_>>()).expect("a part")]
        };
        let types = |loss: &LossMatrix| -> Vec<Type> {
            let [first, second] = victims(loss);
            let one = |loss: LossMatrix, prior: &str| Type { name: prior.to_owned(), prior: number(prior), loss };
            vec![one(first, "0.3"), one(second, "0.7")]
        };
        let spread = |loss: &LossMatrix| {
            cvar(&Game::new(loss.clone()), &uniform(m), &number("0.6"), &settings()).expect("an answer").value()
        };
        let in_unit = |value: Rational| &unit * value + &zero;
        let both = |loss: &LossMatrix| robust(&victims(loss), &[], &settings()).expect("an answer").value();
        let known = |loss: &LossMatrix| bayesian(&types(loss), &[], &settings()).expect("an answer").value();
        let missed = |loss: &LossMatrix| regret(&victims(loss), &[], &settings()).expect("an answer").answer.value();
        assert_eq!(spread(&other), in_unit(spread(&loss)), "seed {seed}");
        assert_eq!(both(&other), in_unit(both(&loss)), "seed {seed}");
        assert_eq!(known(&other), in_unit(known(&loss)), "seed {seed}");
        assert_eq!(missed(&other), &unit * missed(&loss), "seed {seed}");
    }
}

/// A leader who commits never gets less than in any Nash equilibrium (von Stengel and Zamir 2010).
#[test]
fn commitment_never_pays_less_than_nash() {
    for seed in 0..40 {
        let loss = Family::Percentages.game(4, seed).loss;
        let m = loss.attacks().len();
        let costs =
            AttackerCost::PerAttack((0..m).map(|i| Rational::from_parts((i * 13 % 7).into(), 20_u8.into())).collect());
        let found = general_sum(&loss, &costs, &Rational::ONE, true, &settings()).expect("an answer");
        let nash = vertex_enumeration::solve(&found.game, 10_000).expect("a search").expect("few equilibria");
        assert!(!nash.is_empty());
        for equilibrium in nash {
            assert!(found.commitment.lower >= equilibrium.utilities[0], "seed {seed}");
        }
    }
}

/// Regret counts from each victim's own value, which a new defence lowers: for one victim it is perfect, for the other
/// useless.
#[test]
fn a_defence_can_raise_regret() {
    let before = [hundredths(&[&[50]]), hundredths(&[&[50]])];
    let after = [hundredths(&[&[50, 0, 90]]), hundredths(&[&[50, 90, 0]])];
    let of = |victims: &[LossMatrix]| regret(victims, &[], &settings()).expect("an answer").answer.value();
    assert_eq!(of(&before), Rational::ZERO);
    assert_eq!(of(&after), number("0.45"));
}

/// Uniform priors count attacks. One more attack that fails dilutes the others, so it lowers the loss to a spread
/// attacker.
#[test]
fn an_attack_can_lower_the_loss_to_a_spread_attacker() {
    let (one, two) = (Game::new(hundredths(&[&[40]])), Game::new(hundredths(&[&[40], &[0]])));
    let spread = |game: &Game| {
        let prior = uniform(game.loss.attacks().len());
        cvar(game, &prior, &Rational::ZERO, &settings()).expect("an answer").value()
    };
    assert_eq!((spread(&one), spread(&two)), (number("0.4"), number("0.2")));
    let soft = |game: &Game| {
        let prior = uniform(game.loss.attacks().len());
        quantal(game, &prior, &Rational::from(5), &settings()).expect("an answer").certificate
    };
    assert!(soft(&two).upper < soft(&one).lower);
}

/// With another objective than the loss, an attacker may turn to what is worse for the defender, or no longer be
/// deterred. Ties broken in the defender's favour make commitment monotone in defences; an added attack can help, as a
/// bait that costs the defender little.
#[test]
fn an_attack_can_lower_the_loss_to_an_attacker_with_costs() {
    let solve = |loss: &LossMatrix, costs: &[&str]| {
        let costs = AttackerCost::PerAttack(costs.iter().map(|cost| number(cost)).collect());
        general_sum(loss, &costs, &Rational::ONE, true, &settings()).expect("an answer").loss()
    };
    let one = LossMatrix::new(numbered("a", 1), numbered("d", 1), vec![number("0.5")]).expect("a matrix");
    let two =
        LossMatrix::new(numbered("a", 2), numbered("d", 1), vec![number("0.5"), number("0.3")]).expect("a matrix");
    assert_eq!(solve(&one, &["0.4"]), number("0.5"));
    assert_eq!(solve(&two, &["0.4", "0.1"]), number("0.3"));
}
