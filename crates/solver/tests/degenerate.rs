//! Games on which a tempting rule cycles, stalls or misleads, named after the rule.

use saddlepoint_game::rational::{Rational, parse};
use saddlepoint_game::{Constraint, Game, LossMatrix, MixedStrategy, Sense, numbered};
use saddlepoint_solver::{Method, Settings, Solution, SolveError, Status, exact, face, solve};

fn number(text: &str) -> Rational {
    parse(text).expect("a number")
}

fn game(rows: &[&[&str]]) -> Game {
    let losses = rows.iter().flat_map(|row| row.iter().map(|cell| number(cell))).collect();
    Game::new(LossMatrix::new(numbered("a", rows.len()), numbered("d", rows[0].len()), losses).expect("a matrix"))
}

fn limit(name: &str, sense: Sense, bound: &str, coefficients: &[&str]) -> Constraint {
    let coefficients = coefficients.iter().map(|c| number(c)).collect();
    Constraint { name: name.to_owned(), metric: name.to_owned(), sense, bound: number(bound), coefficients }
}

/// Methods that take constraints.
const METHODS: [Method; 7] = [
    Method::Auto,
    Method::Simplex,
    Method::Exact,
    Method::DoubleOracle,
    Method::GoodLp,
    Method::Microlp,
    Method::Clarabel,
];

/// Those, and the others that end at an equilibrium, as far as they take the game.
fn methods(game: &Game) -> Vec<Method> {
    let mut methods = METHODS.to_vec();
    if game.constraints.is_empty() {
        methods.push(Method::InteriorPoint);
    }
    methods
}

fn solved(game: &Game, method: Method) -> Solution {
    solve(game, &Settings::with_method(method)).unwrap_or_else(|error| panic!("{method}: {error}"))
}

/// All methods find the same value, to 1e-12 of a range of order 1.
fn agree(game: &Game) -> Rational {
    let value = exact::optimum(game).expect("an admissible mix").value();
    for method in methods(game) {
        let proof = solved(game, method).certificate;
        assert!(proof.lower <= value && value <= proof.upper, "{method}");
        assert!(proof.gap() <= number("1e-12"), "{method}: {}", proof.gap());
    }
    value
}

/// Beale 1955: the rows with right side 0 on which the largest coefficient cycles, here as constraints, so that all pivots
/// on them are degenerate. A game's objective weighs all defences alike, so this is not his program; that one, on which
/// the rule does return to its start, is a unit test of the integer tableau.
#[test]
fn largest_coefficient_meets_beale_s_rows() {
    let mut cycling = game(&[&["0", "0", "1", "0"], &["0.25", "0.5", "0.75", "1"]]);
    cycling.constraints = vec![
        limit("first", Sense::Cap, "0", &["0.25", "-60", "-0.04", "9"]),
        limit("second", Sense::Cap, "0", &["0.5", "-90", "-0.02", "3"]),
    ];
    agree(&cycling);
}

/// The rows of Kuhn's example (in Balinski and Tucker 1969), in the same way.
#[test]
fn largest_coefficient_meets_kuhn_s_rows() {
    let mut cycling = game(&[&["2", "3", "1", "12"], &["1", "2", "3", "4"]]);
    cycling.constraints = vec![
        limit("first", Sense::Cap, "0", &["-2", "-9", "1", "9"]),
        limit("second", Sense::Cap, "0", &["1/3", "1", "-1/3", "-2"]),
    ];
    agree(&cycling);
}

/// Every row has the same ratio at every pivot.
#[test]
fn smallest_ratio_ties_everywhere() {
    for size in [2_usize, 5, 16, 30] {
        let cells: Vec<Vec<&str>> =
            (0..size).map(|i| (0..size).map(|j| if i == j { "1" } else { "0" }).collect()).collect();
        let rows: Vec<&[&str]> = cells.iter().map(Vec::as_slice).collect();
        let expected = Rational::ONE / Rational::from(size);
        assert_eq!(agree(&game(&rows)), expected, "the identity of size {size}");
    }
}

/// A constant matrix has range 0, by which a careless scaling divides.
#[test]
fn scaling_by_the_range_divides_by_zero() {
    let constant = game(&[&["-0.3", "-0.3"], &["-0.3", "-0.3"], &["-0.3", "-0.3"]]);
    assert_eq!(agree(&constant), number("-0.3"));
    for method in [Method::FictitiousPlay, Method::RegretMatching, Method::Extragradient] {
        let learnt = solved(&constant, method);
        assert_eq!((learnt.certificate.gap(), learnt.iterations), (Rational::ZERO, 1), "{method}");
    }
}

/// A cap and a floor that meet leave no strictly admissible mix, so that no rounded mix need be admissible; here the
/// only ones have thirds, which 2^53 does not divide.
#[test]
fn rounding_leaves_the_admissible_set() {
    let mut pinned = game(&[&["1", "0", "0.2"], &["0", "1", "0.9"]]);
    let coefficients = ["1", "0", "0"];
    pinned.constraints =
        vec![limit("at most", Sense::Cap, "1/3", &coefficients), limit("at least", Sense::Floor, "1/3", &coefficients)];
    agree(&pinned);
    let found = solved(&pinned, Method::Simplex);
    assert_eq!((found.method, found.status), (Method::Exact, Status::Converged), "repaired in integers");
    assert_eq!(found.defender.probability(0), number("1/3"));
}

/// The same, but a grid point is admissible: a half.
#[test]
fn an_equation_on_the_grid() {
    let mut pinned = game(&[&["1", "0"], &["0", "1"]]);
    let coefficients = ["0.2", "0.4"];
    pinned.constraints =
        vec![limit("at most", Sense::Cap, "0.3", &coefficients), limit("at least", Sense::Floor, "0.3", &coefficients)];
    assert_eq!(agree(&pinned), number("1/2"));
}

/// A bound that a single defence meets with equality, and no other mix meets at all.
#[test]
fn one_admissible_mix() {
    let mut single = game(&[&["0.9", "0.1", "0.2"], &["0.8", "0.3", "0.1"]]);
    single.constraints = vec![limit("cost", Sense::Cap, "2", &["2", "3", "5"])];
    assert_eq!(agree(&single), number("0.9"));
    assert_eq!(face::analyse(&exact::optimum(&single).expect("an admissible mix")).prices[0].left, None);
    single.constraints[0].bound = number("1.9999999999999999");
    for method in METHODS {
        let refused = solve(&single, &Settings::with_method(method));
        let Err(SolveError::Infeasible { constraint, nearest, .. }) = refused else { panic!("{method}: {refused:?}") };
        assert_eq!((constraint.as_str(), nearest.as_deref()), ("cost", Some(&number("2"))), "{method}");
    }
}

/// A constraint on a metric that is the same for all defences: met by all, or by none.
#[test]
fn a_row_of_zeros() {
    let mut same = game(&[&["1", "0"], &["0", "1"]]);
    same.constraints = vec![limit("same", Sense::Cap, "0.5", &["0.5", "0.5"])];
    assert_eq!(agree(&same), number("1/2"));
    same.constraints[0].bound = number("0.4");
    assert!(matches!(solve(&same, &Settings::default()), Err(SolveError::Infeasible { .. })));
}

/// Fictitious play answers the identity slowly and the interval says so; a mix of counts is never called exact.
#[test]
fn learning_from_counts_converges_slowly() {
    let rows: [&[&str]; 3] = [&["1", "0", "0"], &["0", "1", "0"], &["0", "0", "1"]];
    let settings = Settings { max_iterations: Some(10_000), target_gap: Some(1e-6), ..Settings::default() };
    let settings = Settings { method: Method::FictitiousPlay, ..settings };
    let found = solve(&game(&rows), &settings).expect("no constraints");
    let third = number("1/3");
    assert!(found.certificate.lower <= third && third <= found.certificate.upper);
}

/// Optimal mixes are many here; a method may return any, and the bands contain it.
#[test]
fn bands_contain_every_method_s_mix() {
    let many = game(&[&["0.5", "0.5", "0.2", "0.2"], &["0.1", "0.1", "0.6", "0.6"], &["0.5", "0.5", "0.2", "0.2"]]);
    let bands = face::analyse(&exact::optimum(&many).expect("no constraints"));
    assert!(!bands.unique_attacker && !bands.unique_defender);
    let near = number("1e-12");
    let inside = |mix: &MixedStrategy, bands: &[(Rational, Rational)]| {
        bands.iter().enumerate().all(|(k, (least, greatest))| {
            let p = mix.probability(k);
            &p + &near >= *least && p <= greatest + &near
        })
    };
    for method in methods(&many) {
        let found = solved(&many, method);
        assert!(inside(&found.attacker, &bands.attacker) && inside(&found.defender, &bands.defender), "{method}");
    }
}
