//! The steps of the interior-point method, on a game with at least as many rows as columns.

use super::CERTIFIED_GAP;
use super::normal::{Normal, defence_losses};
use crate::dense::{Dense, Pair};
use crate::polish::{self, Partition};
use crate::settings::Limits;
use crate::solution::Status;

/// Gap, as a fraction of the range, that rounding can leave of an equilibrium: the end where no target is given.
const FLOOR: f64 = 1e-13;

/// A step stops this share short of the nearest bound.
const SHORT: f64 = 0.005;

/// Gap, as a fraction of the range, from which on a square partition is tried.
const VERTEX_GAP: f64 = 1e-3;

/// Gap from which on a partition of any shape is tried; before, only one that the last step did not change.
const FACE_GAP: f64 = 1e-8;

/// Gap from which on the slacks of the columns are computed afresh, lest the errors of earlier steps outweigh them.
const REFRESH_GAP: f64 = 1e-5;

/// Most further corrections of a direction. Each costs a few products, a small part of a factorisation.
const CORRECTIONS: usize = 2;

/// A further correction must lengthen the two steps together by this to count, and by [`WORTHWHILE`] to be followed by
/// another.
const GAIN: f64 = 0.02;

/// See [`GAIN`].
const WORTHWHILE: f64 = 0.1;

/// Products between the target divided and multiplied by this are left alone by a further correction.
const NEIGHBOURHOOD: f64 = 10.0;

/// Steps in which the gap must halve at least once.
const PATIENCE: u32 = 12;

/// One side: weights, what its strategies lose against the best one, and the changes of both.
pub(super) struct Side {
    pub(super) weights: Vec<f64>,
    pub(super) slacks: Vec<f64>,
    pub(super) d_weights: Vec<f64>,
    pub(super) d_slacks: Vec<f64>,
    /// What the products are to become.
    push: Vec<f64>,
}

impl Side {
    /// Uniform weights, whose strategies lose `losses`; every slack is that against the best, and `room` more.
    fn new(losses: impl Iterator<Item = f64> + Clone, room: f64) -> Self {
        let best = losses.clone().fold(f64::INFINITY, f64::min);
        let slacks: Vec<f64> = losses.map(|loss| loss - best + room).collect();
        let count = slacks.len();
        let zeros = vec![0.0; count];
        let weights = vec![1.0 / count as f64; count];
        Self { weights, slacks, d_weights: zeros.clone(), d_slacks: zeros.clone(), push: zeros }
    }

    /// `Σ` of the products after steps of such lengths.
    fn product(&self, for_weights: f64, for_slacks: f64) -> f64 {
        self.products(for_weights, for_slacks).sum()
    }

    fn products(&self, for_weights: f64, for_slacks: f64) -> impl Iterator<Item = f64> {
        let weights = self.weights.iter().zip(&self.d_weights).map(move |(x, dx)| x + for_weights * dx);
        let slacks = self.slacks.iter().zip(&self.d_slacks).map(move |(t, dt)| t + for_slacks * dt);
        weights.zip(slacks).map(|(x, t)| x * t)
    }

    /// 5. Mehrotra's corrector: all products equal, less the second-order change of the prediction.
    fn correct(&mut self, target: f64) {
        let changes = self.d_weights.iter().zip(&self.d_slacks);
        self.push.iter_mut().zip(changes).for_each(|(push, (dx, dt))| *push = target - dx * dt);
    }

    /// 5. Gondzio's: what takes the products after the step into the neighbourhood, but no product too far down.
    fn correct_further(&mut self, target: f64, for_weights: f64, for_slacks: f64) {
        let (low, high) = (target / NEIGHBOURHOOD, target * NEIGHBOURHOOD);
        let products: Vec<f64> = self.products(for_weights, for_slacks).collect();
        let fixes = products.iter().map(|product| (product.max(low).min(high) - product).max(-high));
        self.push.iter_mut().zip(fixes).for_each(|(push, fix)| *push += fix);
    }

    fn advance(&mut self, for_weights: f64, for_slacks: f64) {
        self.weights.iter_mut().zip(&self.d_weights).for_each(|(x, dx)| *x += for_weights * dx);
        self.slacks.iter_mut().zip(&self.d_slacks).for_each(|(t, dt)| *t += for_slacks * dt);
    }
}

/// How far the weights of the columns with the slacks of the rows, and the other two, can go; at most 1 without bounds.
fn lengths(rows: &Side, columns: &Side) -> (f64, f64) {
    let longest = |values: &[f64], changes: &[f64]| {
        let bounds = values.iter().zip(changes).filter(|(_, change)| **change < 0.0);
        bounds.map(|(value, change)| -value / change).fold(1.0 / (1.0 - SHORT), f64::min)
    };
    (
        longest(&columns.weights, &columns.d_weights).min(longest(&rows.slacks, &rows.d_slacks)),
        longest(&rows.weights, &rows.d_weights).min(longest(&columns.slacks, &columns.d_slacks)),
    )
}

/// The best pair up to a gap of `target` of the range or as small as rounding allows, why it is the last, and how many
/// steps led there.
pub(super) fn follow(game: &Dense<'_>, target: Option<f64>, threads: usize, limits: Limits) -> (Pair, Status, u64) {
    let goal = target.unwrap_or(0.0).max(FLOOR);
    let converged = |pair: &Pair| pair.gap <= target.unwrap_or(CERTIFIED_GAP);
    let mut finish = Finish { best: Pair::uniform(game), last: None, tried: [None, None] };
    if finish.best.gap <= goal {
        let status = if converged(&finish.best) { Status::Converged } else { Status::Stalled };
        return (finish.best, status, 0);
    }
    // 1. The start.
    let (mut rows, mut columns) = start(game, &finish.best);
    let count = (game.rows + game.columns) as f64;
    let mut normal = Normal::new(*game, threads);
    let (mut steps, mut halved, mut idle) = (0, f64::INFINITY, 0);
    let status = loop {
        // 2. The finish.
        let gap = rows.product(0.0, 0.0) + columns.product(0.0, 0.0);
        finish.attempt(game, &rows, &columns, gap);
        if finish.best.gap <= goal || gap <= goal {
            break None;
        }
        (halved, idle) = if gap <= 0.5 * halved { (gap, 0) } else { (halved, idle + 1) };
        if let Some(limit) = limits.reached(steps) {
            break Some(limit);
        }
        // 3. The factorisation.
        if idle > PATIENCE || !normal.factor(&rows, &columns) {
            break None;
        }
        // 4. The prediction.
        rows.push.fill(0.0);
        columns.push.fill(0.0);
        direct(&mut normal, &mut rows, &mut columns);
        let (defence, attack) = lengths(&rows, &columns);
        let (defence, attack) = (defence.min(1.0), attack.min(1.0));
        let predicted = rows.product(attack, defence) + columns.product(defence, attack);
        // 5. The corrections.
        let target = (predicted / gap).powi(3).min(1.0) * gap / count;
        rows.correct(target);
        columns.correct(target);
        direct(&mut normal, &mut rows, &mut columns);
        let (defence, attack) = correct_further(&mut normal, &mut rows, &mut columns, target);
        // 6. The step.
        let (defence, attack) = (defence * (1.0 - SHORT), attack * (1.0 - SHORT));
        rows.advance(attack, defence);
        columns.advance(defence, attack);
        if gap <= REFRESH_GAP {
            refresh(game, threads, &rows, &mut columns);
        }
        steps += 1;
    };
    let last = Pair::measured(game, rows.weights, columns.weights);
    let mut best = if last.gap < finish.best.gap { last } else { finish.best };
    // The products can vanish before the regrets do, where rounding has parted the two: measured, these tell more.
    if !converged(&best)
        && let Some(polished) = polish::polish(game, &best)
    {
        best = polished;
    }
    // A limit does not unmake an answer that is good enough.
    let status = if converged(&best) { Status::Converged } else { status.unwrap_or(Status::Stalled) };
    (best, status, steps)
}

/// 1. Uniform weights, and slacks with the same mean product on both sides.
fn start(game: &Dense<'_>, uniform: &Pair) -> (Side, Side) {
    let (mut attack, mut defence) = (Vec::new(), Vec::new());
    game.attack_losses(&uniform.defender, &mut attack);
    game.defence_losses(&uniform.attacker, &mut defence);
    let spread = |losses: &[f64]| {
        let most = losses.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        most - losses.iter().copied().fold(f64::INFINITY, f64::min)
    };
    let (m, n) = (game.rows as f64, game.columns as f64);
    let product = (spread(&attack) / m).max(spread(&defence) / n);
    (Side::new(attack.iter().map(|loss| -loss), product * m), Side::new(defence.iter().copied(), product * n))
}

fn direct(normal: &mut Normal<'_>, rows: &mut Side, columns: &mut Side) {
    let push = (std::mem::take(&mut rows.push), std::mem::take(&mut columns.push));
    normal.direction(rows, columns, (&push.0, &push.1));
    (rows.push, columns.push) = push;
}

/// 5. The further corrections: the lengths that they reach.
fn correct_further(normal: &mut Normal<'_>, rows: &mut Side, columns: &mut Side, target: f64) -> (f64, f64) {
    let reach = |length: f64| (1.1 * length + 0.1).min(1.0);
    let (mut defence, mut attack) = lengths(rows, columns);
    for _ in 0..CORRECTIONS {
        if defence.min(attack) >= 1.0 {
            break;
        }
        let changes = |side: &Side| (side.d_weights.clone(), side.d_slacks.clone());
        let before = (changes(rows), changes(columns));
        rows.correct_further(target, reach(attack), reach(defence));
        columns.correct_further(target, reach(defence), reach(attack));
        direct(normal, rows, columns);
        let longer = lengths(rows, columns);
        let gain = longer.0 + longer.1 - defence - attack;
        if gain < GAIN {
            ((rows.d_weights, rows.d_slacks), (columns.d_weights, columns.d_slacks)) = before;
            break;
        }
        (defence, attack) = longer;
        if gain < WORTHWHILE {
            break;
        }
    }
    (defence, attack)
}

/// `s = A'x - v 1` with the `v` that leaves `y's` as it is; a slack that would not stay positive stays as it is.
fn refresh(game: &Dense<'_>, threads: usize, rows: &Side, columns: &mut Side) {
    let mut losses = Vec::new();
    defence_losses(game, threads, &rows.weights, &mut losses);
    let drift: f64 =
        columns.weights.iter().zip(losses.iter().zip(&columns.slacks)).map(|(y, (loss, s))| y * (loss - s)).sum();
    let level = drift / columns.weights.iter().sum::<f64>();
    for (slack, loss) in columns.slacks.iter_mut().zip(&losses) {
        if loss - level > 0.5 * *slack {
            *slack = loss - level;
        }
    }
}

/// 2. The attempts at the equilibrium that a partition implies.
struct Finish {
    /// The best pair of all attempts.
    best: Pair,
    /// The partition before the last step.
    last: Option<Partition>,
    /// The partitions last tried as a vertex, and as a face.
    tried: [Option<Partition>; 2],
}

impl Finish {
    fn attempt(&mut self, game: &Dense<'_>, rows: &Side, columns: &Side, gap: f64) {
        if gap > VERTEX_GAP {
            return;
        }
        let partition = Partition::new((&rows.weights, &rows.slacks), (&columns.weights, &columns.slacks));
        let stable = self.last.as_ref() == Some(&partition);
        let pair = Pair { attacker: rows.weights.clone(), defender: columns.weights.clone(), gap };
        let [vertex, face] = &mut self.tried;
        let mut found = None;
        if vertex.as_ref() != Some(&partition) {
            found = polish::vertex(game, &partition, &pair);
            *vertex = Some(partition.clone());
        }
        if found.is_none() && (stable || gap <= FACE_GAP) && face.as_ref() != Some(&partition) {
            found = polish::face(game, &partition, &pair);
            *face = Some(partition.clone());
        }
        if let Some(found) = found.filter(|found| found.gap < self.best.gap) {
            self.best = found;
        }
        self.last = Some(partition);
    }
}
