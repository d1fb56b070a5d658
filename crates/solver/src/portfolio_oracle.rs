//! Portfolio oracle: double oracle over portfolios too many to write down, each within hard budgets.
//!
//! Source: double oracle as in [`crate::double_oracle`]; the best response is a supermodular minimisation under
//! knapsacks, solved by branch and bound with tangent minorants of the exponential (outer approximation: Duran and
//! Grossmann, "An outer-approximation algorithm for a class of mixed-integer nonlinear programs", 1986).
//! Differs: the minorant uses that the set is integral where a defence alone passes the reference (`bound.rs`); the
//! reference follows the search by a few Frank-Wolfe steps a node instead of being re-optimised; greedy sets improved by
//! exchanges enter first, many a round, and the exact search runs only where they help no more.
//!
//! | symbol | here | shape | unit |
//! |---|---|---|---|
//! | `x` | attacker's mix | attacks | probability |
//! | `S` | [`Portfolio`] | members | defences |
//! | `L(a, S)` | `Implicit::losses` | attacks × portfolios seen | loss in [0, 1] |
//! | `ε` | `Implicit::slack` | one | loss |
//!
//! 1. Seeds: every attack; the empty portfolio, the measured stacks, and the greedy portfolio against each attack.
//! 2. Double oracle; a defence best response is heuristic first (`greedy.rs`), exact to `ε` otherwise (`search.rs`).
//! 3. If the game of the portfolios seen is short, solve it exactly, and search once more without `ε`.
//! 4. Prove the answer by `saddlepoint_game::portfolio::certify`, which shares nothing with this search.
//!
//! Guarantee: a certified interval; `ε` wide where it converged, or 0 if step 3 ran to its end. A limit leaves the interval
//! that the relaxation proves at the root. Not guaranteed: speed; the search is exponential at worst, and hardest where a
//! portfolio holds a third of the defences and none of them dominates.

mod bound;
mod greedy;
mod implicit;
mod search;

use saddlepoint_game::portfolio::{End, Portfolio, PortfolioCertificate, PortfolioError, PortfolioGame, certify};
use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{Game, MixedStrategy};

use crate::double_oracle;
use crate::error::SolveError;
use crate::method::Method;
use crate::settings::{Limits, Settings};
use crate::solution::Status;
use implicit::Implicit;

/// Gap at which it stops if no other is asked for, as a fraction of the greatest loss.
const DEFAULT_GAP: f64 = 1e-9;

/// Attacks, and portfolios seen, up to which the last game is solved exactly.
const EXACT_STRATEGIES: usize = 40;

/// Longest numerator and denominator there together, in bits: longer fractions make exact mixes of thousands of digits.
const EXACT_BITS: usize = 256;

/// What a search in doubles can promise: a claim is lowered by this much before it is proved.
const CLAIM_MARGIN: f64 = 1e-10;

/// Nodes that the proof may take, for each node of the largest search here, and at least.
const PROOF_NODES: (u64, u64) = (50, 2_000_000);

/// Both mixes of a portfolio game, and what they prove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortfolioSolution {
    /// The attacker's mix: one probability per attack.
    pub attacker: MixedStrategy,
    /// The portfolios that the defender plays, in ascending order.
    pub portfolios: Vec<Portfolio>,
    /// One positive probability for each of them.
    pub defender: MixedStrategy,
    /// The interval that the mixes prove.
    pub certificate: PortfolioCertificate,
    /// Why it stopped.
    pub status: Status,
    /// Rounds of best responses.
    pub rounds: u64,
    /// Portfolios that were written down.
    pub seen: usize,
    /// Nodes of all exact searches together.
    pub nodes: u64,
}

/// Solves one end of a portfolio game: for rules and rates without two ends both are the same.
///
/// `settings.target_gap` is a fraction of the greatest loss, by default 1e-9; `settings.time_limit` holds for the
/// search, the proof of its answer comes after it.
///
/// # Errors
/// [`SolveError::Unsupported`] if an undefended rate is not exact or the game is larger than its checker accepts;
/// [`SolveError::Setting`] if a setting is out of range; else the computation failed.
///
/// # Examples
/// ```
/// use saddlepoint_game::portfolio::{Composition, End, PortfolioGame, Rate};
/// use saddlepoint_game::{numbered, rational::parse};
/// use saddlepoint_solver::{Settings, portfolio_oracle};
///
/// let rate = |text: &str| parse(text).map(Rate::exact);
/// let rates = ["0.2", "0.5", "0.4", "0.1"].map(rate).into_iter().collect::<Result<_, _>>()?;
/// let undefended = vec![rate("0.8")?, rate("1")?];
/// let (attacks, defences) = (numbered("a", 2), numbered("d", 2));
/// let game = PortfolioGame::new(attacks, undefended, defences, rates, "none".into(), Composition::Independent)?;
/// let solution = portfolio_oracle::solve(&game.with_max_size(1), End::Highest, &Settings::default())?;
/// assert_eq!(solution.certificate.upper, parse("0.3")?);
/// assert!(solution.certificate.gap() <= parse("1e-9")?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solve(game: &PortfolioGame, end: End, settings: &Settings) -> Result<PortfolioSolution, SolveError> {
    settings.validate()?;
    let limits = settings.limits();
    // 1. Seeds.
    let target = settings.target_gap.unwrap_or(DEFAULT_GAP);
    let mut implicit = Implicit::new(game, end, target, limits)?;
    // 2. Double oracle.
    let own = Settings { target_gap: Some(target), ..settings.with_time_left(limits) };
    let outcome = double_oracle::solve_oracle(&mut implicit, &own)?;
    let (attacker, defender) = (implicit.spread(&outcome.attacker, true), implicit.spread(&outcome.defender, false));
    let rounded = |weights: &[f64]| MixedStrategy::rounded(weights).map_err(|error| failed(&error.to_string()));
    let status = outcome.status;
    // 3. Exactly, if that is short.
    if status == Status::Converged
        && let Some((attacker, defender, value)) = exact(&mut implicit, limits)?
        && let Ok(solution) = proved(&implicit, attacker, &defender, &value, status, outcome.rounds)
    {
        return Ok(solution);
    }
    // 4. The proof; should it be too long, that of what the relaxation says, and of nothing.
    let (attacker, defender) = (rounded(&attacker)?, rounded(&defender)?);
    let relaxed = implicit.root_bound(&attacker.to_f64());
    let mut last = failed("there is no claim");
    for (claim, status) in [(outcome.lower.max(relaxed), status), (relaxed, Status::Stalled), (0.0, Status::Stalled)] {
        let claim = rational::from_f64((claim - CLAIM_MARGIN).max(0.0)).unwrap_or(Rational::ZERO);
        match proved(&implicit, attacker.clone(), &defender, &claim, status, outcome.rounds) {
            Ok(solution) => return Ok(solution),
            Err(error) => last = failed(&error.to_string()),
        }
    }
    Err(last)
}

/// The exact optimum over the portfolios seen, once none is missing; `None` if it would be long or the time is over.
fn exact(
    implicit: &mut Implicit<'_>,
    limits: Limits,
) -> Result<Option<(MixedStrategy, MixedStrategy, Rational)>, SolveError> {
    implicit.slack = 0.0;
    loop {
        let attacks = implicit.game.attacks().len();
        if attacks.max(implicit.portfolios.len()) > EXACT_STRATEGIES || limits.is_late() {
            return Ok(None);
        }
        let matrix = implicit.game.matrix(&implicit.portfolios, implicit.end);
        let game = Game::new(matrix.map_err(|error| failed(&error.to_string()))?);
        if game.loss.payoffs().to_rationals().iter().any(|loss| bits(loss) > EXACT_BITS) {
            return Ok(None);
        }
        let solution = crate::solve(&game, &Settings { max_iterations: None, ..Settings::default() })?;
        if !solution.certificate.gap().is_zero() {
            return Ok(None);
        }
        let value = solution.certificate.value();
        if !implicit.improve(&solution.attacker.to_f64(), rational::to_f64(&value)) {
            return Ok(Some((solution.attacker, solution.defender, value)));
        }
    }
}

fn bits(number: &Rational) -> usize {
    use dashu_int::ops::BitTest;
    number.numerator().bit_len() + number.denominator().bit_len()
}

fn proved(
    implicit: &Implicit<'_>,
    attacker: MixedStrategy,
    defender: &MixedStrategy,
    claim: &Rational,
    status: Status,
    rounds: u64,
) -> Result<PortfolioSolution, PortfolioError> {
    let played = implicit.portfolios.iter().zip(defender.probabilities()).filter(|(_, y)| !y.is_zero());
    let mut played: Vec<_> = played.map(|(portfolio, y)| (portfolio.clone(), y)).collect();
    played.sort_by(|a, b| (a.0.members().len(), &a.0).cmp(&(b.0.members().len(), &b.0)));
    let (portfolios, weights): (Vec<_>, Vec<_>) = played.into_iter().unzip();
    let defender = MixedStrategy::exact(weights).map_err(|_| PortfolioError::Shape {
        what: "portfolio probabilities",
        expected: portfolios.len(),
        found: 0,
    })?;
    let most = implicit.largest_search.saturating_mul(PROOF_NODES.0).max(PROOF_NODES.1);
    let certificate = certify(implicit.game, implicit.end, &attacker, &portfolios, &defender, claim, most)?;
    let (seen, nodes) = (implicit.portfolios.len(), implicit.nodes);
    Ok(PortfolioSolution { attacker, portfolios, defender, certificate, status, rounds, seen, nodes })
}

fn failed(reason: &str) -> SolveError {
    SolveError::Failed { method: Method::DoubleOracle, reason: reason.to_owned() }
}
