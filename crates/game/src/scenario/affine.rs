//! A laid-out game as affine functions of the rates that it was made from, so that drawing it again costs a product a cell.
//!
//! Nearly every form of the game has entries `α p + β` in one rate `p` each: the metric itself, its orientation, weights,
//! an uplift, channels. Four layouts find out. At rates 0 and at rates 1 they give `β` and `α`; at rates that are all
//! different they give the rate that an entry depends on; and at others they must give what the functions say. Where they
//! do not, as for sets of defences or an attacker who sees the draw, there is no such form, and each draw is laid out.

use crate::constraint::Game;
use crate::matrix::LossMatrix;
use crate::payoffs::Payoffs;
use crate::rational::Rational;
use crate::scenario::Instance;

/// An instance whose entries follow from rates.
pub(super) struct AffineInstance {
    like: Instance,
    highest: Vec<Entry>,
    lowest: Option<Vec<Entry>>,
}

/// `slope · rate + constant`; no rate where the slope is 0.
struct Entry {
    rate: Option<usize>,
    slope: Rational,
    constant: Rational,
}

impl AffineInstance {
    /// Finds the functions; `None` if there are none, or if a layout fails.
    pub(super) fn find(count: usize, lay_out: impl Fn(&[Rational]) -> Option<Instance>) -> Option<Self> {
        let all = |rate: Rational| vec![rate; count];
        let [at_zero, at_one] = [lay_out(&all(Rational::ZERO))?, lay_out(&all(Rational::ONE))?];
        let step = |k: usize, of: usize| Rational::from(k + 1) / Rational::from(of);
        let codes: Vec<_> = (0..count).map(|k| step(k, count + 1)).collect();
        let coded = lay_out(&codes)?;
        let entries = |of: fn(&Instance) -> Option<&Game>| -> Option<Option<Vec<Entry>>> {
            let Some([zero, one, coded]) = [&at_zero, &at_one, &coded]
                .map(of)
                .into_iter()
                .collect::<Option<Vec<_>>>()
                .and_then(|found| <[&Game; 3]>::try_from(found).ok())
            else {
                return Some(None);
            };
            let [zero, one, coded] = [zero, one, coded].map(|game| game.loss.payoffs().to_rationals());
            let entry = |((constant, end), coded): ((Rational, Rational), Rational)| {
                let slope = end - &constant;
                if slope.is_zero() {
                    return (coded == constant).then_some(Entry { rate: None, slope, constant });
                }
                let code = (coded - &constant) / &slope;
                let rate = codes.binary_search(&code).ok()?;
                Some(Entry { rate: Some(rate), slope, constant })
            };
            zero.into_iter().zip(one).zip(coded).map(entry).collect::<Option<Vec<_>>>().map(Some)
        };
        let found = Self {
            highest: entries(|instance| Some(&instance.game))??,
            lowest: entries(|instance| instance.lowest.as_ref())?,
            like: coded,
        };
        // Squares of the codes, from the other end: no entry that is more than affine in one rate survives that.
        let others: Vec<_> = codes.iter().rev().map(|code| code * code).collect();
        same(&found.at(&others), &lay_out(&others)?).then_some(found)
    }

    /// The instance at some rates.
    pub(super) fn at(&self, rates: &[Rational]) -> Instance {
        let game = |game: &Game, entries: &[Entry]| {
            let value = |entry: &Entry| match entry.rate.and_then(|rate| rates.get(rate)) {
                Some(rate) if entry.slope.is_one() && entry.constant.is_zero() => rate.clone(),
                Some(rate) => &entry.slope * rate + &entry.constant,
                None => entry.constant.clone(),
            };
            let payoffs = Payoffs::new(entries.iter().map(value).collect());
            let loss = &game.loss;
            let (attacks, defences) = (loss.attacks().clone(), loss.defences().clone());
            let loss = LossMatrix::of_checked_shape(attacks, defences, payoffs, loss.kind());
            Game { loss, constraints: game.constraints.clone() }
        };
        Instance {
            game: game(&self.like.game, &self.highest),
            lowest: self.like.lowest.as_ref().zip(self.lowest.as_ref()).map(|(like, entries)| game(like, entries)),
            blocks: self.like.blocks.clone(),
        }
    }
}

/// Whether two instances are the same game; how their entries were written does not count.
fn same(a: &Instance, b: &Instance) -> bool {
    let game = |a: &Game, b: &Game| a.loss.payoffs() == b.loss.payoffs() && a.constraints == b.constraints;
    let lowest = match (&a.lowest, &b.lowest) {
        (Some(a), Some(b)) => game(a, b),
        (None, None) => true,
        _ => false,
    };
    game(&a.game, &b.game) && lowest && a.blocks == b.blocks
}
