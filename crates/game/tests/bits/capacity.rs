//! The closed form of the Shannon capacity against two programs that share nothing with it.

use dashu_int::{IBig, UBig};
use proptest::prelude::*;
use saddlepoint_game::bits::Attempt;
use saddlepoint_game::rational::{Rational, to_f64};

use crate::{attempt, number};

/// Blahut and Arimoto's iteration (IEEE Trans. Inf. Theory 18, 1972): bounds on the capacity in bits of a channel with
/// rows `P(· | input)`, until they are `gap` apart or the rounds are used up.
fn blahut_arimoto(rows: &[[f64; 2]], gap: f64) -> (f64, f64) {
    const ROUNDS: usize = 2_000_000;
    let mut inputs = vec![1.0 / rows.len() as f64; rows.len()];
    let (mut lower, mut upper) = (0.0, f64::INFINITY);
    for _ in 0..ROUNDS {
        let output = |y: usize| inputs.iter().zip(rows).map(|(p, row)| p * row[y]).sum::<f64>();
        let outputs = [output(0), output(1)];
        let part = |w: f64, q: f64| if w == 0.0 { 0.0 } else { w * (w / q).ln() };
        let divergences: Vec<f64> =
            rows.iter().map(|row| part(row[0], outputs[0]) + part(row[1], outputs[1])).collect();
        let total: f64 = inputs.iter().zip(&divergences).map(|(p, divergence)| p * divergence.exp()).sum();
        lower = total.log2();
        upper = divergences.iter().copied().fold(f64::NEG_INFINITY, f64::max) / std::f64::consts::LN_2;
        if upper - lower < gap {
            break;
        }
        inputs.iter_mut().zip(&divergences).for_each(|(p, divergence)| *p *= divergence.exp() / total);
    }
    (lower, upper)
}

fn share(numerator: u32, denominator: u32) -> Rational {
    Rational::from_parts(numerator.into(), denominator.into())
}

fn rows(success: &[Rational], benign: &Rational) -> Vec<[f64; 2]> {
    let row = |bad: &Rational| [to_f64(bad), to_f64(&(Rational::ONE - bad))];
    success.iter().chain([benign]).map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_closed_form_is_the_limit_of_the_iteration(ends in (0_u32..=200, 0_u32..=200)) {
        prop_assume!(ends.0 != ends.1);
        let (benign, success) = (share(ends.0.min(ends.1), 200), share(ends.0.max(ends.1), 200));
        let closed = attempt(&success, &benign).shannon_bits();
        let (lower, upper) = blahut_arimoto(&rows(&[success], &benign), 1e-10);
        prop_assert!(upper - lower < 1e-10, "{lower} {upper}");
        prop_assert!(closed > lower - 1e-9 && closed < upper + 1e-9, "{lower} {closed} {upper}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// With several attacks the iteration chooses among all inputs; the closed form looks at the best attack alone.
    #[test]
    fn only_the_best_attack_matters(
        benign in 0_u32..=8,
        above in prop::collection::vec(0_u32..=32, 1..5),
        wide in 8_u32..=32,
    ) {
        let benign_rate = share(benign, 40);
        let mut successes: Vec<_> = above.iter().map(|step| share(benign + step.min(&wide), 40)).collect();
        successes.push(share(benign + wide, 40));
        let closed = Attempt::new(&successes, &benign_rate).expect("an attempt").shannon_bits();
        let (lower, upper) = blahut_arimoto(&rows(&successes, &benign_rate), 1e-9);
        prop_assert!(upper - lower < 1e-9, "{lower} {upper}");
        prop_assert!(closed > lower - 1e-9 && closed < upper + 1e-9, "{lower} {closed} {upper}");
    }
}

/// The textbook form with 512 binary places, where its cancellation costs nothing that a double could show.
mod textbook {
    use super::{IBig, Rational, UBig};

    const PLACES: usize = 512;

    fn one() -> IBig {
        IBig::ONE << PLACES
    }

    fn fixed(x: &Rational) -> IBig {
        (x.numerator() << PLACES) / IBig::from(x.denominator().clone())
    }

    fn product(a: &IBig, b: &IBig) -> IBig {
        (a * b) >> PLACES
    }

    fn quotient(a: &IBig, b: &IBig) -> IBig {
        (a << PLACES) / b
    }

    /// `2 atanh(r)` by its series, for small `r`.
    fn twice_atanh(r: &IBig) -> IBig {
        let square = product(r, r);
        let (mut power, mut sum, mut k) = (r.clone(), IBig::ZERO, 1_u32);
        while power != IBig::ZERO && power != -IBig::ONE {
            sum += &power / IBig::from(k);
            power = product(&power, &square);
            k += 2;
        }
        sum * IBig::from(2)
    }

    fn ln_2() -> IBig {
        twice_atanh(&(one() / IBig::from(3)))
    }

    /// Natural logarithm, by halving or doubling into [3/4, 3/2).
    fn ln(x: &IBig) -> IBig {
        let (mut x, mut halvings) = (x.clone(), 0_i32);
        while &x * IBig::from(2) >= one() * IBig::from(3) {
            x >>= 1;
            halvings += 1;
        }
        while &x * IBig::from(4) < one() * IBig::from(3) {
            x <<= 1;
            halvings -= 1;
        }
        twice_atanh(&quotient(&(&x - one()), &(&x + one()))) + IBig::from(halvings) * ln_2()
    }

    /// Exponential: the argument is halved until it is small, the result squared as often.
    fn exp(x: &IBig) -> IBig {
        const HALVINGS: usize = 16;
        let small = x >> HALVINGS;
        let (mut term, mut sum, mut k) = (one(), IBig::ZERO, 1_u32);
        while term != IBig::ZERO && term != -IBig::ONE {
            sum += &term;
            term = product(&term, &small) / IBig::from(k);
            k += 1;
        }
        (0..HALVINGS).fold(sum, |sum, _| product(&sum, &sum))
    }

    /// Binary entropy in nats.
    fn entropy(p: &IBig) -> IBig {
        let part = |p: &IBig| if *p == IBig::ZERO { IBig::ZERO } else { -product(p, &ln(p)) };
        part(p) + part(&(one() - p))
    }

    /// `log2(1 + 2^m) + (f h(s) - s h(f)) / J` with `m = (h(f) - h(s)) / J`.
    pub(super) fn capacity(success: &Rational, benign: &Rational) -> Rational {
        let [s, f] = [success, benign].map(fixed);
        let [h_s, h_f] = [&s, &f].map(entropy);
        let j = &s - &f;
        let m = quotient(&(&h_f - &h_s), &j);
        let nats = ln(&(one() + exp(&m))) + quotient(&(product(&f, &h_s) - product(&s, &h_f)), &j);
        Rational::from_parts(quotient(&nats, &ln_2()), UBig::ONE << PLACES)
    }
}

fn agrees_with_the_textbook(success: &Rational, benign: &Rational) {
    let exact = to_f64(&textbook::capacity(success, benign));
    let closed = attempt(success, benign).shannon_bits();
    assert!((closed / exact - 1.0).abs() < 1e-13, "s = {success}, f = {benign}: {closed:e}, not {exact:e}");
}

/// All corners and edges: no noise on one side, hardly any advantage, both rates near 0 or near 1.
#[test]
fn the_closed_form_keeps_its_digits_everywhere() {
    let small = ["0", "1e-30", "1e-15", "1e-9", "1e-4", "0.01", "0.3", "0.5"].map(number);
    let mirrored = small.clone().map(|p| Rational::ONE - p);
    let points: Vec<_> = small.iter().chain(&mirrored).collect();
    for benign in &points {
        for success in points.iter().filter(|success| success > &benign) {
            agrees_with_the_textbook(success, benign);
        }
        for gap in ["1e-3", "1e-7", "1e-12", "1e-16", "1e-25"].map(number) {
            let success = *benign + gap;
            if success <= Rational::ONE {
                agrees_with_the_textbook(&success, benign);
            }
        }
    }
}

/// Where `J` is tiny, `C_S ≈ J² / (8 f (1-f) ln 2)`; where `f` is 0 too, `C_S ≈ s log2(e) / e`.
#[test]
fn small_advantages_have_their_limits() {
    let (benign, j) = (number("0.2"), number("1e-9"));
    let capacity = attempt(&(&benign + &j), &benign).shannon_bits();
    assert!((capacity / (1e-18 / (8.0 * 0.16 * 2.0_f64.ln())) - 1.0).abs() < 1e-8, "{capacity:e}");
    let capacity = attempt(&j, &Rational::ZERO).shannon_bits();
    let expected = 1e-9 * std::f64::consts::LOG2_E / std::f64::consts::E;
    assert!((capacity / expected - 1.0).abs() < 1e-8, "{capacity:e}");
}

#[test]
fn corners_are_exact() {
    let [zero, half, one] = ["0", "1/2", "1"].map(number);
    let bits = |success: &Rational, benign: &Rational| Some(attempt(success, benign).shannon_bits());
    assert_eq!(bits(&one, &zero), Some(1.0));
    for rate in [&zero, &half, &one] {
        assert_eq!(bits(rate, rate), Some(0.0));
    }
    // A gap that no double shows is no capacity that one shows, and not a NaN either.
    let tiny = number("1e-200") * number("1e-200");
    assert_eq!(bits(&tiny, &zero), Some(0.0));
    assert_eq!(bits(&(Rational::ONE - &tiny), &tiny), Some(1.0));
    let subnormal = number("5e-324");
    for (success, benign) in [(&one, &subnormal), (&subnormal, &zero), (&half, &subnormal)] {
        let attempt = attempt(success, benign);
        assert!((0.0..=attempt.advantage().bits()).contains(&attempt.shannon_bits()), "{attempt:?}");
    }
}
