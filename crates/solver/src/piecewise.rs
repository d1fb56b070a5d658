//! Piecewise linear functions of one parameter, exact.

use saddlepoint_game::rational::{self, Rational};

/// A continuous function on an interval, linear between its knots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piecewise {
    /// Parameter and value, at least two, parameters strictly ascending.
    knots: Vec<(Rational, Rational)>,
}

impl Piecewise {
    /// The line through two points; `from` must be below `to`.
    pub(crate) fn line(from: (Rational, Rational), to: (Rational, Rational)) -> Self {
        debug_assert!(from.0 < to.0);
        Self { knots: vec![from, to] }
    }

    /// Where the slope may change, the ends included: parameter and value, ascending.
    #[must_use]
    pub fn knots(&self) -> &[(Rational, Rational)] {
        &self.knots
    }

    /// The value at a parameter; outside the interval, the value at the nearer end.
    #[must_use]
    pub fn at(&self, t: &Rational) -> Rational {
        let after = self.knots.partition_point(|(knot, _)| knot <= t);
        match (after.checked_sub(1).map(|before| &self.knots[before]), self.knots.get(after)) {
            (Some((a, f)), Some((b, g))) => f + (g - f) * (t - a) / (b - a),
            (Some((_, f)), None) | (None, Some((_, f))) => f.clone(),
            (None, None) => Rational::ZERO,
        }
    }

    /// The larger of two functions on one interval.
    pub(crate) fn max(&self, other: &Self) -> Self {
        self.choose(other, rational::max)
    }

    /// The smaller of two functions on one interval.
    pub(crate) fn min(&self, other: &Self) -> Self {
        self.choose(other, rational::min)
    }

    /// Whether both are the same on an interval, between whose ends neither has a knot.
    pub(crate) fn equals_between(&self, other: &Self, from: &Rational, to: &Rational) -> bool {
        self.at(from) == other.at(from) && self.at(to) == other.at(to)
    }

    fn choose(&self, other: &Self, pick: fn(Rational, Rational) -> Rational) -> Self {
        let mut knots: Vec<(Rational, Rational)> = Vec::new();
        let mut last: Option<(Rational, Rational)> = None;
        for t in common_knots([self, other]) {
            let (f, g) = (self.at(&t), other.at(&t));
            let difference = &f - &g;
            // Between two knots the difference is linear: it has a root where its sign changes.
            if let Some((before, earlier)) = last.filter(|(_, earlier)| earlier * &difference < Rational::ZERO) {
                let root = &before + (&t - &before) * &earlier / (&earlier - &difference);
                let value = self.at(&root);
                push(&mut knots, (root, value));
            }
            push(&mut knots, (t.clone(), pick(f, g)));
            last = Some((t, difference));
        }
        Self { knots }
    }
}

/// The parameters at which any of the functions has a knot, ascending, each once.
pub(crate) fn common_knots<'a>(functions: impl IntoIterator<Item = &'a Piecewise>) -> Vec<Rational> {
    let mut all: Vec<Rational> = functions.into_iter().flat_map(|f| f.knots.iter().map(|(t, _)| t.clone())).collect();
    all.sort();
    all.dedup();
    all
}

/// Adds a knot; the last one goes if the new one lies on the line through the last two.
fn push(knots: &mut Vec<(Rational, Rational)>, new: (Rational, Rational)) {
    if let [.., (a, f), (b, g)] = knots.as_slice()
        && (g - f) * (&new.0 - b) == (&new.1 - g) * (b - a)
    {
        knots.pop();
    }
    knots.push(new);
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::rational::parse;

    use super::*;

    fn number(text: &str) -> Rational {
        parse(text).expect("a number")
    }

    fn line(at_0: &str, at_1: &str) -> Piecewise {
        Piecewise::line((number("0"), number(at_0)), (number("1"), number(at_1)))
    }

    #[test]
    fn crossing_lines_have_a_knot_at_the_crossing() {
        let tent = line("0", "1").min(&line("1", "0"));
        assert_eq!(tent.knots()[1], (number("1/2"), number("1/2")));
        assert_eq!(tent.at(&number("1/4")), number("1/4"));
        assert_eq!(tent.at(&number("7")), number("0"), "the nearer end");
    }

    #[test]
    fn no_knot_where_nothing_bends() {
        let upper = line("0", "1").max(&line("1", "0")).max(&line("2", "2"));
        assert_eq!(upper, line("2", "2"));
        assert_eq!(line("0", "1").max(&line("0", "1")), line("0", "1"));
    }
}
