//! The batch solver against the simplex method alone, game by game: the same answers to the bit, whatever the order.

use saddlepoint_game::scenario::{Concept, Instance};
use saddlepoint_game::testing::{Family, constrained};
use saddlepoint_game::{Game, rational};
use saddlepoint_solver::Question;
use saddlepoint_solver::batch::{self, Batch, Equilibria};
use saddlepoint_solver::{Method, Selection, Settings, Solution, SolveError, Status, analysis, numeric, simplex};

/// All families and many shapes, mixed; some with constraints, which go past the lanes.
fn games() -> Vec<Game> {
    let games = (0..100).flat_map(|seed| Family::ALL.map(|family| (family, seed)));
    let mut games: Vec<_> = games.map(|(family, seed)| family.game(6, seed)).collect();
    games.extend((0..10).map(|seed| constrained(Family::Percentages.game(6, seed), seed)));
    games
}

fn alone(games: &[Game]) -> Vec<Result<Solution, SolveError>> {
    games.iter().map(|game| simplex::solve(game, &Settings::default())).collect()
}

#[test]
fn answers_are_those_of_simplex_alone() {
    let games = games();
    assert_eq!(batch::solve(&games), alone(&games));
}

#[test]
fn neither_order_nor_number_nor_neighbours_matter() {
    let games: Vec<_> = (0..60).map(|seed| Family::Percentages.game_of(5, 7, seed)).collect();
    let whole = batch::solve(&games);
    assert_eq!(whole, alone(&games));
    for count in [1, 2, 7, 8, 9, 17] {
        assert_eq!(batch::solve(&games[..count]), whole[..count]);
    }
    let backwards: Vec<_> = games.iter().rev().collect();
    let mut turned = batch::solve(&backwards);
    turned.reverse();
    assert_eq!(turned, whole);
    // A neighbour that gives up does not disturb the others.
    let mut mixed: Vec<&Game> = Vec::new();
    let copies: Vec<_> = (0..60).map(|seed| Family::BadlyScaled.game_of(5, 7, seed)).collect();
    games.iter().zip(&copies).for_each(|(game, other)| mixed.extend([game, other]));
    let found: Vec<_> = batch::solve(&mixed).into_iter().step_by(2).collect();
    assert_eq!(found, whole);
}

fn doubles(game: &Game) -> Vec<f64> {
    game.loss.payoffs().to_rationals().iter().map(rational::to_f64).collect()
}

#[test]
fn a_slice_of_doubles_is_solved_as_its_games_alone() {
    let settings = Settings::with_method(Method::Simplex);
    for family in Family::ALL {
        for (m, n) in [(1, 1), (1, 4), (4, 1), (2, 3), (5, 5), (13, 16)] {
            let games: Vec<_> = (0..20).map(|seed| family.game_of(m, n, seed)).collect();
            let (m, n) = (games[0].loss.attacks().len(), games[0].loss.defences().len());
            let losses: Vec<_> = games.iter().flat_map(doubles).collect();
            let mut found = Equilibria::default();
            let mut batch = Batch::new(m, n).expect("a shape");
            batch.solve(&losses, &mut found).expect("games");
            for (k, game) in losses.chunks_exact(m * n).enumerate() {
                let expected = numeric::solve(game, m, n, &settings).expect("a game");
                assert_eq!(found.attackers[k * m..(k + 1) * m], expected.attacker);
                assert_eq!(found.defenders[k * n..(k + 1) * n], expected.defender);
                assert_eq!((found.statuses[k], expected.status), (Status::Converged, Status::Converged));
            }
            let proved = found.bounds.clone();
            batch.mixes(&losses, &mut found).expect("games");
            assert!(found.bounds.is_empty() && proved.len() == games.len());
        }
    }
}

#[test]
fn bounds_contain_the_value_of_the_doubles() {
    for family in Family::ALL {
        let games: Vec<_> = (0..50).map(|seed| family.game_of(4, 5, 1_000 + seed)).collect();
        let (m, n) = (games[0].loss.attacks().len(), games[0].loss.defences().len());
        let losses: Vec<_> = games.iter().flat_map(doubles).collect();
        let mut found = Equilibria::default();
        Batch::new(m, n).expect("a shape").solve(&losses, &mut found).expect("games");
        for (game, &(lower, upper)) in losses.chunks_exact(m * n).zip(&found.bounds) {
            let (attacks, defences) = (saddlepoint_game::numbered("a", m), saddlepoint_game::numbered("d", n));
            let loss = saddlepoint_game::LossMatrix::from_f64(attacks, defences, game).expect("finite");
            let value = saddlepoint_solver::exact::optimum(&Game::new(loss)).expect("an optimum").value();
            let exact = |bound: f64| rational::from_f64(bound).expect("finite");
            assert!(exact(lower) <= value && value <= exact(upper), "{family:?}: {value} outside [{lower}, {upper}]");
        }
    }
}

#[test]
fn what_is_not_a_batch_is_refused() {
    use saddlepoint_game::MatrixError;
    assert!(matches!(Batch::new(0, 3), Err(SolveError::Losses(MatrixError::Empty { .. }))));
    let (mut batch, mut answers) = (Batch::new(1, 2).expect("a shape"), Equilibria::default());
    assert!(matches!(
        batch.solve(&[1.0, 2.0, 3.0], &mut answers),
        Err(SolveError::Losses(MatrixError::Shape { expected: 4, found: 3, .. }))
    ));
    assert!(matches!(
        batch.solve(&[1.0, 2.0, 3.0, f64::NAN], &mut answers),
        Err(SolveError::Losses(MatrixError::NotFinite { attack: 1, defence: 1 }))
    ));
    batch.solve(&[], &mut answers).expect("no game");
    assert!(answers.statuses.is_empty() && batch::solve::<Game>(&[]).is_empty());
}

/// Games with several optimal mixes leave the lanes where one of the mixes is to be chosen; nobody sees that.
#[test]
fn points_of_a_sweep_are_those_of_each_alone() {
    for selection in [Selection::Vertex, Selection::Canonical] {
        let settings = Settings { selection, ..Settings::with_method(Method::Simplex) };
        for family in [Family::Uniform, Family::Percentages, Family::Duplicated, Family::Constant, Family::Tied] {
            let games = (0..60).map(|seed| family.game(9, seed));
            let instances: Vec<_> = games
                .enumerate()
                .map(|(k, game)| Instance { lowest: (k % 3 == 0).then(|| game.clone()), ..Instance::new(game) })
                .collect();
            let question = Question::plain(Concept::Mixed);
            let together = analysis::points(
                &mut batch::Workspace::default(),
                &instances.iter().collect::<Vec<_>>(),
                &question,
                &settings,
            );
            for (instance, found) in instances.iter().zip(together) {
                let alone = analysis::point(&mut simplex::Workspace::default(), instance, &question, &settings);
                assert_eq!(found, alone, "{family:?} {selection:?}");
            }
        }
    }
}
