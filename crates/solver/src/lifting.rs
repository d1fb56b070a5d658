//! Lifting: a square system of integers solved exactly, one digit to the base of a prime after another.
//!
//! Source: Dixon, "Exact solution of linear equations using p-adic expansions", Numerische Mathematik 40, 1982; the way
//! back to fractions after Wang, Guy, Davenport, "P-adic reconstruction of rational numbers", SIGSAM Bulletin 16, 1982.
//! Differs: the number of digits is not fixed by Hadamard's bound; fractions are tried on the way, and one common
//! denominator serves all unknowns.
//!
//! | symbol | here | shape | size |
//! |---|---|---|---|
//! | `M` | `matrix` | k × k | at most [`LONGEST_ENTRY`] bits |
//! | `p` | `prime` | | 31 bits |
//! | `C = M⁻¹ mod p` | `inverse` | k × k | below `p` |
//! | `r_t` | `residual` | k | below `k max abs(M) + 1` |
//! | `x_t` | `digits` | k | below `p` |
//!
//! 1. `C`, by elimination modulo the first prime that does not divide the determinant.
//! 2. `r_0 = b`; then `x_t = C r_t mod p` and `r_{t+1} = (r_t - M x_t) / p`, which leaves no remainder.
//! 3. With `x = Σ_t x_t p^t`, `M x ≡ b` modulo `p^T`. A fraction `n / d` with `n ≡ d x` is the solution if `n` and `d`
//!    together are shorter than `p^T`; the first remainder of Euclid's algorithm below half the length finds it.
//! 4. If one is not found, a quarter more digits.
//!
//! Guarantee: ends after the digits that Hadamard's bound asks for. A fraction found before is right but for a chance of
//! about `2^-GUARD`; so the caller checks what it makes of it, as it has to anyway.
//!
//! Steps 2 and 3 take `O(k² T)` word operations, with `T` in proportion to `k` times the length of the entries: for
//! hundreds of unknowns far less than elimination in integers, which handles `k³` numbers of that length.

use dashu_int::{IBig, ops::BitTest};

/// Longest entry in bits: a residual of up to 2^16 such entries has 126 bits.
const LONGEST_ENTRY: usize = 110;

/// Most unknowns, so that residuals fit.
const MOST_UNKNOWNS: usize = 1 << 16;

/// Spare bits of a fraction that is believed before Hadamard's bound is reached.
const GUARD: usize = 64;

/// Digits before the first attempt at fractions.
const FIRST_DIGITS: usize = 8;

/// Bits of a digit.
const DIGIT_BITS: usize = 30;

/// See the module.
pub(crate) struct Lifting {
    size: usize,
    matrix: Vec<i128>,
    inverse: Vec<u32>,
    prime: u32,
}

/// Numerators of the unknowns over one positive denominator.
pub(crate) struct Fractions {
    pub(crate) numerators: Vec<IBig>,
    pub(crate) denominator: IBig,
}

impl Lifting {
    /// 1. Prepares a matrix, row by row; `None` if it is singular (as far as four primes can tell) or too large.
    pub(crate) fn new(size: usize, matrix: &[IBig]) -> Option<Self> {
        if size == 0 || size > MOST_UNKNOWNS || matrix.iter().any(|entry| entry.bit_len() > LONGEST_ENTRY) {
            return None;
        }
        let matrix = matrix.iter().map(|entry| i128::try_from(entry).ok()).collect::<Option<Vec<_>>>()?;
        // The four largest primes below 2^31, each with an elimination of its own: a constant divisor is a fast one.
        let (prime, inverse) = inverse::<2_147_483_647>(size, &matrix)
            .or_else(|| inverse::<2_147_483_629>(size, &matrix))
            .or_else(|| inverse::<2_147_483_587>(size, &matrix))
            .or_else(|| inverse::<2_147_483_579>(size, &matrix))?;
        Some(Self { size, matrix, inverse, prime })
    }

    /// The same for the transposed matrix.
    pub(crate) fn transposed(&self) -> Self {
        let (matrix, inverse) = (transpose(&self.matrix, self.size), transpose(&self.inverse, self.size));
        Self { matrix, inverse, ..*self }
    }

    /// Solves for a right side of small integers. `None` if the caller, asked before every digit, says stop.
    ///
    /// `denominator` is a guess, such as that of the transposed system, which has the same determinant; 1 if there is
    /// none.
    pub(crate) fn solve(&self, right: &[i32], denominator: &IBig, mut stop: impl FnMut() -> bool) -> Option<Fractions> {
        let enough = self.enough_digits();
        let mut residual: Vec<i128> = right.iter().map(|b| i128::from(*b)).collect();
        let mut digits: Vec<Vec<u32>> = Vec::new();
        let mut attempt = FIRST_DIGITS;
        loop {
            // 2. Digits.
            while digits.len() < attempt.min(enough) {
                if stop() {
                    return None;
                }
                let digit = self.digit(&residual);
                self.reduce(&mut residual, &digit);
                digits.push(digit);
            }
            // 3. Fractions.
            if let Some(found) = self.fractions(&digits, denominator.clone()) {
                return Some(found);
            }
            // 4. More digits.
            if digits.len() >= enough {
                return None;
            }
            attempt += attempt / 4;
        }
    }

    /// Digits after which numerators and denominator are found for certain: both are determinants, whose bits Hadamard
    /// bounds by `k (max bits + log2(k) / 2)`.
    fn enough_digits(&self) -> usize {
        let longest = self.matrix.iter().map(|entry| bits(entry.unsigned_abs())).max().unwrap_or(0);
        let determinant = self.size * (2 * longest + bits(self.size as u128)) / 2 + 1;
        (2 * determinant + 2 * GUARD).div_ceil(DIGIT_BITS)
    }

    /// `C r mod p`.
    fn digit(&self, residual: &[i128]) -> Vec<u32> {
        let prime = i128::from(self.prime);
        // Below 2^31.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let residual: Vec<u32> = residual.iter().map(|r| r.rem_euclid(prime) as u32).collect();
        let dot = |row: &[u32]| {
            // Products in two halves, so that the sums stay within 64 bits.
            let (mut low, mut high) = (0_u64, 0_u64);
            for (&c, &r) in row.iter().zip(&residual) {
                let product = u64::from(c) * u64::from(r);
                low += product & u64::from(u32::MAX);
                high += product >> 32;
            }
            let sum = ((u128::from(high) << 32) + u128::from(low)) % u128::from(self.prime);
            #[allow(clippy::cast_possible_truncation)]
            let digit = sum as u32;
            digit
        };
        self.inverse.chunks_exact(self.size).map(dot).collect()
    }

    /// `r ← (r - M x) / p`. The difference may exceed 128 bits; the quotient does not, and it is exact, so that it can
    /// be had modulo 2^128.
    fn reduce(&self, residual: &mut [i128], digit: &[u32]) {
        let reciprocal = odd_reciprocal(self.prime);
        for (r, row) in residual.iter_mut().zip(self.matrix.chunks_exact(self.size)) {
            let product = |(a, x): (&i128, &u32)| a.wrapping_mul(i128::from(*x));
            let sum = row.iter().zip(digit).map(product).fold(0_i128, i128::wrapping_add);
            *r = r.wrapping_sub(sum).wrapping_mul(reciprocal);
        }
    }

    /// 3. All unknowns as fractions over one denominator; `None` if the digits do not suffice.
    fn fractions(&self, digits: &[Vec<u32>], mut denominator: IBig) -> Option<Fractions> {
        let modulus = IBig::from(self.prime).pow(digits.len());
        let length = modulus.bit_len();
        let fits = |n: &IBig, d: &IBig| n.bit_len() + d.bit_len() + GUARD <= length;
        let mut numerators: Vec<IBig> = Vec::with_capacity(self.size);
        for unknown in 0..self.size {
            let residue = self.whole(digits, unknown) * &denominator;
            let mut numerator = symmetric(residue, &modulus);
            if !fits(&numerator, &denominator) {
                let (n, d) = fraction(&numerator, &modulus);
                for numerator in &mut numerators {
                    *numerator *= &d;
                }
                (numerator, denominator) = (n, denominator * d);
            }
            if !fits(&numerator, &denominator) {
                return None;
            }
            numerators.push(numerator);
        }
        // A denominator that grew on the way must suit the unknowns before it, too.
        numerators.iter().all(|n| fits(n, &denominator)).then_some(Fractions { numerators, denominator })
    }

    /// `Σ_t x_t p^t` of one unknown, by adding neighbours until one number is left.
    fn whole(&self, digits: &[Vec<u32>], unknown: usize) -> IBig {
        let mut numbers: Vec<IBig> = digits.iter().map(|digit| IBig::from(digit[unknown])).collect();
        let mut power = IBig::from(self.prime);
        while numbers.len() > 1 {
            numbers = numbers
                .chunks(2)
                .map(|pair| match pair {
                    [low, high] => low + high * &power,
                    _ => pair.iter().sum(),
                })
                .collect();
            power = power.sqr().into();
        }
        numbers.pop().unwrap_or_default()
    }
}

fn bits(number: u128) -> usize {
    (u128::BITS - number.leading_zeros()) as usize
}

fn transpose<T: Copy>(square: &[T], size: usize) -> Vec<T> {
    (0..size).flat_map(|column| square.iter().skip(column).step_by(size).copied()).collect()
}

/// The reciprocal of an odd number modulo 2^128, by Newton's iteration: each step doubles the bits that are right.
fn odd_reciprocal(number: u32) -> i128 {
    let number = i128::from(number);
    // An odd number is its own reciprocal modulo 8; 3 · 2^6 > 128.
    (0..6).fold(number, |x, _| x.wrapping_mul(2_i128.wrapping_sub(number.wrapping_mul(x))))
}

/// The residue between minus and plus half the modulus.
fn symmetric(number: IBig, modulus: &IBig) -> IBig {
    let residue = number % modulus;
    let twice: IBig = &residue * 2;
    if twice > *modulus {
        residue - modulus
    } else if -twice > *modulus {
        residue + modulus
    } else {
        residue
    }
}

/// The fraction `n / d`, `d > 0`, with `n ≡ d a` and `n` below about the square root of the modulus.
fn fraction(residue: &IBig, modulus: &IBig) -> (IBig, IBig) {
    let half = modulus.bit_len() / 2;
    // Euclid's algorithm; every remainder is `≡ d a`.
    let (mut before, mut remainder) = (modulus.clone(), residue.clone());
    let (mut d_before, mut d) = (IBig::ZERO, IBig::ONE);
    while remainder.bit_len() > half {
        let quotient = &before / &remainder;
        let next = before - &quotient * &remainder;
        before = std::mem::replace(&mut remainder, next);
        let next = d_before - quotient * &d;
        d_before = std::mem::replace(&mut d, next);
    }
    if d < IBig::ZERO { (-remainder, -d) } else { (remainder, d) }
}

/// `M⁻¹ mod P` by Gauss-Jordan elimination in place, with `P`; `None` if the matrix is singular modulo `P`.
fn inverse<const P: u64>(size: usize, matrix: &[i128]) -> Option<(u32, Vec<u32>)> {
    // Every number here is below P, which is below 2^31.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let mut m: Vec<u32> = matrix.iter().map(|entry| entry.rem_euclid(i128::from(P)) as u32).collect();
    #[allow(clippy::cast_possible_truncation)]
    let times = |a: u32, b: u32| (u64::from(a) * u64::from(b) % P) as u32;
    let mut exchanges = Vec::with_capacity(size);
    for k in 0..size {
        let r = (k..size).find(|r| m[r * size + k] != 0)?;
        if r != k {
            let (upper, lower) = m.split_at_mut(r * size);
            upper[k * size..(k + 1) * size].swap_with_slice(&mut lower[..size]);
        }
        exchanges.push(r);
        let reciprocal = power::<P>(m[k * size + k], P - 2);
        m[k * size + k] = 1;
        let mut pivot_row = m[k * size..(k + 1) * size].to_vec();
        for entry in &mut pivot_row {
            *entry = times(*entry, reciprocal);
        }
        for (i, row) in m.chunks_exact_mut(size).enumerate() {
            let factor = std::mem::take(&mut row[k]);
            if i == k {
                row.copy_from_slice(&pivot_row);
            } else if factor != 0 {
                let negative = P - u64::from(factor);
                for (entry, pivot_entry) in row.iter_mut().zip(&pivot_row) {
                    #[allow(clippy::cast_possible_truncation)]
                    let reduced = ((u64::from(*entry) + negative * u64::from(*pivot_entry)) % P) as u32;
                    *entry = reduced;
                }
            }
        }
    }
    // Exchanges of rows are exchanges of columns of the inverse, undone from the last.
    for (k, &r) in exchanges.iter().enumerate().rev().filter(|(k, r)| k != *r) {
        m.chunks_exact_mut(size).for_each(|row| row.swap(k, r));
    }
    Some((u32::try_from(P).ok()?, m))
}

/// `base^exponent mod P`.
fn power<const P: u64>(base: u32, mut exponent: u64) -> u32 {
    let (mut square, mut result) = (u64::from(base), 1_u64);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * square % P;
        }
        square = square * square % P;
        exponent >>= 1;
    }
    u32::try_from(result).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use saddlepoint_game::testing::Draw;

    use super::*;

    fn product(matrix: &[IBig], x: &[IBig]) -> Vec<IBig> {
        let rows = matrix.chunks_exact(x.len());
        rows.map(|row| row.iter().zip(x).fold(IBig::ZERO, |sum, (a, x)| sum + a * x)).collect()
    }

    /// Solves and multiplies back, both as it is and transposed; `None` if singular.
    fn check(size: usize, matrix: &[IBig], right: &[i32]) -> Option<()> {
        let lifting = Lifting::new(size, matrix)?;
        let found = lifting.solve(right, &IBig::ONE, || false).expect("enough digits");
        let scaled = |d: &IBig| right.iter().map(|b| d * *b).collect::<Vec<_>>();
        assert!(found.denominator > IBig::ZERO);
        assert_eq!(product(matrix, &found.numerators), scaled(&found.denominator));
        let turned = lifting.transposed().solve(right, &found.denominator, || false).expect("enough digits");
        assert_eq!(product(&transpose_big(matrix, size), &turned.numerators), scaled(&turned.denominator));
        Some(())
    }

    fn transpose_big(matrix: &[IBig], size: usize) -> Vec<IBig> {
        (0..size).flat_map(|c| (0..size).map(move |r| matrix[r * size + c].clone())).collect()
    }

    proptest! {
        #[test]
        fn solutions_solve(
            size in 1..9_usize,
            numbers in prop::collection::vec(-1_000_i64..1_000, 64),
            shift in 0..100_usize,
            right in prop::collection::vec(-1..=1_i32, 8),
        ) {
            let matrix: Vec<_> = numbers[..size * size].iter().map(|n| (IBig::from(*n) << shift) + IBig::from(*n)).collect();
            // A singular matrix is refused, and rare.
            let _ = check(size, &matrix, &right[..size]);
        }
    }

    #[test]
    fn small_determinants_end_early_and_large_ones_late() {
        let big = |entries: &[i64]| entries.iter().map(|n| IBig::from(*n)).collect::<Vec<_>>();
        assert!(check(2, &big(&[2, 1, 1, 1]), &[1, 1]).is_some());
        assert!(check(2, &big(&[0, 1, 1, 0]), &[1, 0]).is_some(), "rows are exchanged");
        assert!(check(1, &big(&[i64::MIN]), &[1]).is_some());
        assert!(check(2, &big(&[1, 2, 2, 4]), &[1, 1]).is_none(), "singular");
        // Singular modulo the first prime only.
        assert!(check(1, &big(&[2_147_483_647]), &[1]).is_some());
        let longest = (IBig::ONE << LONGEST_ENTRY) - IBig::ONE;
        let corner = [longest.clone(), -longest.clone(), longest.clone(), longest.clone()];
        assert!(check(2, &corner, &[1, 1]).is_some());
        assert!(Lifting::new(1, &[longest + 1]).is_none());
    }

    #[test]
    fn forty_unknowns() {
        let mut draw = Draw::new(5);
        let matrix: Vec<_> = (0..1600).map(|_| IBig::from(1_000 + draw.below(1_000))).collect();
        assert!(check(40, &matrix, &[1; 40]).is_some());
    }

    #[test]
    fn a_stop_is_obeyed() {
        let lifting = Lifting::new(1, &[IBig::from(3)]).expect("regular");
        assert!(lifting.solve(&[1], &IBig::ONE, || true).is_none());
    }
}
