//! Nearest: the point of an optimal face with the least norm, in doubles.
//!
//! Source: Lawson, Hanson, "Solving least squares problems", 1974, chapter 23 (least distance by nonnegative least
//! squares).
//! Differs: by normal equations, so that a norm `½ t'H t` needs no square root of `H`; the sets are small.
//!
//! A face is given at one of its corners by the nonbasic variables that are free there:
//!
//! ```text
//! v_B = b - T t ≥ 0,   t ≥ 0,   minimise ½ Σ_r a_r (b_r - T_r t)² + ½ Σ_c a_c t_c²
//! ```
//!
//! | symbol | here | shape |
//! |---|---|---|
//! | `H = T' a_B T + a_N` | `hessian` | columns × columns |
//! | `t*` | `center` | columns: the least norm without bounds |
//! | `C_i`, `h_i` | `normal`, `broken` | columns; by how much `t*` breaks bound `i` |
//! | `μ` | `multipliers` | the bounds taken to be active |
//!
//! 1. `t*`. 2. `s = H⁻¹ C'μ / (1 - h'μ)`; the bound that `t* + s` breaks most becomes active; stop if none is broken.
//! 3. Solve `(C H⁻¹ C' + h h') μ = h` on the active bounds; where a multiplier would be negative, go towards it as far as
//!    they stay positive and let that bound go. Repeat.
//!
//! Guarantee: none but determinism; the caller certifies. In exact arithmetic it is finite.

/// A bound counts as broken below minus this, in units of the program's weights (of order 1).
const BROKEN: f64 = 1e-14;

/// A pivot of a factorisation below this fraction of its diagonal entry is rounding.
const SINGULAR: f64 = 1e-13;

/// Rounds per bound after which rounding is taken to run in circles.
const ROUNDS_PER_BOUND: usize = 3;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Corner {
    /// Number of each row's variable.
    pub(crate) basic: Vec<usize>,
    /// Number of each column's variable.
    pub(crate) free: Vec<usize>,
    /// `T`, row by row.
    pub(crate) matrix: Vec<f64>,
    /// `b`.
    pub(crate) right: Vec<f64>,
    /// `a_B`, at least 0.
    pub(crate) basic_weights: Vec<f64>,
    /// `a_N`, at least 0.
    pub(crate) free_weights: Vec<f64>,
}

impl Corner {
    /// Whether the face is this corner only.
    pub(crate) fn is_point(&self) -> bool {
        self.free.is_empty()
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.matrix[row * self.free.len()..(row + 1) * self.free.len()]
    }

    /// Variable and value at `t`, without what rounding leaves below 0.
    fn point(&self, t: &[f64]) -> Vec<(usize, f64)> {
        let basic = self.basic.iter().enumerate().map(|(r, &number)| (number, self.right[r] - dot(self.row(r), t)));
        let all = basic.chain(self.free.iter().copied().zip(t.iter().copied()));
        all.map(|(number, value)| (number, value.max(0.0))).collect()
    }

    /// How far bound `i` is from being broken: first `t_i`, then the basic variables.
    fn slack(&self, i: usize, t: &[f64]) -> f64 {
        match i.checked_sub(t.len()) {
            None => t[i],
            Some(r) => self.right[r] - dot(self.row(r), t),
        }
    }

    /// `C_i`.
    fn normal(&self, i: usize) -> Vec<f64> {
        let columns = self.free.len();
        match i.checked_sub(columns) {
            None => (0..columns).map(|c| if c == i { 1.0 } else { 0.0 }).collect(),
            Some(r) => self.row(r).iter().map(|entry| -entry).collect(),
        }
    }
}

/// Every variable of the face with its value at the least norm; `None` where rounding spoils the search.
pub(crate) fn least_norm(corner: &Corner) -> Option<Vec<(usize, f64)>> {
    let columns = corner.free.len();
    if columns == 0 {
        return Some(corner.point(&[]));
    }
    // 1. The least norm without bounds.
    let (mut hessian, mut pull) = (vec![0.0; columns * columns], vec![0.0; columns]);
    for c in 0..columns {
        hessian[c * columns + c] = corner.free_weights[c];
    }
    for (r, weight) in corner.basic_weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
        let row = corner.row(r);
        for a in 0..columns {
            pull[a] += weight * corner.right[r] * row[a];
            for b in 0..columns {
                hessian[a * columns + b] += weight * row[a] * row[b];
            }
        }
    }
    let hessian = Factor::of(hessian, columns)?;
    let center = hessian.solve(pull);
    let bounds = columns + corner.basic.len();
    let (mut active, mut turned, mut broken): (Vec<usize>, Vec<Vec<f64>>, Vec<f64>) = Default::default();
    let mut multipliers: Vec<f64> = Vec::new();
    for _ in 0..ROUNDS_PER_BOUND * bounds {
        // 2. The bound that is broken most.
        let rest = 1.0 - dot(&broken, &multipliers);
        let mut t = center.clone();
        for (direction, multiplier) in turned.iter().zip(&multipliers) {
            t.iter_mut().zip(direction).for_each(|(t, d)| *t += multiplier / rest * d);
        }
        let worst = (0..bounds).filter(|i| !active.contains(i)).map(|i| (i, corner.slack(i, &t)));
        let worst =
            worst.fold(
                None,
                |worst: Option<(usize, f64)>, (i, slack)| {
                    if slack < worst.map_or(-BROKEN, |(_, least)| least) { Some((i, slack)) } else { worst }
                },
            );
        let Some((entering, _)) = worst else { return Some(corner.point(&t)) };
        active.push(entering);
        turned.push(hessian.solve(corner.normal(entering)));
        broken.push(-corner.slack(entering, &center));
        multipliers.push(0.0);
        // 3. Multipliers of the active bounds.
        loop {
            let size = active.len();
            let mut system = vec![0.0; size * size];
            for a in 0..size {
                let normal = corner.normal(active[a]);
                for b in 0..size {
                    system[a * size + b] = dot(&normal, &turned[b]) + broken[a] * broken[b];
                }
            }
            let target = Factor::of(system, size)?.solve(broken.clone());
            if target.iter().all(|multiplier| *multiplier > 0.0) {
                multipliers = target;
                break;
            }
            let steps = multipliers
                .iter()
                .zip(&target)
                .map(|(m, t)| if *t <= 0.0 { m / (m - t).max(f64::MIN_POSITIVE) } else { 1.0 });
            let (leaving, step) =
                steps.enumerate().fold((0, f64::INFINITY), |least, step| if step.1 < least.1 { step } else { least });
            if step >= 1.0 && target[leaving] > 0.0 {
                return None;
            }
            multipliers.iter_mut().zip(&target).for_each(|(m, t)| *m += step * (t - *m));
            active.remove(leaving);
            turned.remove(leaving);
            broken.remove(leaving);
            multipliers.remove(leaving);
            if active.is_empty() {
                return None;
            }
        }
    }
    None
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// A Cholesky factor, lower triangle, row by row.
struct Factor {
    size: usize,
    entries: Vec<f64>,
}

impl Factor {
    /// Factors a symmetric matrix; `None` if it is not positive definite as far as doubles can tell.
    fn of(mut entries: Vec<f64>, size: usize) -> Option<Self> {
        for c in 0..size {
            let diagonal = entries[c * size + c];
            for r in c..size {
                let mut sum = entries[r * size + c];
                for k in 0..c {
                    sum -= entries[r * size + k] * entries[c * size + k];
                }
                if r == c {
                    if sum.is_nan() || sum <= SINGULAR * diagonal {
                        return None;
                    }
                    entries[c * size + c] = sum.sqrt();
                } else {
                    entries[r * size + c] = sum / entries[c * size + c];
                }
            }
        }
        Some(Self { size, entries })
    }

    fn solve(&self, mut right: Vec<f64>) -> Vec<f64> {
        let at = |r: usize, c: usize| self.entries[r * self.size + c];
        for r in 0..self.size {
            for k in 0..r {
                right[r] -= at(r, k) * right[k];
            }
            right[r] /= at(r, r);
        }
        for r in (0..self.size).rev() {
            for k in r + 1..self.size {
                right[r] -= at(k, r) * right[k];
            }
            right[r] /= at(r, r);
        }
        right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `v_B = b - T t` with all weights 1.
    fn corner(columns: usize, matrix: &[f64], right: &[f64]) -> Corner {
        let rows = right.len();
        Corner {
            basic: (columns..columns + rows).collect(),
            free: (0..columns).collect(),
            matrix: matrix.to_vec(),
            right: right.to_vec(),
            basic_weights: vec![1.0; rows],
            free_weights: vec![1.0; columns],
        }
    }

    #[test]
    fn the_middle_of_a_simplex() {
        // v = 1 - t1 - t2: the least norm is 1/3 each.
        let found = least_norm(&corner(2, &[1.0, 1.0], &[1.0])).expect("a point");
        assert!(found.iter().all(|(_, value)| (value - 1.0 / 3.0).abs() < 1e-15), "{found:?}");
    }

    #[test]
    fn an_active_bound() {
        // v1 = 1 - t ≥ 0, v2 = 3 + t, t ≥ 0: without bounds t = -2/3.
        let found = least_norm(&corner(1, &[1.0, -1.0], &[1.0, 3.0])).expect("a point");
        assert_eq!(found, [(1, 1.0), (2, 3.0), (0, 0.0)]);
        // v1 = 2 - 3 t with no weight: t = 2/3 at most, without it more.
        let mut bounded = corner(1, &[3.0, 1.0], &[2.0, 4.0]);
        bounded.basic_weights[0] = 0.0;
        let found = least_norm(&bounded).expect("a point");
        assert!((found[2].1 - 2.0 / 3.0).abs() < 1e-15 && found[0].1.abs() < 1e-15, "{found:?}");
    }
}
