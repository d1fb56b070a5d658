//! The game as double oracle sees it: portfolios by number, in the order in which they were first written down.

use std::collections::HashMap;

use saddlepoint_game::portfolio::{End, Portfolio, PortfolioGame};
use saddlepoint_game::{AttackId, DefenceId, rational};

use crate::double_oracle::{Oracle, Response, Responses, Weights};
use crate::error::SolveError;
use crate::method::Method;
use crate::portfolio_oracle::bound::Problem;
use crate::portfolio_oracle::greedy;
use crate::portfolio_oracle::search::Search;
use crate::settings::Limits;

/// Largest side for which the checker proves anything.
const LARGEST: usize = 1_024;

/// A portfolio that improves an exact answer by less is rounding, and the exact check's to judge.
const IMPROVEMENT: f64 = 1e-13;

pub(super) struct Implicit<'a> {
    pub(super) game: &'a PortfolioGame,
    pub(super) end: End,
    pub(super) portfolios: Vec<Portfolio>,
    positions: HashMap<Portfolio, usize>,
    /// Losses of each portfolio, attack by attack.
    losses: Vec<Vec<f64>>,
    problem: Problem,
    greatest: f64,
    /// The exact search may miss portfolios that improve by no more than this.
    pub(super) slack: f64,
    limits: Limits,
    pub(super) nodes: u64,
    pub(super) largest_search: u64,
}

impl<'a> Implicit<'a> {
    pub(super) fn new(game: &'a PortfolioGame, end: End, target: f64, limits: Limits) -> Result<Self, SolveError> {
        let (attacks, defences) = (game.attacks().len(), game.defences().len());
        let unsupported = |what| Err(SolveError::Unsupported { method: Method::DoubleOracle, what });
        if attacks == 0 {
            return unsupported("a game without attacks");
        }
        if attacks.max(defences) > LARGEST {
            return unsupported("portfolios of more than 1,024 defences, or against more attacks");
        }
        if (0..attacks).any(|a| !game.undefended(AttackId(a)).is_exact()) {
            return unsupported("undefended rates that are not exact");
        }
        let problem = Problem::new(game, end);
        let mut implicit = Self {
            game,
            end,
            portfolios: Vec::new(),
            positions: HashMap::new(),
            losses: Vec::new(),
            problem,
            greatest: 1.0,
            slack: 0.0,
            limits,
            nodes: 0,
            largest_search: 0,
        };
        implicit.add(Portfolio::default());
        implicit.greatest = implicit.losses[0].iter().copied().fold(0.0, f64::max);
        implicit.slack = implicit.greatest * target / 2.0;
        let measured: Vec<_> = game.measured().filter(|portfolio| game.is_admissible(portfolio)).cloned().collect();
        for portfolio in measured {
            implicit.add(portfolio);
        }
        for a in 0..attacks {
            let mut mix = vec![0.0; attacks];
            mix[a] = 1.0;
            implicit.heuristics(&mix);
        }
        Ok(implicit)
    }

    /// The number of a portfolio; `None` if it is no strategy.
    fn add(&mut self, portfolio: Portfolio) -> Option<usize> {
        if let Some(&position) = self.positions.get(&portfolio) {
            return Some(position);
        }
        if !self.game.is_admissible(&portfolio) {
            return None;
        }
        let attacks = 0..self.game.attacks().len();
        let losses = attacks.map(|a| rational::to_f64(&self.game.loss(AttackId(a), &portfolio, self.end))).collect();
        self.losses.push(losses);
        self.positions.insert(portfolio.clone(), self.portfolios.len());
        self.portfolios.push(portfolio);
        Some(self.portfolios.len() - 1)
    }

    fn expected(&self, attacker: &[f64], portfolio: usize) -> f64 {
        self.losses[portfolio].iter().zip(attacker).map(|(loss, x)| loss * x).sum()
    }

    /// Greedy portfolios against a mix, improved by exchanges.
    fn heuristics(&mut self, attacker: &[f64]) -> Vec<usize> {
        let weighted = self.problem.weighted(attacker);
        let found = greedy::portfolios(&weighted, self.limits);
        found.into_iter().filter_map(|members| self.add(as_portfolio(members))).collect()
    }

    /// The exact search below a threshold: what it found, and what it proved.
    fn search(&mut self, attacker: &[f64], threshold: f64) -> (Vec<usize>, f64) {
        let weighted = self.problem.weighted(attacker);
        let game = self.game;
        let judge = |members: &[usize]| {
            let portfolio = as_portfolio(members.to_vec());
            game.is_admissible(&portfolio).then(|| {
                let loss = |a: usize| rational::to_f64(&game.loss(AttackId(a), &portfolio, self.end));
                attacker.iter().enumerate().filter(|(_, x)| **x > 0.0).map(|(a, x)| x * loss(a)).sum()
            })
        };
        let result = Search::new(&weighted, &judge, threshold, self.slack, self.limits).run();
        self.nodes += result.nodes;
        self.largest_search = self.largest_search.max(result.nodes);
        let found = result.portfolios.into_iter().filter_map(|members| self.add(as_portfolio(members))).collect();
        (found, result.bound)
    }

    /// Whether a portfolio that was not seen before loses less than the value; it is then seen.
    pub(super) fn improve(&mut self, attacker: &[f64], value: f64) -> bool {
        let before = self.portfolios.len();
        self.search(attacker, value - IMPROVEMENT);
        self.portfolios.len() > before
    }

    /// What the relaxation proves of a mix without search.
    pub(super) fn root_bound(&self, attacker: &[f64]) -> f64 {
        self.problem.weighted(attacker).root_bound()
    }

    pub(super) fn spread(&self, weights: &Weights, is_attacker: bool) -> Vec<f64> {
        let count = if is_attacker { self.game.attacks().len() } else { self.portfolios.len() };
        let mut mix = vec![0.0; count];
        for &(strategy, weight) in weights {
            mix[strategy] = weight;
        }
        mix
    }

    fn responses(&self, attacker: &[f64], found: Vec<usize>, threshold: f64, most: usize) -> Vec<Response> {
        let response = |strategy| Response { strategy, loss: self.expected(attacker, strategy) };
        let mut found: Vec<_> = found.into_iter().map(response).filter(|response| response.loss < threshold).collect();
        found.sort_by(|a, b| a.loss.total_cmp(&b.loss).then(a.strategy.cmp(&b.strategy)));
        found.dedup_by_key(|response| response.strategy);
        found.truncate(most);
        found
    }
}

fn as_portfolio(members: Vec<usize>) -> Portfolio {
    Portfolio::new(members.into_iter().map(DefenceId).collect())
}

impl Oracle for Implicit<'_> {
    fn range(&self) -> (f64, f64) {
        (0.0, if self.greatest > 0.0 { self.greatest } else { 1.0 })
    }

    fn loss(&self, attack: usize, defence: usize) -> f64 {
        self.losses[defence][attack]
    }

    fn seeds(&mut self) -> (Vec<usize>, Vec<usize>) {
        ((0..self.game.attacks().len()).collect(), (0..self.portfolios.len()).collect())
    }

    fn best_attacks(&mut self, defender: &Weights, threshold: f64, most: usize) -> Responses {
        let loss = |a: usize| defender.iter().map(|(s, y)| y * self.losses[*s][a]).sum::<f64>();
        let mut found: Vec<_> =
            (0..self.game.attacks().len()).map(|a| Response { strategy: a, loss: loss(a) }).collect();
        found.sort_by(|a, b| b.loss.total_cmp(&a.loss).then(a.strategy.cmp(&b.strategy)));
        let bound = found.first().map_or(0.0, |response| response.loss);
        found.retain(|response| response.loss > threshold);
        found.truncate(most);
        Responses { found, bound }
    }

    fn best_defences(&mut self, attacker: &Weights, _: &[f64], threshold: f64, most: usize) -> Responses {
        let attacker = self.spread(attacker, true);
        // Cheap responses first; the exact search where they are worth less than it may leave.
        let found = self.heuristics(&attacker);
        let worthwhile = self.responses(&attacker, found, threshold - self.slack, most);
        if !worthwhile.is_empty() {
            return Responses { found: worthwhile, bound: 0.0 };
        }
        let (found, bound) = self.search(&attacker, threshold);
        Responses { found: self.responses(&attacker, found, threshold, most), bound }
    }
}
