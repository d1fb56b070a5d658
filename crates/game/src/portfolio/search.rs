//! Proves that no portfolio loses less than a claim, by branch and bound.
//!
//! A node is a set of members and a list of candidates; its subtree holds the members with any of the candidates. It is
//! left out if a linear minorant (`relaxation.rs`) shows that all of it loses at least the claim. Every set that is
//! reached is judged by itself: in doubles if it is clearly above the claim, else exactly.

use crate::matrix::AttackId;
use crate::portfolio::composition::End;
use crate::portfolio::error::PortfolioError;
use crate::portfolio::game::{Portfolio, PortfolioGame};
use crate::portfolio::relaxation::{Node, Open, ROUNDING, Relaxation};
use crate::rational::{self, Rational};

/// Steps of the reference towards the knapsack's fractions at the root, where nothing is inherited.
const ROOT_STEPS: u32 = 200;

/// The same below; the first bound uses what the parent left.
const STEPS: u32 = 3;

/// A proof under way.
pub(super) struct Search<'a> {
    game: &'a PortfolioGame,
    attacker: &'a [Rational],
    end: End,
    claim: &'a Rational,
    /// The claim, rounded up and enlarged by all that rounding can do.
    threshold: f64,
    relaxation: Relaxation,
    nodes: u64,
    most_nodes: u64,
}

/// The expected loss of a portfolio; exact.
pub(super) fn expected(game: &PortfolioGame, attacker: &[Rational], portfolio: &Portfolio, end: End) -> Rational {
    let played = attacker.iter().enumerate().filter(|(_, x)| !x.is_zero());
    played.fold(Rational::ZERO, |sum, (a, x)| sum + x * game.loss(AttackId(a), portfolio, end))
}

impl<'a> Search<'a> {
    pub(super) fn new(
        game: &'a PortfolioGame,
        attacker: &'a [Rational],
        end: End,
        claim: &'a Rational,
        most_nodes: u64,
    ) -> Result<Self, PortfolioError> {
        let relaxation = Relaxation::new(game, attacker, end)?;
        let threshold = rational::to_f64_above(claim) + ROUNDING;
        Ok(Self { game, attacker, end, claim, threshold, relaxation, nodes: 0, most_nodes })
    }

    /// The number of nodes of the proof.
    pub(super) fn prove(mut self) -> Result<u64, PortfolioError> {
        // Losses are never negative.
        if *self.claim <= Rational::ZERO {
            return Ok(0);
        }
        for portfolio in self.game.measured().filter(|portfolio| self.game.is_admissible(portfolio)) {
            self.judge(portfolio)?;
        }
        let (root, open) = self.relaxation.root();
        self.visit(&root)?;
        self.descend(&root, open, ROOT_STEPS)?;
        Ok(self.nodes)
    }

    /// Everything below a node that has been visited.
    fn descend(&mut self, node: &Node, mut open: Open, steps: u32) -> Result<(), PortfolioError> {
        let mut steps = steps;
        loop {
            self.nodes += 1;
            if self.nodes > self.most_nodes {
                return Err(PortfolioError::GaveUp { nodes: self.most_nodes });
            }
            self.relaxation.fit(node, &mut open);
            if open.candidates.is_empty() {
                return Ok(());
            }
            let Some(position) = self.branch(node, &mut open, steps) else { return Ok(()) };
            steps = STEPS;
            let d = open.candidates.remove(position);
            let next = self.relaxation.with(node, d);
            self.visit(&next)?;
            self.descend(&next, open.clone(), STEPS)?;
        }
    }

    /// The candidate to decide next; `None` if everything below loses at least the claim.
    fn branch(&self, node: &Node, open: &mut Open, steps: u32) -> Option<usize> {
        let mut step = 0;
        loop {
            let (constant, gains) = self.relaxation.minorant(node, open);
            let (most, fractions) = self.relaxation.knapsack(node, open, &gains);
            if constant - most >= self.threshold {
                return None;
            }
            step += 1;
            if step > steps {
                return gains.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0))).map(|(i, _)| i);
            }
            let pace = if steps == ROOT_STEPS { 2.0 / f64::from(step + 1) } else { 1.0 / f64::from(step + 2) };
            for (&d, fraction) in open.candidates.iter().zip(fractions) {
                open.reference[d] += pace * (fraction - open.reference[d]);
            }
        }
    }

    fn visit(&self, node: &Node) -> Result<(), PortfolioError> {
        if self.relaxation.loss(node) >= self.threshold {
            return Ok(());
        }
        let portfolio = Portfolio::new(node.members.clone());
        // A measured set in another order is no strategy, and in a measured one it has been judged.
        if self.game.is_admissible(&portfolio) { self.judge(&portfolio) } else { Ok(()) }
    }

    fn judge(&self, portfolio: &Portfolio) -> Result<(), PortfolioError> {
        let loss = expected(self.game, self.attacker, portfolio, self.end);
        if loss >= *self.claim {
            return Ok(());
        }
        let name = self.game.name(portfolio);
        Err(PortfolioError::NotLower { name, loss: rational::to_text(&loss), claim: rational::to_text(self.claim) })
    }
}
