//! [`PortfolioGame`]: the defender picks a portfolio, the attacker an attack.

use std::collections::BTreeMap;

use crate::matrix::{AttackId, DefenceId, LossMatrix, Names};
use crate::portfolio::composition::{Composition, End, Rate};
use crate::portfolio::error::PortfolioError;
use crate::portfolio::limit::Limit;
use crate::rational::Rational;

/// Defences that run together: in ascending order, except where the stack was measured in another.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Portfolio(Vec<DefenceId>);

impl Portfolio {
    /// The set of the defences: ascending, each once.
    #[must_use]
    pub fn new(mut members: Vec<DefenceId>) -> Self {
        members.sort_unstable();
        members.dedup();
        Self(members)
    }

    /// The defences, in the order in which they run if that was measured.
    #[must_use]
    pub fn members(&self) -> &[DefenceId] {
        &self.0
    }

    /// The same defences in ascending order.
    #[must_use]
    pub fn set(&self) -> Self {
        Self::new(self.0.clone())
    }
}

/// A stack whose own rates were measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// The defences, in the order in which they ran; at least two.
    pub order: Vec<DefenceId>,
    /// Its rate against each attack; where there is none, the game's rule composes it.
    pub rates: Vec<Option<Rate>>,
}

/// A measured rate that no stack of layers that only block can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The attack.
    pub attack: AttackId,
    /// The stack, in the order measured.
    pub portfolio: Portfolio,
    /// What was measured.
    pub measured: Rate,
    /// Fréchet's bounds.
    pub bounds: Rate,
}

/// Single rates, a rule that composes them, and limits that each portfolio keeps.
///
/// A set of defences that was measured as a stack is played as measured: each measured order is a strategy of its own,
/// and the set in any other order is none, since nothing is known of it that the measurement does not contradict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortfolioGame {
    attacks: Names,
    undefended: Vec<Rate>,
    defences: Names,
    singles: Vec<Rate>,
    baseline: String,
    rule: Composition,
    limits: Vec<Limit>,
    max_size: Option<usize>,
    /// Measured rates by set, then by order.
    stacks: BTreeMap<Portfolio, BTreeMap<Portfolio, Vec<Option<Rate>>>>,
}

impl PortfolioGame {
    /// A game without limits and measured stacks: `singles[a * defences + d]` is the rate of attack `a` against
    /// defence `d` alone, `baseline` the name of the empty portfolio.
    ///
    /// # Errors
    /// [`PortfolioError`] if the numbers of rates do not fit the names, or a rate is not in [0, 1].
    pub fn new(
        attacks: Names,
        undefended: Vec<Rate>,
        defences: Names,
        singles: Vec<Rate>,
        baseline: String,
        rule: Composition,
    ) -> Result<Self, PortfolioError> {
        let counts = [
            ("undefended rates", attacks.len(), undefended.len()),
            ("single rates", attacks.len() * defences.len(), singles.len()),
        ];
        if let Some(&(what, expected, found)) = counts.iter().find(|(_, expected, found)| expected != found) {
            return Err(PortfolioError::Shape { what, expected, found });
        }
        rule.check()?;
        undefended.iter().try_for_each(|rate| rate.check("an undefended rate"))?;
        singles.iter().try_for_each(|rate| rate.check("a single rate"))?;
        let (limits, stacks) = (Vec::new(), BTreeMap::new());
        Ok(Self { attacks, undefended, defences, singles, baseline, rule, limits, max_size: None, stacks })
    }

    /// The same game with a further limit.
    ///
    /// # Errors
    /// [`PortfolioError`] if the limit does not fit the game.
    pub fn with_limit(mut self, limit: Limit) -> Result<Self, PortfolioError> {
        limit.check(self.defences.len())?;
        self.limits.push(limit);
        Ok(self)
    }

    /// The same game with at most so many defences at once.
    #[must_use]
    pub fn with_max_size(mut self, most: usize) -> Self {
        self.max_size = Some(most);
        self
    }

    /// The same game under another rule.
    ///
    /// # Errors
    /// [`PortfolioError::Range`] if a correlation is not in [0, 1].
    pub fn with_rule(mut self, rule: Composition) -> Result<Self, PortfolioError> {
        rule.check()?;
        self.rule = rule;
        Ok(self)
    }

    /// The same game with stacks that were measured; a later one replaces an earlier one of the same order.
    ///
    /// # Errors
    /// [`PortfolioError`] if a stack does not fit the game.
    pub fn with_stacks(mut self, stacks: Vec<Stack>) -> Result<Self, PortfolioError> {
        for (position, Stack { order, rates }) in stacks.into_iter().enumerate() {
            let set = Portfolio::new(order.clone());
            if order.len() < 2 || set.0.len() != order.len() || order.iter().any(|d| d.0 >= self.defences.len()) {
                return Err(PortfolioError::Stack { position });
            }
            if rates.len() != self.attacks.len() {
                let (expected, found) = (self.attacks.len(), rates.len());
                return Err(PortfolioError::Shape { what: "rates of a stack", expected, found });
            }
            rates.iter().flatten().try_for_each(|rate| rate.check("the rate of a stack"))?;
            self.stacks.entry(set).or_default().insert(Portfolio(order), rates);
        }
        Ok(self)
    }

    /// Names of the attacks.
    #[must_use]
    pub fn attacks(&self) -> &Names {
        &self.attacks
    }

    /// Names of the single defences.
    #[must_use]
    pub fn defences(&self) -> &Names {
        &self.defences
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &Composition {
        &self.rule
    }

    /// The limits, without that on the size.
    #[must_use]
    pub fn limits(&self) -> &[Limit] {
        &self.limits
    }

    /// Most defences at once; the number of defences if nothing else is said.
    #[must_use]
    pub fn max_size(&self) -> usize {
        self.max_size.unwrap_or(usize::MAX).min(self.defences.len())
    }

    /// The rate of an attack without defence.
    ///
    /// # Panics
    /// If the attack is outside the game, as indexing a slice does.
    #[must_use]
    pub fn undefended(&self, attack: AttackId) -> &Rate {
        &self.undefended[attack.0]
    }

    /// The rate of an attack against one defence alone.
    ///
    /// # Panics
    /// If an index is outside the game, as indexing a slice does.
    #[must_use]
    pub fn single(&self, attack: AttackId, defence: DefenceId) -> &Rate {
        &self.singles[attack.0 * self.defences.len() + defence.0]
    }

    /// The orders in which a set of defences was measured, ascending; empty if it was not.
    pub fn measured_orders(&self, set: &Portfolio) -> impl Iterator<Item = &Portfolio> {
        self.stacks.get(set).into_iter().flat_map(BTreeMap::keys)
    }

    /// Every measured stack in every order, admissible or not.
    pub fn measured(&self) -> impl Iterator<Item = &Portfolio> {
        self.stacks.values().flat_map(BTreeMap::keys)
    }

    /// Whether the two ends of a loss may differ: by the rule, or by rates that are not exact.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let measured = self.stacks.values().flat_map(BTreeMap::values).flatten().flatten();
        let mut rates = self.undefended.iter().chain(&self.singles).chain(measured);
        self.rule == Composition::Bounds || rates.any(|rate| !rate.is_exact())
    }

    /// Cells in which a defence alone passes more than none at all: rules clip them to the undefended rate in stacks.
    #[must_use]
    pub fn clipped(&self) -> Vec<(AttackId, DefenceId)> {
        let cells = (0..self.attacks.len()).flat_map(|a| (0..self.defences.len()).map(move |d| (a, d)));
        let above = |&(a, d): &(usize, usize)| {
            self.single(AttackId(a), DefenceId(d)).at(End::Highest) > self.undefended[a].at(End::Lowest)
        };
        cells.filter(above).map(|(a, d)| (AttackId(a), DefenceId(d))).collect()
    }

    /// Defences joined by ` + `, or the baseline's name.
    #[must_use]
    pub fn name(&self, portfolio: &Portfolio) -> String {
        if portfolio.0.is_empty() {
            return self.baseline.clone();
        }
        let name = |d: &DefenceId| self.defences.get(d.0).map_or("?", String::as_str);
        portfolio.0.iter().map(name).collect::<Vec<_>>().join(" + ")
    }

    /// Whether the defences keep the size and every limit; exact.
    ///
    /// # Panics
    /// If a defence is outside the game, as indexing a slice does.
    #[must_use]
    pub fn allows(&self, members: &[DefenceId]) -> bool {
        members.len() <= self.max_size() && self.limits.iter().all(|limit| limit.burden(members) <= limit.most)
    }

    /// Whether a portfolio is a pure strategy of the defender.
    #[must_use]
    pub fn is_admissible(&self, portfolio: &Portfolio) -> bool {
        let set = portfolio.set();
        let known = set.0.len() == portfolio.0.len() && set.0.iter().all(|d| d.0 < self.defences.len());
        let ordered = || match self.stacks.get(&set) {
            Some(orders) => orders.contains_key(portfolio),
            None => set == *portfolio,
        };
        known && ordered() && self.allows(&set.0)
    }

    /// One end of the loss of an attack against a portfolio; exact.
    ///
    /// # Panics
    /// If an index is outside the game, as indexing a slice does.
    #[must_use]
    pub fn loss(&self, attack: AttackId, portfolio: &Portfolio, end: End) -> Rational {
        let measured = || self.stacks.get(&portfolio.set())?.get(portfolio)?[attack.0].as_ref();
        if portfolio.0.len() > 1
            && let Some(rate) = measured()
        {
            return rate.at(end).clone();
        }
        let singles: Vec<_> = portfolio.0.iter().map(|d| self.single(attack, *d)).collect();
        self.rule.rate(&self.undefended[attack.0], &singles, end)
    }

    /// All admissible portfolios by size, then in lexicographic order; a measured set in each measured order.
    ///
    /// # Errors
    /// [`PortfolioError::TooMany`] if there are more than `most`.
    ///
    /// # Complexity
    /// `O(most × defences)` checks of the limits: burdens only grow, so what a portfolio breaks every larger one does.
    pub fn portfolios(&self, most: usize) -> Result<Vec<Portfolio>, PortfolioError> {
        let mut found = Vec::new();
        for size in 0..=self.max_size() {
            let before = found.len();
            self.extend(&mut Vec::new(), size, most, &mut found)?;
            if found.len() == before {
                break;
            }
        }
        Ok(found)
    }

    fn extend(
        &self,
        members: &mut Vec<DefenceId>,
        size: usize,
        most: usize,
        found: &mut Vec<Portfolio>,
    ) -> Result<(), PortfolioError> {
        if !self.allows(members) {
            return Ok(());
        }
        if members.len() == size {
            let set = Portfolio(members.clone());
            match self.stacks.get(&set) {
                Some(orders) => found.extend(orders.keys().cloned()),
                None => found.push(set),
            }
            return if found.len() > most { Err(PortfolioError::TooMany { limit: most }) } else { Ok(()) };
        }
        let next = members.last().map_or(0, |d| d.0 + 1);
        // Enough defences must be left to reach the size.
        for d in next..=(self.defences.len() + members.len()).saturating_sub(size) {
            if d < self.defences.len() {
                members.push(DefenceId(d));
                self.extend(members, size, most, found)?;
                members.pop();
            }
        }
        Ok(())
    }

    /// One end of the losses against the given portfolios, as an explicit matrix with a column for each.
    ///
    /// # Errors
    /// [`PortfolioError::Matrix`] if a side is empty or names repeat; [`PortfolioError::Inadmissible`] if a portfolio is
    /// no strategy of this game.
    pub fn matrix(&self, portfolios: &[Portfolio], end: End) -> Result<LossMatrix, PortfolioError> {
        if let Some(portfolio) = portfolios.iter().find(|portfolio| !self.is_admissible(portfolio)) {
            return Err(PortfolioError::Inadmissible { name: self.name(portfolio) });
        }
        let cells = (0..self.attacks.len()).flat_map(|a| portfolios.iter().map(move |s| (AttackId(a), s)));
        let losses = cells.map(|(a, portfolio)| self.loss(a, portfolio, end)).collect();
        let names = portfolios.iter().map(|portfolio| self.name(portfolio)).collect();
        Ok(LossMatrix::new(self.attacks.clone(), names, losses)?)
    }

    /// Measured stacks outside of what layers that only block can do: below or above both ends of Fréchet's bounds.
    ///
    /// Ordered by stack, then by attack. A stack worse than one of its parts, or better than their sum, shows that they
    /// interact, so that no rule on single rates can be trusted there.
    #[must_use]
    pub fn outside_bounds(&self) -> Vec<Outside> {
        let measured = self.stacks.values().flatten();
        let cells = measured.flat_map(|(portfolio, rates)| rates.iter().enumerate().map(move |at| (portfolio, at)));
        let outside = |(portfolio, (a, rate)): (&Portfolio, (usize, &Option<Rate>))| {
            let measured = rate.clone()?;
            let singles: Vec<_> = portfolio.0.iter().map(|d| self.single(AttackId(a), *d)).collect();
            let [low, high] =
                [End::Lowest, End::Highest].map(|end| Composition::Bounds.rate(&self.undefended[a], &singles, end));
            let is_outside = *measured.at(End::Highest) < low || *measured.at(End::Lowest) > high;
            let bounds = Rate::between(low, high);
            is_outside.then(|| Outside { attack: AttackId(a), portfolio: portfolio.clone(), measured, bounds })
        };
        cells.filter_map(outside).collect()
    }
}
