//! Regrets of a pair of mixes in a game of two players, in exact arithmetic.
//!
//! ```text
//! regret_1 = max_i (A y)_i - x'A y        regret_2 = max_j (x'B)_j - x'B y
//! ```
//!
//! Both are 0 exactly where `(x, y)` is a Nash equilibrium (Nash, "Non-cooperative games", 1951).

use crate::bimatrix::Bimatrix;
use crate::rational::Rational;
use crate::strategy::MixedStrategy;

/// What both players get, and what each could gain by another strategy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regrets {
    /// Expected pay-offs of players 1 and 2.
    pub utilities: [Rational; 2],
    /// What each player forgoes against a best response; at least 0.
    pub regrets: [Rational; 2],
}

impl Regrets {
    /// Whether neither player can gain anything.
    #[must_use]
    pub fn is_equilibrium(&self) -> bool {
        self.regrets.iter().all(Rational::is_zero)
    }
}

/// The exact regrets of a pair of mixes; `None` if a mix has the wrong number of probabilities.
#[must_use]
pub fn regrets(game: &Bimatrix, row_mix: &MixedStrategy, column_mix: &MixedStrategy) -> Option<Regrets> {
    if row_mix.len() != game.rows().len() || column_mix.len() != game.columns().len() {
        return None;
    }
    let of = |game: &Bimatrix, other: &MixedStrategy, own: &MixedStrategy| {
        let payoffs = game.follower_utilities(other);
        let terms = own.support().into_iter().map(|k| own.probability(k) * &payoffs[k]);
        let utility = terms.fold(Rational::ZERO, |sum, term| sum + term);
        let best = payoffs.into_iter().max().unwrap_or(Rational::ZERO);
        (best - &utility, utility)
    };
    let (second, second_utility) = of(game, row_mix, column_mix);
    let (first, first_utility) = of(&game.exchanged(), column_mix, row_mix);
    Some(Regrets { utilities: [first_utility, second_utility], regrets: [first, second] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::numbered;
    use crate::rational::parse;

    #[test]
    fn the_battle_of_the_sexes_has_a_mixed_equilibrium_and_no_near_one() {
        let numbers = |texts: &[&str]| -> Vec<_> { texts.iter().map(|text| parse(text).expect("a number")).collect() };
        let (first, second) = (numbers(&["2", "0", "0", "1"]), numbers(&["1", "0", "0", "2"]));
        let game = Bimatrix::new(numbered("r", 2), numbered("c", 2), first, second).expect("a game");
        let mix = |texts: &[&str]| MixedStrategy::exact(numbers(texts)).expect("a mix");
        let found = regrets(&game, &mix(&["2/3", "1/3"]), &mix(&["1/3", "2/3"])).expect("shapes fit");
        assert!(found.is_equilibrium());
        assert_eq!(found.utilities, [parse("2/3"), parse("2/3")].map(|number| number.expect("a number")));
        let near = regrets(&game, &mix(&["0.6667", "0.3333"]), &mix(&["1/3", "2/3"])).expect("shapes fit");
        assert!(!near.is_equilibrium() && near.regrets[0].is_zero());
        assert_eq!(regrets(&game, &mix(&["1"]), &mix(&["1", "0"])), None);
    }
}
