//! The exact method against the enumeration of square kernels: another theorem, another program.
//!
//! Shapley and Snow, "Basic solutions of discrete games", 1950: some optimal pair of a matrix game equalises a square
//! submatrix, whose bordered system has one solution. So the value of a small game is found by trying every square
//! submatrix and checking the pair on the whole game. What this does not establish: anything about constraints.

use saddlepoint_game::rational::Rational;
use saddlepoint_game::testing::Family;
use saddlepoint_game::{AttackId, DefenceId, Game};
use saddlepoint_solver::exact;

/// Solves `a v = b` by elimination; `None` if singular.
fn solve(mut a: Vec<Vec<Rational>>, mut b: Vec<Rational>) -> Option<Vec<Rational>> {
    let size = b.len();
    for k in 0..size {
        let pivot = (k..size).find(|&r| !a[r][k].is_zero())?;
        a.swap(k, pivot);
        b.swap(k, pivot);
        for r in (0..size).filter(|&r| r != k) {
            let factor = &a[r][k] / &a[k][k];
            let (source, right) = (a[k].clone(), b[k].clone());
            a[r].iter_mut().zip(&source).for_each(|(entry, s)| *entry -= &factor * s);
            b[r] -= factor * right;
        }
    }
    Some((0..size).map(|k| &b[k] / &a[k][k]).collect())
}

/// Weights on the columns of a square block that make all its rows equal, and that common number.
fn equalise(block: &[Vec<Rational>]) -> Option<(Vec<Rational>, Rational)> {
    let size = block.len();
    let mut system: Vec<Vec<Rational>> =
        block.iter().map(|row| row.iter().cloned().chain([-Rational::ONE]).collect()).collect();
    system.push((0..=size).map(|k| if k < size { Rational::ONE } else { Rational::ZERO }).collect());
    let mut right = vec![Rational::ZERO; size];
    right.push(Rational::ONE);
    let mut weights = solve(system, right)?;
    let level = weights.pop()?;
    weights.iter().all(|weight| *weight >= Rational::ZERO).then_some((weights, level))
}

fn subsets(count: usize) -> impl Iterator<Item = Vec<usize>> {
    (1_u32..1 << count).map(move |mask| (0..count).filter(|k| mask >> k & 1 == 1).collect())
}

fn value_by_kernels(game: &Game) -> Option<Rational> {
    let (m, n) = (game.loss.attacks().len(), game.loss.defences().len());
    let loss = |i: usize, j: usize| game.loss.loss(AttackId(i), DefenceId(j));
    let dot = |terms: &mut dyn Iterator<Item = Rational>| terms.fold(Rational::ZERO, |sum, term| sum + term);
    for rows in subsets(m) {
        for columns in subsets(n).filter(|columns| columns.len() == rows.len()) {
            let block: Vec<Vec<_>> = rows.iter().map(|&i| columns.iter().map(|&j| loss(i, j)).collect()).collect();
            let turned: Vec<Vec<_>> = columns.iter().map(|&j| rows.iter().map(|&i| loss(i, j)).collect()).collect();
            let (Some((y, level)), Some((x, _))) = (equalise(&block), equalise(&turned)) else { continue };
            let attacks_lose = (0..m).all(|i| dot(&mut columns.iter().zip(&y).map(|(&j, p)| loss(i, j) * p)) <= level);
            let defences_lose = (0..n).all(|j| dot(&mut rows.iter().zip(&x).map(|(&i, p)| loss(i, j) * p)) >= level);
            if attacks_lose && defences_lose {
                return Some(level);
            }
        }
    }
    None
}

#[test]
fn the_exact_value_is_that_of_a_square_kernel() {
    for family in Family::ALL {
        for seed in 0..60 {
            let game = family.game(5, 3_000_000 + seed);
            let value = value_by_kernels(&game).expect("a square kernel exists");
            assert_eq!(exact::optimum(&game).expect("no constraints").value(), value, "{family:?} {seed}");
        }
    }
}
