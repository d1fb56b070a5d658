//! Security games against the truth: all pure allocations enumerated, one exact program per attacked target.
//!
//! The judge is the exact method on matrix games with constraints, which shares nothing with `origami` and `coverage`.
//! What this does not establish: anything about games of more than a few hundred targets beyond what the certificate,
//! checked on each, proves of the answer itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use saddlepoint_game::rational::{self, Rational, parse};
use saddlepoint_game::security::{
    Comb, Coverage, EndProof, Evidence, JointSchedule, LevelProof, Marginals, Reach, Resource, ScheduleEvidence,
    ScheduleGame, ScheduleResource, SecurityError, SecurityGame, Side, Target, TargetId, TargetProof, Targets, Utility,
    certify, certify_schedules,
};
use saddlepoint_game::testing::Draw;
use saddlepoint_game::{Constraint, DYADIC_ONE, Game, LossMatrix, MixedStrategy, Sense, numbered};
use saddlepoint_solver::origami::CoverageSolution;
use saddlepoint_solver::{Settings, SolveError, Status, coverage, exact, origami, schedules};

/// Random games of each kind.
const GAMES: u64 = 300;

fn integer(number: i64) -> Rational {
    Rational::from(number)
}

fn utility(covered: i64, uncovered: i64) -> Utility {
    Utility { covered: integer(covered), uncovered: integer(uncovered) }
}

fn target(name: usize, defender: Utility, attacker: Utility) -> Target {
    Target { name: format!("t{name}"), defender, attacker }
}

/// Integers from 0 to `largest`: small ones tie everywhere.
fn draw_utility(draw: &mut Draw, largest: u32, uncovered_first: bool) -> Utility {
    let (a, b) = (i64::from(draw.below(largest + 1)), i64::from(draw.below(largest + 1)));
    if uncovered_first { utility(a.min(b), a.max(b)) } else { utility(a, b) }
}

/// A game that `origami` accepts; the defender may like a target better uncovered.
fn classic(seed: u64, targets: u32, largest: u32) -> (Vec<Target>, u32) {
    let mut draw = Draw::new(seed);
    let count = 1 + draw.index(targets as usize);
    let targets = (0..count)
        .map(|t| {
            let defender = draw_utility(&mut draw, largest, false);
            target(t, defender, draw_utility(&mut draw, largest, true))
        })
        .collect();
    (targets, u32::try_from(draw.index(count + 2)).expect("small"))
}

/// Any utilities, resources of up to three types.
fn general(seed: u64, targets: u32, largest: u32) -> SecurityGame {
    let mut draw = Draw::new(seed);
    let count = 1 + draw.index(targets as usize);
    let targets = (0..count)
        .map(|t| {
            let defender = draw_utility(&mut draw, largest, false);
            target(t, defender, draw_utility(&mut draw, largest, false))
        })
        .collect();
    let resources = (0..draw.below(4))
        .map(|r| {
            let reached = (0..count).filter(|_| draw.below(2) == 0).map(TargetId).collect();
            let reach = if draw.below(5) == 0 { Reach::All } else { Reach::Only(reached) };
            Resource { name: format!("r{r}"), count: draw.below(3), reach }
        })
        .collect();
    SecurityGame::new(Targets::new(targets).expect("targets"), resources).expect("a game")
}

/// Targets that the attacker minds covered compete for scarce resources with one or two that he likes covered or does
/// not mind, and where the defender would rather be attacked.
fn contested(seed: u64) -> SecurityGame {
    let mut draw = Draw::new(seed);
    let count = 3 + draw.index(3);
    let liked = 1 + draw.index(2);
    let mut from = |low: u32, width: u32| i64::from(low + draw.below(width));
    let targets = (0..count)
        .map(|t| {
            if t < liked {
                let uncovered = from(0, 8);
                target(t, utility(from(10, 9), from(10, 9)), utility(uncovered + from(0, 9), uncovered))
            } else {
                target(t, utility(from(0, 5), from(0, 5)), utility(from(0, 3), from(4, 9)))
            }
        })
        .collect();
    let second = from(0, 3);
    let all = Resource { name: "anywhere".into(), count: u32::try_from(from(1, 2)).expect("small"), reach: Reach::All };
    let some = (0..count).filter(|_| from(0, 2) == 0).map(TargetId).collect();
    let some = Resource { name: "somewhere".into(), count: 1, reach: Reach::Only(some) };
    let resources = if second == 0 { vec![all] } else { vec![some, all] };
    SecurityGame::new(Targets::new(targets).expect("targets"), resources).expect("a game")
}

/// Every set of targets that the resources can cover.
fn allocations(game: &SecurityGame) -> Vec<Vec<bool>> {
    let count = game.targets().len();
    let mut sets = BTreeSet::from([vec![false; count]]);
    for resource in game.resources() {
        for _ in 0..resource.count {
            let reached: Vec<usize> = match &resource.reach {
                Reach::All => (0..count).collect(),
                Reach::Only(targets) => targets.iter().map(|t| t.0).collect(),
            };
            for set in sets.clone() {
                for &t in &reached {
                    let mut larger = set.clone();
                    larger[t] = true;
                    sets.insert(larger);
                }
            }
        }
    }
    sets.into_iter().collect()
}

fn worth(utility: &Utility, covered: bool) -> Rational {
    if covered { utility.covered.clone() } else { utility.uncovered.clone() }
}

/// The largest utility that commitment to a mix over covered sets gives the defender; `None` if no target could be
/// attacked, which cannot be.
fn truth(targets: &Targets, sets: &[Vec<bool>]) -> Option<Rational> {
    let values = targets.ids().filter_map(|t| {
        let loss = sets.iter().map(|set| -worth(&targets.defender(t), set[t.0])).collect();
        let loss = LossMatrix::new(numbered("a", 1), numbered("d", sets.len()), loss).expect("a matrix");
        let mut game = Game::new(loss);
        for s in targets.ids().filter(|s| *s != t) {
            let envy = |set: &Vec<bool>| worth(&targets.attacker(s), set[s.0]) - worth(&targets.attacker(t), set[t.0]);
            let coefficients: Arc<[Rational]> = sets.iter().map(envy).collect();
            let name = targets.name(s).to_owned();
            let (metric, bound) = ("envy".to_owned(), Rational::ZERO);
            game.constraints.push(Constraint { name, metric, sense: Sense::Cap, bound, coefficients });
        }
        match exact::optimum(&game) {
            Ok(optimum) => Some(-optimum.value()),
            Err(SolveError::Infeasible { .. }) => None,
            Err(error) => panic!("{error}"),
        }
    });
    values.reduce(rational::max)
}

fn assert_exact(solution: &CoverageSolution, value: &Rational, context: &str) {
    assert_eq!(solution.certificate.lower, *value, "{context}");
    assert_eq!(solution.certificate.upper, *value, "{context}");
}

#[test]
fn origami_and_coverage_find_the_truth_of_classic_games() {
    for seed in 0..GAMES {
        let (targets, resources) = classic(seed, 6, 2 + u32::try_from(seed % 9).expect("small"));
        let game = SecurityGame::identical(targets, resources).expect("a game");
        let value = truth(game.targets(), &allocations(&game)).expect("some target is attacked");
        assert_exact(&origami::solve(&game).expect("an answer"), &value, &format!("origami, seed {seed}"));
        assert_exact(&coverage::solve(&game).expect("an answer"), &value, &format!("coverage, seed {seed}"));
    }
}

#[test]
fn coverage_finds_the_truth_of_any_game() {
    let (mut least, mut most, mut needed) = (0, 0, 0);
    let games = (0..GAMES).map(|seed| general(seed, 5, 2 + u32::try_from(seed % 9).expect("small")));
    for (seed, game) in games.chain((0..2 * GAMES).map(contested)).enumerate() {
        let value = truth(game.targets(), &allocations(&game)).expect("some target is attacked");
        let solution = coverage::solve(&game).expect("an answer");
        assert_exact(&solution, &value, &format!("seed {seed}"));
        // The games are of the kind that needs every part of the proof.
        let ends = &solution.evidence.ends;
        least += ends.iter().filter(|end| end.side == Side::Least).count();
        most += ends.iter().filter(|end| end.side == Side::Most).count();
        let without = Evidence { ends: vec![], ..solution.evidence.clone() };
        needed += usize::from(certify(&game, &solution.coverage, &without).expect("a proof").upper > value);
    }
    assert!(least > 10 && most > 10 && needed > 10, "{least} lower ends, {most} upper ends, needed in {needed} games");
}

#[test]
fn zero_sum_games_are_the_matrix_games_of_their_allocations() {
    for seed in 0..GAMES {
        let game = general(seed, 5, 9);
        let targets = game.targets();
        let zero_sum = targets.ids().map(|t| {
            let attacker = targets.attacker(t);
            let (covered, uncovered) = (-attacker.covered.clone(), -attacker.uncovered.clone());
            target(t.0, Utility { covered, uncovered }, attacker)
        });
        let targets = Targets::new(zero_sum.collect()).expect("targets");
        let game = SecurityGame::new(targets, game.resources().to_vec()).expect("a game");
        let (targets, sets) = (game.targets(), allocations(&game));
        let loss = targets.ids().flat_map(|t| {
            let attacker = targets.attacker(t);
            sets.iter().map(move |set| worth(&attacker, set[t.0]))
        });
        let loss = LossMatrix::new(numbered("a", targets.len()), numbered("d", sets.len()), loss.collect());
        let value = exact::optimum(&Game::new(loss.expect("a matrix"))).expect("an optimum").value();
        assert_exact(&coverage::solve(&game).expect("an answer"), &-value, &format!("seed {seed}"));
    }
}

#[test]
fn closed_forms() {
    // n targets alike, k resources: each is covered k/n.
    for (n, k) in [(1_usize, 0_u32), (3, 1), (5, 2), (4, 4), (3, 7)] {
        let targets = (0..n).map(|t| target(t, utility(0, -1), utility(0, 1))).collect();
        let solution = origami::solve(&SecurityGame::identical(targets, k).expect("a game")).expect("an answer");
        let uncovered = integer(1) - rational::min(Rational::from(k) / Rational::from(n), Rational::ONE);
        assert_exact(&solution, &-uncovered, &format!("{n} targets, {k} resources"));
    }
    // A target that stays tempting when covered draws the attack: the others need cover only down to it, and the
    // defender takes the tie.
    let saturated = vec![target(0, utility(-1, -9), utility(5, 8)), target(1, utility(0, -7), utility(0, 6))];
    let solution = origami::solve(&SecurityGame::identical(saturated, 2).expect("a game")).expect("an answer");
    assert_exact(&solution, &integer(-1), "saturated: 0 is attacked though certainly covered");
    assert_eq!(solution.certificate.attacked, TargetId(0));
    // Without resources the attacker takes the best of what there is, and the tie goes to the defender.
    let bare = vec![target(0, utility(0, -3), utility(0, 2)), target(1, utility(0, -2), utility(1, 2))];
    let solution = origami::solve(&SecurityGame::identical(bare, 0).expect("a game")).expect("an answer");
    assert_exact(&solution, &integer(-2), "no resources");
    // Coverage that the attacker does not mind can still help the defender, as far as resources are left over.
    let calm = vec![target(0, utility(4, 0), utility(3, 3)), target(1, utility(0, 0), utility(0, 6))];
    let solution = origami::solve(&SecurityGame::identical(calm, 1).expect("a game")).expect("an answer");
    assert_exact(&solution, &integer(2), "half a resource holds the other target");
}

#[test]
fn more_resources_never_hurt() {
    for seed in 0..GAMES {
        let (targets, _) = classic(seed, 7, 12);
        let mut last: Option<Rational> = None;
        for resources in 0..9 {
            let game = SecurityGame::identical(targets.clone(), resources).expect("a game");
            let value = origami::solve(&game).expect("an answer").certificate.lower;
            // Whatever the defender prefers, the additional ones may stay idle.
            if let Some(last) = &last {
                assert!(value >= *last, "seed {seed}: {resources} resources");
            }
            last = Some(value);
        }
    }
}

#[test]
fn scales_of_the_attacker_and_the_order_of_targets_change_nothing() {
    for seed in 0..GAMES {
        let (targets, resources) = classic(seed, 7, 5);
        let solve = |targets: Vec<Target>| {
            origami::solve(&SecurityGame::identical(targets, resources).expect("a game")).expect("an answer")
        };
        let plain = solve(targets.clone());
        let (scale, shift) = (parse("7/3").expect("a number"), parse("-11.5").expect("a number"));
        let affine = |number: &Rational| number * &scale + &shift;
        let scaled = targets.iter().cloned().map(|mut target| {
            target.attacker =
                Utility { covered: affine(&target.attacker.covered), uncovered: affine(&target.attacker.uncovered) };
            target
        });
        let scaled = solve(scaled.collect());
        assert_eq!(scaled.coverage, plain.coverage, "seed {seed}");
        assert_eq!(scaled.certificate.lower, plain.certificate.lower, "seed {seed}");
        let reversed = solve(targets.into_iter().rev().collect());
        assert_eq!(reversed.certificate.lower, plain.certificate.lower, "seed {seed}");
    }
}

/// Three random digits for every utility: many different denominators, and few ties.
fn wide(seed: u64, targets: usize, resources: u32) -> SecurityGame {
    let mut draw = Draw::new(seed);
    let targets = (0..targets)
        .map(|t| {
            let mut pair = || {
                let (a, b) = (i64::from(draw.below(1_000_000)), i64::from(draw.below(1_000_000)));
                Utility { covered: integer(a.min(b)), uncovered: integer(a.max(b)) }
            };
            let (attacker, swapped) = (pair(), pair());
            target(t, Utility { covered: swapped.uncovered, uncovered: swapped.covered }, attacker)
        })
        .collect();
    SecurityGame::identical(targets, resources).expect("a game")
}

#[test]
fn large_games_are_certified_tightly() {
    for (targets, resources) in [(3_000, 0), (3_000, 1), (3_000, 700), (3_000, 2_999), (3_000, 4_000), (50_000, 9_000)]
    {
        let game = wide(u64::from(resources), targets, resources);
        let solution = origami::solve(&game).expect("an answer");
        let gap = rational::to_f64(&solution.certificate.gap());
        assert!((0.0..=1e-6).contains(&gap), "{targets} targets, {resources} resources: gap {gap} of utilities to 1e6");
    }
}

#[test]
fn the_grid_encloses_the_exact_value() {
    // Small games have exact answers; a target repeated beyond the exact finish sends the same game to the grid.
    for seed in 0..20 {
        let mut draw = Draw::new(seed);
        let base: Vec<_> =
            (0..8).map(|_| (draw_utility(&mut draw, 50, false), draw_utility(&mut draw, 50, true))).collect();
        let resources = draw.below(9);
        let copies = |copies: usize, resources: u32| {
            let targets = (0..8 * copies).map(|t| target(t, base[t % 8].0.clone(), base[t % 8].1.clone())).collect();
            origami::solve(&SecurityGame::identical(targets, resources).expect("a game")).expect("an answer")
        };
        let (exact, grid) = (copies(10, 10 * resources), copies(400, 400 * resources));
        assert!(exact.certificate.gap().is_zero());
        assert!(matches!(grid.coverage.types(), [Marginals::Dyadic(_)]));
        // Only a target that the attacker does not mind covered can gain from the remainder, where copies differ.
        if base.iter().all(|(_, attacker)| attacker.covered != attacker.uncovered) {
            let (lower, upper) = (&grid.certificate.lower, &grid.certificate.upper);
            assert!(*lower <= exact.certificate.lower && exact.certificate.lower <= *upper, "seed {seed}");
            assert!(rational::to_f64(&grid.certificate.gap()) < 1e-10, "seed {seed}");
        }
    }
}

#[test]
fn the_grid_agrees_with_the_exact_network() {
    for seed in 0..12 {
        let mut draw = Draw::new(seed);
        // Targets that the attacker does not mind covered, and saturated ones, are among them.
        let targets = (0..2_100)
            .map(|t| target(t, draw_utility(&mut draw, 20, false), draw_utility(&mut draw, 20, true)))
            .collect();
        let game = SecurityGame::identical(
            targets,
            [0, 3, 500, 1_500, 2_099, 5_000][usize::try_from(seed % 6).expect("small")],
        )
        .expect("a game");
        let (grid, exact) = (origami::solve(&game).expect("an answer"), coverage::solve(&game).expect("an answer"));
        let (lower, upper, value) = (&grid.certificate.lower, &grid.certificate.upper, &exact.certificate.lower);
        assert_eq!(exact.certificate.gap(), Rational::ZERO, "seed {seed}");
        assert!(lower <= value && value <= upper, "seed {seed}: {value} in [{lower}, {upper}]");
        assert!(rational::to_f64(&grid.certificate.gap()) < 1e-9, "seed {seed}");
    }
}

#[test]
fn extreme_utilities_do_not_overflow() {
    const EXTREMES: [i64; 7] = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
    for seed in 0..12 {
        let mut draw = Draw::new(seed);
        let mut pair = |ordered: bool| {
            let (a, b) = (EXTREMES[draw.index(7)], EXTREMES[draw.index(7)]);
            if ordered { utility(a.min(b), a.max(b)) } else { utility(a, b) }
        };
        let count = if seed % 2 == 0 { 2_100 } else { 40 };
        let targets = (0..count).map(|t| target(t, pair(false), pair(true))).collect();
        let game =
            SecurityGame::identical(targets, [0, 1, 30, 2_000, u32::MAX][usize::try_from(seed % 5).expect("small")])
                .expect("a game");
        let certificate = origami::solve(&game).expect("an answer").certificate;
        assert!(certificate.gap() >= Rational::ZERO);
        assert!(rational::to_f64(&certificate.gap()) <= 1e-9 * u64::MAX as f64, "seed {seed}");
    }
}

#[test]
fn both_checkers_agree_on_dyadic_coverages() {
    // The same targets, named one by one, go the general way.
    for seed in 0..3 {
        let game = wide(seed, 2_100, 300);
        let solution = origami::solve(&game).expect("an answer");
        let reach = Reach::Only(game.targets().ids().collect());
        let named = Resource { name: "r".into(), count: 300, reach };
        let named = SecurityGame::new(game.targets().clone(), vec![named]).expect("a game");
        let general = certify(&named, &solution.coverage, &solution.evidence).expect("a proof");
        assert_eq!(general.lower, solution.certificate.lower);
        assert_eq!(general.attacked, solution.certificate.attacked);
        assert_eq!(general.attacker, solution.certificate.attacker);
        // The fast way rounds the attacked coverage up.
        assert!(general.upper <= solution.certificate.upper);
    }
}

#[test]
fn forged_evidence_is_refused() {
    let targets = || vec![target(0, utility(0, -4), utility(0, 4)), target(1, utility(0, -1), utility(0, 2))];
    let game = SecurityGame::identical(targets(), 1).expect("a game");
    let good = origami::solve(&game).expect("an answer");
    assert!(certify(&game, &good.coverage, &good.evidence).is_ok());
    let forged = |level: &str, ends: Vec<EndProof>| {
        let evidence = Evidence { level: parse(level).expect("a number"), cut: vec![0], ends };
        certify(&game, &good.coverage, &evidence)
    };
    assert!(matches!(forged("1.4", vec![]), Err(SecurityError::Level { .. })), "above 4/3");
    assert!(matches!(forged("5", vec![]), Err(SecurityError::Level { .. })), "above every utility");
    assert!(forged("1", vec![]).expect("a weaker proof").gap() > Rational::ZERO);
    let end = EndProof { target: TargetId(1), side: Side::Most, coverage: Rational::ZERO, cut: vec![0] };
    assert!(matches!(forged("4/3", vec![end]), Err(SecurityError::End { .. })));
    let without = Evidence { cut: vec![], ..good.evidence.clone() };
    assert!(matches!(certify(&game, &good.coverage, &without), Err(SecurityError::Level { .. })));
    let full = Coverage::dyadic(vec![DYADIC_ONE, DYADIC_ONE]);
    assert!(matches!(certify(&game, &full, &good.evidence), Err(SecurityError::TooMuch { .. })));
    // A dyadic coverage goes the fast way, which must refuse the same.
    let half = Coverage::dyadic(vec![DYADIC_ONE / 2, DYADIC_ONE / 2]);
    let high = Evidence { level: parse("1.4").expect("a number"), ..good.evidence };
    assert!(matches!(certify(&game, &half, &high), Err(SecurityError::Level { .. })));
}

/// A small fraction, negative too.
fn draw_fraction(draw: &mut Draw) -> Rational {
    (Rational::from(draw.below(60)) - Rational::from(12)) / Rational::from(1 + draw.below(4))
}

#[test]
fn no_evidence_at_all_proves_less_than_the_truth() {
    let (mut accepted, mut with_ends) = (0, 0);
    for seed in 0..GAMES {
        let game = if seed % 2 == 0 { contested(seed) } else { general(seed, 5, 6) };
        let value = truth(game.targets(), &allocations(&game)).expect("some target is attacked");
        let idle = vec![Marginals::Exact(vec![Rational::ZERO; game.targets().len()]); game.resources().len()];
        let idle = Coverage::by_types(idle);
        let solved = coverage::solve(&game).expect("an answer").evidence;
        let mut draw = Draw::new(seed);
        for _ in 0..40 {
            let mut cut = || (0..game.resources().len()).filter(|_| draw.below(3) > 0).collect();
            let (level_cut, end_cut) = (cut(), cut());
            let mut evidence = Evidence { level: draw_fraction(&mut draw), cut: level_cut, ends: vec![] };
            if draw.below(2) == 0 {
                evidence = Evidence { ends: vec![], ..solved.clone() };
            }
            if draw.below(3) > 0 {
                let target = TargetId(draw.index(game.targets().len()));
                let side = if draw.below(2) == 0 { Side::Least } else { Side::Most };
                let coverage = Rational::from(draw.below(13)) / Rational::from(12);
                evidence.ends.push(EndProof { target, side, coverage, cut: end_cut });
            }
            match certify(&game, &idle, &evidence) {
                Ok(proof) => {
                    assert!(proof.lower <= value && value <= proof.upper, "seed {seed}: {evidence:?}");
                    accepted += 1;
                    with_ends += usize::from(!evidence.ends.is_empty());
                }
                Err(error) => assert_ne!(error, SecurityError::Contradiction, "seed {seed}: {evidence:?}"),
            }
        }
    }
    assert!(accepted > 1_000 && with_ends > 100, "{accepted} accepted, {with_ends} of them with ends");
}

#[test]
fn games_of_another_kind_are_refused() {
    let eager = Targets::new(vec![target(0, utility(0, 0), utility(1, 0))]).expect("targets");
    let one = |reach| vec![Resource { name: "r".into(), count: 1, reach }];
    let game = SecurityGame::new(eager.clone(), one(Reach::All)).expect("a game");
    assert!(matches!(origami::solve(&game), Err(SecurityError::PrefersCovered { .. })));
    let calm = Targets::new(vec![target(0, utility(0, 0), utility(0, 1))]).expect("targets");
    let game = SecurityGame::new(calm, one(Reach::Only(vec![TargetId(0)]))).expect("a game");
    assert!(matches!(origami::solve(&game), Err(SecurityError::Shape { .. })));
}

#[test]
fn the_comb_plays_what_origami_found() {
    for seed in 0..50 {
        let (targets, resources) = classic(seed, 9, 7);
        let count = targets.len();
        let solution =
            origami::solve(&SecurityGame::identical(targets, resources).expect("a game")).expect("an answer");
        let mix = Comb::new(&solution.coverage.types()[0]).mix();
        assert!(mix.len() <= count + 1 && mix.iter().all(|a| a.targets.len() <= resources as usize));
        let mut sums = vec![Rational::ZERO; count];
        for allocation in &mix {
            allocation.targets.iter().for_each(|t| sums[t.0] += &allocation.probability);
        }
        assert_eq!(sums, solution.coverage.probabilities(count), "seed {seed}");
    }
}

/// Any utilities, up to six schedules of up to four targets, resources of up to two types.
fn scheduled(seed: u64, targets: u32, largest: u32, zero_sum: bool) -> ScheduleGame {
    let mut draw = Draw::new(seed);
    let count = 1 + draw.index(targets as usize);
    let targets = (0..count)
        .map(|t| {
            let attacker = draw_utility(&mut draw, largest, zero_sum);
            let defender = if zero_sum {
                Utility { covered: -attacker.covered.clone(), uncovered: -attacker.uncovered.clone() }
            } else {
                draw_utility(&mut draw, largest, false)
            };
            target(t, defender, attacker)
        })
        .collect();
    let schedules: Vec<Vec<TargetId>> =
        (0..=draw.below(6)).map(|_| (0..=draw.below(4)).map(|_| TargetId(draw.index(count))).collect()).collect();
    let resources = (0..draw.below(3))
        .map(|r| ScheduleResource {
            name: format!("r{r}"),
            count: draw.below(3),
            schedules: (0..schedules.len()).filter(|_| draw.below(3) > 0).collect(),
        })
        .collect();
    ScheduleGame::new(Targets::new(targets).expect("targets"), schedules, resources).expect("a game")
}

/// Every set of targets that a joint schedule covers.
fn covers(game: &ScheduleGame) -> Vec<Vec<bool>> {
    let mut sets = BTreeSet::from([vec![false; game.targets().len()]]);
    for resource in game.resources() {
        for _ in 0..resource.count {
            for set in sets.clone() {
                for schedule in &resource.schedules {
                    let mut larger = set.clone();
                    game.schedules()[*schedule].iter().for_each(|t| larger[t.0] = true);
                    sets.insert(larger);
                }
            }
        }
    }
    sets.into_iter().collect()
}

#[test]
fn schedules_find_the_truth() {
    let (mut never, mut bound) = (0, 0);
    for seed in 0..GAMES {
        for zero_sum in [false, true] {
            let game = scheduled(seed, 5, 2 + u32::try_from(seed % 9).expect("small"), zero_sum);
            let value = truth(game.targets(), &covers(&game)).expect("some target is attacked");
            let solution = schedules::solve(&game, &Settings::default()).expect("an answer");
            let (lower, upper) = (&solution.certificate.lower, &solution.certificate.upper);
            assert_eq!((lower, upper), (&value, &value), "seed {seed}, zero-sum {zero_sum}");
            assert_eq!(solution.status, Status::Converged);
            let proofs = &solution.evidence.targets;
            never += proofs.iter().filter(|proof| matches!(proof, TargetProof::Never { .. })).count();
            bound += proofs.iter().filter(|proof| matches!(proof, TargetProof::Bound { .. })).count();
        }
    }
    assert!(never > 10 && bound > 10, "{never} targets are never attacked, {bound} are bounded");
}

#[test]
fn schedules_of_one_target_are_the_game_without_schedules() {
    for seed in 0..100 {
        let (targets, resources) = classic(seed, 7, 6);
        let count = targets.len();
        let plain = SecurityGame::identical(targets, resources).expect("a game");
        let patrol = ScheduleResource { name: "r".into(), count: resources, schedules: (0..count).collect() };
        let single = (0..count).map(|t| vec![TargetId(t)]).collect();
        let game = ScheduleGame::new(plain.targets().clone(), single, vec![patrol]).expect("a game");
        let solution = schedules::solve(&game, &Settings::default()).expect("an answer");
        let value = origami::solve(&plain).expect("an answer").certificate.lower;
        assert_eq!((&solution.certificate.lower, &solution.certificate.upper), (&value, &value), "seed {seed}");
    }
}

#[test]
fn a_limit_leaves_an_interval_that_contains_the_value() {
    for seed in 0..60 {
        let game = scheduled(seed, 6, 9, seed % 2 == 0);
        let value = schedules::solve(&game, &Settings::default()).expect("an answer").certificate.lower;
        for max_iterations in [0, 1, 3] {
            let settings = Settings { max_iterations: Some(max_iterations), ..Settings::default() };
            let solution = schedules::solve(&game, &settings).expect("an answer");
            assert!(solution.iterations <= max_iterations);
            let (lower, upper) = (&solution.certificate.lower, &solution.certificate.upper);
            assert!(*lower <= value && value <= *upper, "seed {seed}, {max_iterations} programs");
        }
    }
}

#[test]
fn no_schedule_evidence_at_all_proves_less_than_the_truth() {
    let (mut accepted, mut stronger) = (0, 0);
    for seed in 0..GAMES {
        let game = scheduled(seed, 4, 6, false);
        let targets = game.targets();
        let value = truth(targets, &covers(&game)).expect("some target is attacked");
        let mix = MixedStrategy::pure(1, 0).expect("one");
        let mut draw = Draw::new(seed);
        for _ in 0..40 {
            let mut given: Vec<Vec<Rational>> = (0..=targets.len())
                .map(|_| targets.ids().map(|_| Rational::from(draw.below(4)) / Rational::from(2)).collect())
                .collect();
            let mut mass = given.pop().expect("one more than targets");
            let proofs = given.into_iter().map(|multipliers| match draw.below(3) {
                0 => TargetProof::Level,
                1 => TargetProof::Never { multipliers, margin: Rational::from(draw.below(3)) },
                _ => TargetProof::Bound { multipliers, bound: Rational::from(draw.below(8)) },
            });
            let targets = proofs.collect();
            // A mix unless all are 0.
            let sum = mass.iter().fold(Rational::ZERO, |sum, weight| sum + weight);
            mass.iter_mut().filter(|_| !sum.is_zero()).for_each(|weight| *weight /= &sum);
            let level = LevelProof { multipliers: mass, level: Rational::from(draw.below(5)) };
            let evidence = ScheduleEvidence { level: (draw.below(2) == 0).then_some(level), targets };
            let joints = [JointSchedule::default()];
            match certify_schedules(&game, &mix, &joints, &evidence) {
                Ok(proof) => {
                    assert!(proof.lower <= value && value <= proof.upper, "seed {seed}: {evidence:?}");
                    accepted += 1;
                    stronger += usize::from(evidence.targets.iter().any(|proof| *proof != TargetProof::Level));
                }
                Err(error) => assert_ne!(error, SecurityError::Contradiction, "seed {seed}: {evidence:?}"),
            }
        }
    }
    assert!(accepted > 500 && stronger > 100, "{accepted} accepted, {stronger} of them with more than utilities");
}

#[test]
fn forged_schedule_evidence_is_refused() {
    let targets = (0..3).map(|t| target(t, utility(0, -1), utility(0, 1))).collect();
    let pairs = [[0, 1], [1, 2], [2, 0]].map(|pair| pair.map(TargetId).to_vec()).to_vec();
    let patrol = ScheduleResource { name: "patrol".into(), count: 1, schedules: vec![0, 1, 2] };
    let game = ScheduleGame::new(Targets::new(targets).expect("targets"), pairs, vec![patrol]).expect("a game");
    let good = schedules::solve(&game, &Settings::default()).expect("an answer");
    let judge = |proof: TargetProof, joints: &[JointSchedule]| {
        let mut evidence = good.evidence.clone();
        evidence.targets[0] = proof;
        certify_schedules(&game, &good.mix, joints, &evidence)
    };
    let third = || parse("1/3").expect("a number");
    let bound = |bound: &str, multiplier: Rational| TargetProof::Bound {
        multipliers: vec![multiplier; 3],
        bound: parse(bound).expect("a number"),
    };
    assert!(judge(bound("-1/3", third()), &good.joints).is_ok());
    let refused = |proof| matches!(judge(proof, &good.joints), Err(SecurityError::End { .. }));
    assert!(refused(bound("-0.34", third())), "too strong");
    assert!(refused(bound("5", -third())), "negative multipliers");
    assert!(refused(TargetProof::Never { multipliers: vec![third(); 3], margin: third() }), "it is attacked");
    assert!(refused(TargetProof::Never { multipliers: vec![third(); 3], margin: Rational::ZERO }), "no margin");
    for (multipliers, level) in [(vec![third(); 3], "0.34"), (vec![third(); 2], "0"), (vec![Rational::ONE; 3], "0")] {
        let level = LevelProof { multipliers, level: parse(level).expect("a number") };
        let evidence = ScheduleEvidence { level: Some(level), targets: vec![TargetProof::Level; 3] };
        let refused = certify_schedules(&game, &good.mix, &good.joints, &evidence);
        assert!(matches!(refused, Err(SecurityError::Level { .. })), "too high, too few, no mix");
    }
    let two = vec![JointSchedule { runs: vec![(0, 0), (0, 1)] }; good.joints.len()];
    let refused = judge(TargetProof::Level, &two);
    assert!(matches!(refused, Err(SecurityError::JointSchedule { position: 0, .. })), "one patrol, two runs");
}
