//! Inspection of routes: published detection rates, and the explicit game of routes against arcs on random graphs.

use proptest::prelude::*;
use saddlepoint_game::inspection::{Arc, InspectionError, InspectionGame, certify_inspection};
use saddlepoint_game::rational::{Rational, parse, to_f64};
use saddlepoint_game::{Game, LossMatrix, MixedStrategy, numbered};
use saddlepoint_solver::{exact, interdiction};

fn number(text: &str) -> Rational {
    parse(text).expect("a number")
}

fn arc(name: &str, from: usize, to: usize, detection: &str) -> Arc {
    Arc { name: name.into(), from, to, detection: number(detection) }
}

fn close(value: &Rational, printed: f64) {
    assert!((to_f64(value) - printed).abs() <= 5e-7, "{} is not {printed}", to_f64(value));
}

/// Detection: `InjecGuard` on text 0.7739, CIDER on images 0.7969, perplexity on memory 0.28, side by side.
fn channels() -> Vec<Arc> {
    vec![arc("text", 0, 1, "0.7739"), arc("image", 0, 1, "0.7969"), arc("memory", 0, 1, "0.28")]
}

#[test]
fn channels_side_by_side() {
    let game = InspectionGame::new(2, channels(), 0, 1).expect("a game");
    let solution = interdiction::solve(&game).expect("an answer");
    let value = number("1") / (number("1/0.7739") + number("1/0.7969") + number("1/0.28"));
    close(&value, 0.163_440);
    assert_eq!((&solution.certificate.lower, &solution.certificate.upper), (&value, &value));
    assert_eq!(solution.cut, [0, 1, 2]);
    for (effort, printed) in solution.inspector.probabilities().iter().zip([0.211_190, 0.205_095, 0.583_715]) {
        close(effort, printed);
    }
}

#[test]
fn a_shared_action_guard_is_the_choke_point() {
    let mut arcs = channels();
    arcs.push(arc("action", 1, 2, "0.791"));
    let solution = interdiction::solve(&InspectionGame::new(3, arcs, 0, 2).expect("a game")).expect("an answer");
    assert_eq!(solution.cut, [3]);
    assert_eq!(solution.certificate.lower, number("0.791"));
    assert_eq!(solution.certificate.upper, number("0.791"));
}

#[test]
fn an_unseen_way_around_makes_inspection_useless() {
    let arcs = vec![arc("front", 0, 2, "0.9"), arc("back", 0, 1, "0"), arc("stairs", 1, 2, "0")];
    let solution = interdiction::solve(&InspectionGame::new(3, arcs, 0, 2).expect("a game")).expect("an answer");
    assert_eq!(solution.certificate.upper, Rational::ZERO);
    assert_eq!((solution.routes, solution.max_flow), (vec![vec![1, 2]], None));
}

#[test]
fn what_is_no_game_or_no_route_is_refused() {
    let game = |arcs| InspectionGame::new(3, arcs, 0, 2);
    assert_eq!(game(vec![arc("a", 0, 1, "1")]), Err(InspectionError::NoRoute));
    assert!(matches!(game(vec![arc("a", 0, 3, "1")]), Err(InspectionError::UnknownStage { stage: 3, .. })));
    assert!(matches!(game(vec![arc("a", 0, 2, "1.5")]), Err(InspectionError::Range { .. })));
    assert_eq!(InspectionGame::new(1, vec![], 0, 0), Err(InspectionError::NoWay));
    let game = game(vec![arc("a", 0, 1, "1"), arc("b", 1, 2, "1")]).expect("a game");
    let (z, x) = (MixedStrategy::pure(2, 0).expect("a mix"), MixedStrategy::pure(1, 0).expect("a mix"));
    assert!(certify_inspection(&game, &z, &[vec![0, 1]], &x).is_ok());
    assert_eq!(certify_inspection(&game, &z, &[vec![1, 0]], &x), Err(InspectionError::Route { position: 0 }));
    assert_eq!(certify_inspection(&game, &z, &[vec![0]], &x), Err(InspectionError::Route { position: 0 }));
}

/// Every route, each stage at most once.
fn routes(game: &InspectionGame) -> Vec<Vec<usize>> {
    fn extend(
        game: &InspectionGame,
        at: usize,
        seen: &mut Vec<usize>,
        path: &mut Vec<usize>,
        all: &mut Vec<Vec<usize>>,
    ) {
        if at == game.target() {
            all.push(path.clone());
            return;
        }
        for (e, arc) in game.arcs().iter().enumerate() {
            if arc.from == at && !seen.contains(&arc.to) {
                seen.push(arc.to);
                path.push(e);
                extend(game, arc.to, seen, path, all);
                path.pop();
                seen.pop();
            }
        }
    }
    let mut all = Vec::new();
    extend(game, game.source(), &mut vec![game.source()], &mut Vec::new(), &mut all);
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Flow and cut give the value that the exact simplex method gives for routes against arcs.
    #[test]
    fn it_agrees_with_the_explicit_game(
        arcs in prop::collection::vec((0_usize..5, 0_usize..5, 0_u32..=10), 1..11),
    ) {
        let detection = |k: u32| Rational::from(k) / Rational::from(10);
        let arcs: Vec<_> = arcs
            .into_iter()
            .enumerate()
            .map(|(e, (from, to, k))| Arc { name: format!("e{e}"), from, to, detection: detection(k) })
            .collect();
        let Ok(game) = InspectionGame::new(5, arcs, 0, 4) else { return Ok(()) };
        let solution = interdiction::solve(&game).expect("an answer");
        prop_assert_eq!(&solution.certificate.lower, &solution.certificate.upper);
        // The attacker loses by detection: rows for the inspector, who maximises it.
        let (routes, arcs) = (routes(&game), game.arcs().len());
        let cells = (0..arcs).flat_map(|e| routes.iter().map(move |route| (e, route.contains(&e))));
        let cells = cells.map(|(e, on)| if on { game.arcs()[e].detection.clone() } else { Rational::ZERO }).collect();
        let matrix = LossMatrix::new(numbered("e", arcs), numbered("r", routes.len()), cells).expect("a matrix");
        let optimum = exact::optimum(&Game::new(matrix)).expect("an optimum");
        prop_assert_eq!(&solution.certificate.lower, &optimum.value());
        if let Some(flow) = &solution.max_flow {
            prop_assert_eq!(flow * &solution.certificate.lower, Rational::ONE);
        }
    }
}
