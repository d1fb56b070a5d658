//! The simplex tableau of several games of one shape, side by side: one game in each lane of every cell.
//!
//! The lanes pivot in lockstep, each on its own row and column, so that the exchange of one basis for another is the
//! same instructions for all of them:
//!
//! ```text
//! inner[i][j][lane] -= factors[i][lane] · pivot_row[j][lane]
//! ```
//!
//! Only the pivot row and column are gathered from, and scattered to, a different place in each lane. Tolerances, ties
//! and the order of every operation are those of [`crate::simplex`], so a lane that ends at an optimum ends at the same
//! bits as a run of that file alone, whatever its neighbours are; a lane for which that file would change its rule gives
//! up. Nothing is fused: wider registers change the time, not the numbers.
//!
//! | here | shape | in `simplex.rs` |
//! |---|---|---|
//! | `inner` | attacks × defences | `tableau` without its last row and column |
//! | `right` | attacks | last column: right side |
//! | `costs` | defences | last row: reduced costs |
//! | `sum` | 1 | last cell: `Σ u` |

// A function that is not inlined into a version of `pivot` is compiled without that version's instructions.
#![allow(clippy::inline_always)]
// Indices of rows and columns are as wide as the numbers that they are chosen by.
#![allow(clippy::cast_possible_truncation)]

use multiversion::multiversion;

use crate::simplex::{FEASIBLE_SUM, FREE, PATIENCE, PIVOT, PIVOTS_PER_LINE, RATIO_TIE, REDUCED_COST};

/// Games side by side: one register of the widest kind, two of the usual.
pub(crate) const LANES: usize = 8;

/// One value for each lane, from its number.
#[inline(always)]
fn each<T: Copy + Default>(value: impl Fn(usize) -> T) -> [T; LANES] {
    let mut values = [T::default(); LANES];
    for (lane, slot) in values.iter_mut().enumerate() {
        *slot = value(lane);
    }
    values
}

/// One number for each lane; a cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Cell([f64; LANES]);

impl Cell {
    const ZERO: Self = Self([0.0; LANES]);

    /// `self - factor · entry`, rounded twice.
    #[inline(always)]
    fn minus(self, factor: Self, entry: Self) -> Self {
        Self(each(|l| self.0[l] - factor.0[l] * entry.0[l]))
    }

    /// `other` where the mask is set.
    #[inline(always)]
    fn or(self, mask: Mask, other: Self) -> Self {
        Self(each(|l| f64::from_bits((mask.0[l] & other.0[l].to_bits()) | (!mask.0[l] & self.0[l].to_bits()))))
    }
}

/// All bits set in the lanes that are meant, none in the others: a branch would stop all for one.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Mask([u64; LANES]);

impl Mask {
    #[inline(always)]
    fn of(holds: impl Fn(usize) -> bool) -> Self {
        Self(each(|l| if holds(l) { u64::MAX } else { 0 }))
    }

    /// `index` where the mask is set, else what is there.
    #[inline(always)]
    fn index(self, before: [u64; LANES], index: u64) -> [u64; LANES] {
        each(|l| (self.0[l] & index) | (!self.0[l] & before[l]))
    }
}

/// How a lane stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// No game.
    Idle,
    /// A game with a reduced cost below 0.
    Busy,
    /// A game at an optimum.
    Optimal,
    /// A game that needs the other rule, or integers.
    GaveUp,
}

/// See the module. Memory is kept from game to game.
#[derive(Clone, Debug)]
pub(crate) struct Lanes {
    attacks: usize,
    defences: usize,
    inner: Vec<Cell>,
    right: Vec<Cell>,
    costs: Vec<Cell>,
    sum: Cell,
    /// The pivot column: attacks.
    factors: Vec<Cell>,
    /// The pivot row, divided by the pivot: defences.
    pivot_row: Vec<Cell>,
    /// Variable of each row, lane by lane: lanes × attacks.
    basic: Vec<usize>,
    /// Variable of each column, lane by lane: lanes × defences.
    nonbasic: Vec<usize>,
    /// The column to enter and its reduced cost, which is not below 0 if there is none.
    entering: [u64; LANES],
    least: [f64; LANES],
    idle: [u64; LANES],
    pivots: [u64; LANES],
    state: [Lane; LANES],
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            attacks: 0,
            defences: 0,
            inner: Vec::new(),
            right: Vec::new(),
            costs: Vec::new(),
            sum: Cell::ZERO,
            factors: Vec::new(),
            pivot_row: Vec::new(),
            basic: Vec::new(),
            nonbasic: Vec::new(),
            entering: [0; LANES],
            least: [0.0; LANES],
            idle: [0; LANES],
            pivots: [0; LANES],
            state: [Lane::Idle; LANES],
        }
    }
}

impl Lanes {
    /// Empties every lane, for games of one shape (both sides at least 1).
    pub(crate) fn shape(&mut self, attacks: usize, defences: usize) {
        (self.attacks, self.defences) = (attacks, defences);
        let cells = [
            (&mut self.inner, attacks * defences),
            (&mut self.right, attacks),
            (&mut self.factors, attacks),
            (&mut self.costs, defences),
            (&mut self.pivot_row, defences),
        ];
        for (cells, count) in cells {
            cells.clear();
            cells.resize(count, Cell::ZERO);
        }
        self.basic.resize(LANES * attacks, 0);
        self.nonbasic.resize(LANES * defences, 0);
        self.entering = [0; LANES];
        self.state = [Lane::Idle; LANES];
    }

    /// 1. Puts a game with entries in [0, 1], row by row, into a lane, at the origin.
    pub(crate) fn load(&mut self, lane: usize, unit: &[f64]) {
        for (cell, loss) in self.inner.iter_mut().zip(unit) {
            cell.0[lane] = loss + 1.0;
        }
        self.right.iter_mut().for_each(|cell| cell.0[lane] = 1.0);
        self.costs.iter_mut().for_each(|cell| cell.0[lane] = -1.0);
        self.sum.0[lane] = 0.0;
        let (m, n) = (self.attacks, self.defences);
        self.nonbasic[lane * n..(lane + 1) * n].iter_mut().enumerate().for_each(|(j, variable)| *variable = j);
        self.basic[lane * m..(lane + 1) * m].iter_mut().enumerate().for_each(|(i, variable)| *variable = n + i);
        // Ties go to the lowest column.
        (self.entering[lane], self.least[lane]) = (0, -1.0);
        (self.idle[lane], self.pivots[lane]) = (0, 0);
        self.state[lane] = Lane::Busy;
    }

    /// Takes the game out of a lane.
    pub(crate) fn empty(&mut self, lane: usize) {
        self.state[lane] = Lane::Idle;
    }

    /// Whether no lane has a game.
    pub(crate) fn are_idle(&self) -> bool {
        self.state.iter().all(|state| *state == Lane::Idle)
    }

    pub(crate) fn state(&self, lane: usize) -> Lane {
        self.state[lane]
    }

    /// Pivots of the game in a lane.
    pub(crate) fn pivots(&self, lane: usize) -> u64 {
        self.pivots[lane]
    }

    /// The basic variable of each row of the game in a lane.
    pub(crate) fn basic(&self, lane: usize) -> &[usize] {
        &self.basic[lane * self.attacks..(lane + 1) * self.attacks]
    }

    /// Whether the optimum of the game in a lane is the only one on both sides, as far as doubles can tell.
    pub(crate) fn is_unique(&self, lane: usize) -> bool {
        self.right.iter().chain(&self.costs).all(|cell| cell.0[lane] > FREE)
    }

    /// 5. Both mixes of the game in a lane, in the program's scale.
    pub(crate) fn read(&self, lane: usize, attacker: &mut [f64], defender: &mut [f64]) {
        let n = self.defences;
        defender.fill(0.0);
        for (cell, &variable) in self.right.iter().zip(self.basic(lane)) {
            if let Some(weight) = defender.get_mut(variable) {
                *weight = cell.0[lane].max(0.0);
            }
        }
        attacker.fill(0.0);
        for (cell, &variable) in self.costs.iter().zip(&self.nonbasic[lane * n..(lane + 1) * n]) {
            if let Some(weight) = variable.checked_sub(n).and_then(|i| attacker.get_mut(i)) {
                *weight = cell.0[lane].max(0.0);
            }
        }
    }

    /// 2-4. Pivots until a lane that was busy is not; at once if none is.
    pub(crate) fn run(&mut self) {
        let lines = self.attacks + self.defences;
        let busy = self.state;
        while self.state == busy && busy.contains(&Lane::Busy) {
            for lane in (0..LANES).filter(|lane| busy[*lane] == Lane::Busy) {
                if self.least[lane] >= -REDUCED_COST {
                    self.state[lane] = if self.sum.0[lane] < FEASIBLE_SUM { Lane::GaveUp } else { Lane::Optimal };
                } else if self.idle[lane] > (PATIENCE * lines) as u64
                    || self.pivots[lane] >= PIVOTS_PER_LINE * lines as u64
                {
                    self.state[lane] = Lane::GaveUp;
                }
            }
            if self.state == busy {
                pivot(self);
            }
        }
    }
}

/// One pivot in every lane; what an idle one then holds is of no use to anybody.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
fn pivot(lanes: &mut Lanes) {
    let (m, n, entering) = (lanes.attacks, lanes.defences, lanes.entering);
    let columns: [usize; LANES] = each(|l| entering[l] as usize);
    let Lanes { inner, right, costs, factors, pivot_row, .. } = lanes;

    // 3. The row to leave, from the pivot column.
    for (factor, row) in factors.iter_mut().zip(inner.chunks_exact(n)) {
        *factor = Cell(each(|l| row[columns[l]].0[l]));
    }
    let Leaving { row: leaving, ratio, pivot } = leaving(factors, right);
    let inverse = Cell(each(|l| 1.0 / pivot.0[l]));
    let rows: [usize; LANES] = each(|l| leaving[l] as usize);

    // 4. The pivot row, gathered; then all other rows, with 2. the next column to enter.
    for l in 0..LANES {
        let row = &inner[rows[l] * n..(rows[l] + 1) * n];
        for (entry, cell) in pivot_row.iter_mut().zip(row) {
            entry.0[l] = cell.0[l] * inverse.0[l];
        }
        pivot_row[columns[l]].0[l] = inverse.0[l];
    }
    let pivot_right = Cell(each(|l| right[rows[l]].0[l] * inverse.0[l]));
    let factor = Cell(lanes.least);
    lanes.sum = lanes.sum.minus(factor, pivot_right);
    (lanes.entering, lanes.least) = reduce(costs, factor, pivot_row, &entering);
    for (i, (row, (factor, right))) in inner.chunks_exact_mut(n).zip(factors.iter().zip(right)).enumerate() {
        let is_pivot = Mask::of(|l| leaving[l] == i as u64);
        let factor = factor.or(is_pivot, Cell::ZERO);
        for (cell, entry) in row.iter_mut().zip(pivot_row.iter()) {
            *cell = cell.minus(factor, *entry);
        }
        *right = right.minus(factor, pivot_right).or(is_pivot, pivot_right);
        let column = Cell::ZERO.minus(factor, inverse);
        for l in 0..LANES {
            row[columns[l]].0[l] = column.0[l];
        }
    }

    // The pivot row, scattered, and the exchange.
    for l in 0..LANES {
        let row = &mut inner[rows[l] * n..(rows[l] + 1) * n];
        for (cell, entry) in row.iter_mut().zip(pivot_row.iter()) {
            cell.0[l] = entry.0[l];
        }
        std::mem::swap(&mut lanes.basic[l * m + rows[l]], &mut lanes.nonbasic[l * n + columns[l]]);
        if pivot.0[l] <= PIVOT && lanes.state[l] == Lane::Busy {
            lanes.state[l] = Lane::GaveUp;
        }
        lanes.pivots[l] += 1;
        lanes.idle[l] = if ratio.0[l] > RATIO_TIE { 0 } else { lanes.idle[l] + 1 };
    }
}

struct Leaving {
    row: [u64; LANES],
    ratio: Cell,
    /// Not above [`PIVOT`] in a lane of which every entry is too small.
    pivot: Cell,
}

/// 3. The smallest ratio of right side and entry; ties to the larger pivot.
#[inline(always)]
fn leaving(factors: &[Cell], right: &[Cell]) -> Leaving {
    let mut best = Leaving { row: [0; LANES], ratio: Cell([f64::INFINITY; LANES]), pivot: Cell([0.0; LANES]) };
    for (i, (factor, right)) in factors.iter().zip(right).enumerate() {
        let (factor, right) = (*factor, *right);
        let ratio = Cell(each(|l| right.0[l].max(0.0) / factor.0[l]));
        let apart = Mask::of(|l| (ratio.0[l] - best.ratio.0[l]).abs() > RATIO_TIE);
        let closer = Mask::of(|l| ratio.0[l] < best.ratio.0[l]);
        let larger = Mask::of(|l| factor.0[l] > best.pivot.0[l]);
        let usable = Mask::of(|l| factor.0[l] > PIVOT);
        let better = Mask(each(|l| usable.0[l] & ((apart.0[l] & closer.0[l]) | (!apart.0[l] & larger.0[l]))));
        best.row = better.index(best.row, i as u64);
        best.ratio = best.ratio.or(better, ratio);
        best.pivot = best.pivot.or(better, factor);
    }
    best
}

/// 4. The last row of the tableau, and 2. the most negative reduced cost in it; ties to the lowest column.
#[inline(always)]
fn reduce(
    costs: &mut [Cell],
    factor: Cell,
    pivot_row: &[Cell],
    entering: &[u64; LANES],
) -> ([u64; LANES], [f64; LANES]) {
    let (mut least, mut next) = (Cell([-REDUCED_COST; LANES]), [0_u64; LANES]);
    for (j, (cost, entry)) in costs.iter_mut().zip(pivot_row).enumerate() {
        let entered = Mask::of(|l| entering[l] == j as u64);
        let after = cost.or(entered, Cell::ZERO).minus(factor, *entry);
        *cost = after;
        let less = Mask::of(|l| after.0[l] < least.0[l]);
        next = less.index(next, j as u64);
        least = least.or(less, after);
    }
    (next, least.0)
}
