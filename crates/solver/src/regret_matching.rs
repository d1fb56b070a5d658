//! Regret matching: both players weigh strategies by how much they regret not having played them.
//!
//! Source: Hart and Mas-Colell, "A simple adaptive procedure leading to correlated equilibrium", 2000 (RM); Tammelin,
//! "Solving large imperfect information games using CFR+", 2014 (RM+, alternation, weighted averages); Farina, Kroer,
//! Sandholm, "Faster game solving via predictive Blackwell approachability", AAAI 2021 (PRM+); restarts after Cai et al.,
//! "Last-iterate convergence properties of regret-matching algorithms in games", 2023.
//!
//! | paper | here | shape | unit |
//! |---|---|---|---|
//! | `R`, cumulated regret | `Learner::regrets` | strategies | pay-off range |
//! | `x^t`, `y^t` | `Learner::mix` | strategies | probability |
//! | `m^t`, prediction of the next gains | the newest gains | strategies | pay-off range |
//!
//! 1. The attacker observes its gains `L y`: `R ← [R + L y - (x'L y) 1]⁺`.
//! 2. It moves: `x ∝ [R + m - (m'x) 1]⁺` with its newest gains as prediction `m`.
//! 3. The defender does both with `-x'L` for the `x` just chosen.
//! 4. Averages with weight 1, `t` or `t²`; the interval is of the best of average and last.
//!
//! The order matters. A player must observe the mix that the other chose *after* its own: if it moves first and then
//! observes what it has just answered, every prediction is right, no regret is ever seen, and the gap stays where it is
//! without any error (a test keeps that order, to show it).
//!
//! Guarantee: the average's gap falls at least as `t^(-1/2)`; PRM+ is usually much faster. Not guaranteed: a limit of the
//! last mixes, or the predictive rule's speed on ill-conditioned games. Takes no constraints.

use saddlepoint_game::Game;

use crate::dense::{Dense, Pair, normalise};
use crate::error::SolveError;
use crate::first_order::{self, Dynamics, HandOver, Plan, Products};
use crate::kernels::dot;
use crate::method::Method;
use crate::progress::Progress;
use crate::settings::{Limits, Settings};
use crate::solution::{Solution, Status};

/// Rounds where the settings give no limit.
const DEFAULT_ROUNDS: u64 = 1_000_000;

/// Gap, as a fraction of the pay-off range, at which it stops where the settings give none.
const DEFAULT_GAP: f64 = 1e-6;

/// A restart is due when the gap of the average is at most this share of what it was at the last one.
const RESTART: f64 = 0.1;

/// How regrets are kept and used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Update {
    /// Regrets of both signs; only the positive ones are played.
    Plain,
    /// Negative regrets are forgotten.
    Plus,
    /// The same, with the newest gains as prediction of the next.
    #[default]
    PredictivePlus,
}

/// Who observes what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Both observe the mixes of the round before.
    Simultaneous,
    /// The defender observes the mix that the attacker has just chosen, and the attacker the answer to it.
    #[default]
    Alternating,
    /// The attacker and the defender each observe what they have just answered; see the module.
    #[cfg(test)]
    Stale,
}

/// Weights of the rounds in the average.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Averaging {
    /// All alike.
    Uniform,
    /// As `t`.
    Linear,
    /// As `t²`.
    #[default]
    Quadratic,
}

impl Averaging {
    fn weight(self, round: u64) -> f64 {
        let t = round as f64;
        match self {
            Self::Uniform => 1.0,
            Self::Linear => t,
            Self::Quadratic => t * t,
        }
    }
}

/// The members of the family; the default is PRM+ with alternation and quadratic averages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// How regrets are kept and used.
    pub update: Update,
    /// Who observes what.
    pub order: Order,
    /// Weights of the rounds in the average.
    pub averaging: Averaging,
    /// Whether to forget regrets and start from the average each time its gap is a tenth of what it was. Default: no.
    pub restarts: bool,
    /// When the supports go to double oracle. Default: when the gap no longer falls.
    pub hand_over: HandOver,
}

/// Plays until the certified gap is at most `target_gap` of the range (by default 1e-6), a limit (by default a million
/// rounds) or a stall.
///
/// # Errors
/// [`SolveError::Unsupported`] if the game has constraints.
///
/// # Complexity
/// Attacks × defences per round.
pub fn solve(game: &Game, settings: &Settings) -> Result<Solution, SolveError> {
    solve_with(game, settings, &Options::default(), |_| {})
}

/// [`solve`] by any member of the family, showing its progress.
///
/// # Errors
/// As [`solve`].
pub fn solve_with(
    game: &Game,
    settings: &Settings,
    options: &Options,
    observer: impl FnMut(&Progress),
) -> Result<Solution, SolveError> {
    settings.validate()?;
    let plan = Plan::new(settings, settings.limits(), DEFAULT_GAP, DEFAULT_ROUNDS, options.hand_over);
    first_order::solve(game, Method::RegretMatching, plan, |dense| Play::new(dense, *options), observer)
}

/// The pair of a matrix in [0, 1].
pub(crate) fn pair(game: &Dense<'_>, settings: &Settings, limits: Limits) -> Result<(Pair, Status, u64), SolveError> {
    let options = Options::default();
    let plan = Plan::new(settings, limits, DEFAULT_GAP, DEFAULT_ROUNDS, options.hand_over);
    let run = first_order::drive(*game, &mut Play::new(*game, options), plan, |_, _| Ok(()))?;
    Ok((run.pair, run.status, run.rounds))
}

/// One player.
struct Learner {
    regrets: Vec<f64>,
    mix: Vec<f64>,
    /// Sum of the mixes by their weights, and of the weights.
    sum: (Vec<f64>, f64),
}

impl Learner {
    fn new(count: usize) -> Self {
        Self { regrets: vec![0.0; count], mix: vec![1.0 / count as f64; count], sum: (vec![0.0; count], 0.0) }
    }

    /// 1. Takes in the gains of all strategies against the other's mix.
    fn observe(&mut self, gains: &[f64], update: Update) {
        let expected = dot(gains, &self.mix);
        let floor = if update == Update::Plain { f64::NEG_INFINITY } else { 0.0 };
        for (regret, gain) in self.regrets.iter_mut().zip(gains) {
            *regret = (*regret + (gain - expected)).max(floor);
        }
    }

    /// 2. The next mix; unchanged if nothing is regretted.
    fn advance(&mut self, gains: &[f64], update: Update) {
        let (share, expected) = match update {
            Update::PredictivePlus => (1.0, dot(gains, &self.mix)),
            Update::Plain | Update::Plus => (0.0, 0.0),
        };
        let wish = |(regret, gain): (&f64, &f64)| (regret + share * (gain - expected)).max(0.0);
        if self.regrets.iter().zip(gains).any(|pair| wish(pair) > 0.0) {
            let wishes = self.regrets.iter().zip(gains).map(wish);
            self.mix.iter_mut().zip(wishes).for_each(|(weight, wish)| *weight = wish);
            normalise(&mut self.mix);
        }
    }

    fn record(&mut self, weight: f64) {
        self.sum.0.iter_mut().zip(&self.mix).for_each(|(sum, p)| *sum += weight * p);
        self.sum.1 += weight;
    }

    fn average(&self) -> Vec<f64> {
        let mut average = self.sum.0.clone();
        normalise(&mut average);
        average
    }

    fn restart(&mut self) {
        self.mix = self.average();
        self.regrets.fill(0.0);
        self.sum.0.fill(0.0);
        self.sum.1 = 0.0;
    }
}

struct Play {
    options: Options,
    attacker: Learner,
    defender: Learner,
    /// Rounds since the last restart, and the average's gap then.
    rounds: u64,
    started_at: f64,
    /// Gains of the attacker, and of the defender: losses with the sign turned.
    gains: (Vec<f64>, Vec<f64>),
}

impl Play {
    fn new(game: Dense<'_>, options: Options) -> Self {
        let (attacker, defender) = (Learner::new(game.rows), Learner::new(game.columns));
        Self { options, attacker, defender, rounds: 0, started_at: f64::INFINITY, gains: (Vec::new(), Vec::new()) }
    }

    fn defender_gains(&mut self, game: &Products<'_>) {
        game.defence_losses(&self.attacker.mix, &mut self.gains.1);
        for loss in &mut self.gains.1 {
            *loss = -*loss;
        }
    }
}

impl Dynamics for Play {
    fn round(&mut self, game: &Products<'_>) {
        let Options { update, order, averaging, .. } = self.options;
        self.rounds += 1;
        game.attack_losses(&self.defender.mix, &mut self.gains.0);
        match order {
            Order::Simultaneous => {
                self.defender_gains(game);
                self.attacker.observe(&self.gains.0, update);
                self.defender.observe(&self.gains.1, update);
                self.attacker.advance(&self.gains.0, update);
                self.defender.advance(&self.gains.1, update);
            }
            Order::Alternating => {
                // 1-2. The attacker.
                self.attacker.observe(&self.gains.0, update);
                self.attacker.advance(&self.gains.0, update);
                // 3. The defender.
                self.defender_gains(game);
                self.defender.observe(&self.gains.1, update);
                self.defender.advance(&self.gains.1, update);
            }
            #[cfg(test)]
            Order::Stale => {
                self.attacker.advance(&self.gains.0, update);
                self.attacker.observe(&self.gains.0, update);
                self.defender_gains(game);
                self.defender.advance(&self.gains.1, update);
                self.defender.observe(&self.gains.1, update);
            }
        }
        // 4. Averages.
        let weight = averaging.weight(self.rounds);
        self.attacker.record(weight);
        self.defender.record(weight);
    }

    fn candidates(&self) -> Vec<(Vec<f64>, Vec<f64>)> {
        vec![(self.attacker.average(), self.defender.average()), (self.attacker.mix.clone(), self.defender.mix.clone())]
    }

    fn checked(&mut self, gaps: &[f64]) {
        let Some(&gap) = gaps.first().filter(|_| self.options.restarts) else { return };
        if self.started_at.is_infinite() {
            self.started_at = gap;
        } else if gap <= RESTART * self.started_at {
            self.started_at = gap;
            self.rounds = 0;
            self.attacker.restart();
            self.defender.restart();
        }
    }
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::testing::Family;

    use super::*;
    use crate::published::JBSHIELD;

    /// The same game with the players exchanged, so that the defender moves first: entry `[j][i]` is `1 - L[i][j]`.
    fn exchanged() -> Vec<f64> {
        (0..7).flat_map(|j| JBSHIELD.map(move |row| 1.0 - f64::from(row[j]) / 100.0)).collect()
    }

    /// Gap of the average after so many rounds, in success rates.
    fn gap(options: Options, rounds: u64) -> f64 {
        let entries = exchanged();
        let game = Dense::new(7, 9, &entries);
        let products = Products::new(game);
        let mut play = Play::new(game, options);
        (0..rounds).for_each(|_| play.round(&products));
        let (attacker, defender) = play.candidates().swap_remove(0);
        game.gap(&attacker, &defender)
    }

    /// Against the gaps of an independent prototype, to the two digits it printed.
    #[test]
    fn rates_of_the_family() {
        let averaging = Averaging::Linear;
        let plus = Options { update: Update::Plus, averaging, ..Options::default() };
        for (name, options, expected) in
            [("PRM+", Options::default(), [4.2e-6, 4.3e-12]), ("RM+", plus, [1.5e-3, 1.3e-5])]
        {
            for (rounds, expected) in [100, 10_000].into_iter().zip(expected) {
                let found = gap(options, rounds);
                assert!(
                    (found / expected - 1.0).abs() < 0.05,
                    "{name}: {found:e} after {rounds} rounds, not {expected:e}"
                );
            }
        }
    }

    /// The order that a prototype had by mistake, without any error: after a hundred rounds, nothing more is gained.
    #[test]
    fn observing_what_was_just_answered_learns_nothing() {
        let options = Options { order: Order::Stale, ..Options::default() };
        let gaps = [100, 10_000].map(|rounds| gap(options, rounds));
        assert!(gaps[1] > 0.01 && gaps[1] > 0.9 * gaps[0], "{gaps:?}");
    }

    #[test]
    fn every_member_converges() {
        for update in [Update::Plain, Update::Plus, Update::PredictivePlus] {
            for order in [Order::Simultaneous, Order::Alternating] {
                for averaging in [Averaging::Uniform, Averaging::Linear, Averaging::Quadratic] {
                    for restarts in [false, true] {
                        let options = Options { update, order, averaging, restarts, hand_over: HandOver::Never };
                        for seed in 0..5 {
                            let game = Family::Percentages.game_of(6, 8, seed);
                            let settings = Settings { target_gap: Some(1e-2), ..Settings::default() };
                            let found = solve_with(&game, &settings, &options, |_| {}).expect("no constraints");
                            assert_eq!(found.status, Status::Converged, "{options:?} {seed}");
                            assert!(found.iterations < 20_000, "{options:?} {seed}");
                        }
                    }
                }
            }
        }
    }
}
