//! The best single deployment where the defender plays on several channels at once: one defence for each channel, for
//! good, within every limit.
//!
//! A deployment loses the worst of what its defences lose on their own channels. Branch and bound over the channels:
//! a branch ends when a defence loses as much as the best deployment so far, or when the cheapest defences of the other
//! channels break a limit.

use saddlepoint_game::rational::Rational;
use saddlepoint_game::scenario::Instance;

/// Most branches that are looked at.
const BRANCHES_MOST: usize = 200_000;

/// The least worst loss of a single deployment; `None` if none is within the limits, or if there are too many to look at.
#[must_use]
pub fn best(instance: &Instance) -> Option<Rational> {
    let channels = instance.channels();
    let game = &instance.game;
    let count = Rational::from(channels);
    let worst = game.loss.worst_losses();
    // A limit on several channels counts each column times their number; those of the channels themselves hold anyway.
    let structural = game.constraints.len().saturating_sub(channels);
    let mut choices: Vec<Vec<(Rational, Vec<Rational>)>> = vec![Vec::new(); channels];
    for (j, channel) in instance.blocks.iter().enumerate() {
        let excess = game.constraints[..structural].iter().map(|constraint| {
            // excess = ±(c - B): with c times the number of channels, the sum over channels of c / C - B / C.
            let share = &constraint.bound / &count;
            let scaled = constraint.coefficients.get(j).map(|c| c / &count).unwrap_or_default();
            match constraint.sense {
                saddlepoint_game::Sense::Cap => scaled - share,
                saddlepoint_game::Sense::Floor => share - scaled,
            }
        });
        choices[*channel].push((worst.get(j)? / &count, excess.collect()));
    }
    for choices in &mut choices {
        choices.sort();
    }
    // The least that the channels from here on can add to each limit.
    let mut least = vec![vec![Rational::ZERO; structural]; channels + 1];
    for channel in (0..channels).rev() {
        for k in 0..structural {
            let smallest = choices[channel].iter().map(|(_, excess)| &excess[k]).min()?;
            least[channel][k] = &least[channel + 1][k] + smallest;
        }
    }
    let mut search = Search { choices, least, best: None, branches: 0 };
    search.branch(0, &Rational::ZERO, &vec![Rational::ZERO; structural]);
    if search.branches > BRANCHES_MOST { None } else { search.best }
}

struct Search {
    /// Worst loss and excess over each limit, for each choice of each channel, the best first.
    choices: Vec<Vec<(Rational, Vec<Rational>)>>,
    least: Vec<Vec<Rational>>,
    best: Option<Rational>,
    branches: usize,
}

impl Search {
    fn branch(&mut self, channel: usize, worst: &Rational, excess: &[Rational]) {
        self.branches += 1;
        let is_lost = excess.iter().zip(&self.least[channel]).any(|(so_far, rest)| so_far + rest > Rational::ZERO);
        if is_lost || self.branches > BRANCHES_MOST || self.best.as_ref().is_some_and(|best| worst >= best) {
            return;
        }
        if channel == self.choices.len() {
            self.best = Some(worst.clone());
            return;
        }
        for choice in 0..self.choices[channel].len() {
            let (loss, own) = &self.choices[channel][choice];
            let worst = std::cmp::max(worst, loss).clone();
            let excess: Vec<_> = excess.iter().zip(own).map(|(so_far, own)| so_far + own).collect();
            self.branch(channel + 1, &worst, &excess);
        }
    }
}
