//! Times one solver on games in memory: the Rust half of the comparison `scripts/peers`.
//!
//! ```text
//! peers list                                                the solvers, one a line
//! peers versions                                            the libraries compared with, one a line
//! peers <solver> <file> <attacks> <defences> <repeats>      one or two lines of JSON
//! ```
//!
//! The file holds the losses of one game or of many of the same shape, row by row, as native doubles. What is timed
//! starts with these doubles in memory and ends with the mixes of every game in memory, and is repeated as often as
//! asked unless it takes long. Pass `plain` gives the answer in doubles; pass `certified`, of our own methods, starts
//! from the same doubles and ends with the exact certificate. Each announces itself by a line before its result. Mixes
//! are printed in full digits, game after game: whoever reads them judges them. A solver that fails says so in `error`; one
//! that panics takes the process down, and one that hangs is for the caller to end.
#![allow(clippy::print_stdout)] // The lines of JSON are the result.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use saddlepoint_game::certificate::Certificate;
use saddlepoint_game::rational::{to_f64_above, to_f64_below};
use saddlepoint_game::{Game, LossMatrix, numbered};
use saddlepoint_solver::batch::{self, Batch, Equilibria};
use saddlepoint_solver::numeric::{self, Equilibrium};
use saddlepoint_solver::simplex::Workspace;
use saddlepoint_solver::{Method, Settings, Solution, SolveError, solve_with};

/// No further repeat is started after so long.
const PATIENCE: Duration = Duration::from_secs(2);

/// A game as its user has it: losses row by row.
#[derive(Clone, Copy)]
struct Losses<'a> {
    cells: &'a [f64],
    columns: usize,
}

/// What a solver returns for one game, or for many, one after the other.
#[derive(Default)]
struct Mixes {
    /// Empty where a solver was asked for the defender's mix alone.
    attacker: Vec<f64>,
    defender: Vec<f64>,
    /// Time inside the solver's own call, without handing the game over and reading the answer.
    core: Duration,
    /// For each game the interval in which the value is claimed to be; empty where nothing is claimed.
    proved: Vec<(f64, f64)>,
}

/// Solves all games of a file.
type Solver = Box<dyn FnMut(&[f64]) -> Result<Mixes, String>>;

/// A solver of one game, used for one after the other.
fn each(
    (rows, columns): (usize, usize),
    mut solver: impl FnMut(Losses<'_>) -> Result<Mixes, String> + 'static,
) -> Solver {
    Box::new(move |cells| {
        let mut all = Mixes::default();
        for cells in cells.chunks_exact(rows * columns) {
            let one = solver(black_box(Losses { cells, columns }))?;
            all.attacker.extend(one.attacker);
            all.defender.extend(one.defender);
            all.core += one.core;
            all.proved.extend(one.proved);
        }
        Ok(all)
    })
}

fn main() -> Result<(), String> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [only] if only == "list" => names().iter().for_each(|name| println!("{name}")),
        [only] if only == "versions" => versions().iter().for_each(|line| println!("{line}")),
        [solver @ .., file, rows, columns, repeats] if !solver.is_empty() => {
            let count = |text: &String| text.parse().map_err(|error| format!("`{text}`: {error}"));
            run(&solver.join(" "), file, (count(rows)?, count(columns)?), count(repeats)?)?;
        }
        _ => return Err("usage: peers list | versions | <solver> <file> <attacks> <defences> <repeats>".to_owned()),
    }
    Ok(())
}

/// Our solver of many small games at once.
const BATCH: &str = "saddlepoint batch";

fn names() -> Vec<String> {
    // As a user gets them, but for learning methods: their own goals are too loose, or too far for their pace.
    let ours = Method::ALL.iter().map(|method| match method.as_str() {
        name @ "fictitious-play" => format!("saddlepoint {name}@1e-2"),
        name @ ("regret-matching" | "extragradient") => format!("saddlepoint {name}@1e-6"),
        name => format!("saddlepoint {name}"),
    });
    let theirs = ["good_lp + microlp", "good_lp + microlp (defender only)", "microlp", "minilp", "clarabel"];
    ours.chain([BATCH.to_owned()]).chain(theirs.map(str::to_owned)).collect()
}

fn versions() -> Vec<String> {
    const COMPARED: [&str; 4] = ["clarabel", "good_lp", "microlp", "minilp"];
    let lock = include_str!("../../../Cargo.lock");
    let quoted = |line: &str, key| line.strip_prefix(key)?.split('"').nth(1).map(str::to_owned);
    let pairs = lock.lines().zip(lock.lines().skip(1));
    let packages = pairs.filter_map(|(first, second)| Some((quoted(first, "name")?, quoted(second, "version")?)));
    let compared = packages.filter(|(name, _)| COMPARED.contains(&name.as_str()));
    compared.map(|(name, version)| format!("{name} {version}")).collect()
}

fn run(solver: &str, file: &str, shape: (usize, usize), repeats: usize) -> Result<(), String> {
    let bytes = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
    let cells: Vec<_> = bytes.as_chunks().0.iter().copied().map(f64::from_ne_bytes).collect();
    if shape.0 * shape.1 == 0 || cells.is_empty() || cells.len() % (shape.0 * shape.1) != 0 {
        return Err(format!("{file} does not hold games of {} × {}", shape.0, shape.1));
    }
    let time = |pass, solver| {
        println!("{{\"begin\":\"{pass}\"}}");
        println!("{}", time(pass, solver, &cells, repeats));
    };
    match solver {
        "good_lp + microlp" => time("plain", each(shape, both(good_lp_defender))),
        "good_lp + microlp (defender only)" => time("plain", each(shape, defender_only(good_lp_defender))),
        "microlp" => time("plain", each(shape, both(microlp_defender))),
        "minilp" => time("plain", each(shape, both(minilp_defender))),
        "clarabel" => time("plain", each(shape, clarabel)),
        BATCH => {
            time("plain", batch(shape)?);
            time("certified", batch_certified(shape));
        }
        _ => {
            let method = solver.strip_prefix("saddlepoint ").ok_or_else(|| format!("there is no solver `{solver}`"))?;
            let settings = settings(method)?;
            if has_doubles(&settings) {
                time("plain", plain(settings.clone(), shape));
            }
            time("certified", certified(settings, shape));
        }
    }
    Ok(())
}

/// Repeats one pass over all games, and puts down its times and the answers of the last repeat.
fn time(pass: &str, mut solver: Solver, cells: &[f64], repeats: usize) -> String {
    let (mut times, mut cores, mut answers) = (Vec::new(), Vec::new(), Mixes::default());
    let begun = Instant::now();
    while times.is_empty() || (times.len() < repeats && begun.elapsed() < PATIENCE) {
        drop(answers);
        let start = Instant::now();
        answers = match solver(cells) {
            Ok(mixes) => mixes,
            Err(error) => return format!("{{\"pass\":\"{pass}\",\"error\":{error:?}}}"),
        };
        times.push(start.elapsed().as_secs_f64());
        cores.push(answers.core.as_secs_f64());
    }
    let Mixes { attacker, defender, proved, .. } = answers;
    if attacker.iter().chain(&defender).any(|probability| !probability.is_finite()) {
        return format!("{{\"pass\":\"{pass}\",\"error\":\"the answer is not finite\"}}");
    }
    let mut line = format!("{{\"pass\":\"{pass}\",\"times\":{times:?},\"core\":{cores:?}");
    let _ = write!(line, ",\"x\":{attacker:?},\"y\":{defender:?}");
    if !proved.is_empty() {
        let (lower, upper): (Vec<_>, Vec<_>) = proved.into_iter().unzip();
        let _ = write!(line, ",\"lower\":{lower:?},\"upper\":{upper:?}");
    }
    line + "}"
}

/// Reads a method of ours, followed by its target gap if it is not to be its own: `extragradient@1e-6`.
fn settings(text: &str) -> Result<Settings, String> {
    let (name, gap) = text.split_once('@').map_or((text, None), |(name, gap)| (name, Some(gap)));
    let method = name.parse::<Method>().map_err(|error| error.to_string())?;
    let target_gap = gap.map(|gap| gap.parse().map_err(|_| format!("`{gap}` is no gap"))).transpose()?;
    Ok(Settings { target_gap, ..Settings::with_method(method) })
}

fn certified(settings: Settings, (rows, columns): (usize, usize)) -> Solver {
    // All games of a shape share their labels.
    let (attacks, defences) = (numbered("a", rows), numbered("d", columns));
    let mut workspace = Workspace::default();
    each((rows, columns), move |losses| {
        let loss = LossMatrix::from_f64(attacks.clone(), defences.clone(), losses.cells).map_err(|e| e.to_string())?;
        let game = Game::new(loss);
        let start = Instant::now();
        let solution = solve_with(&mut workspace, &game, &settings).map_err(|error| error.to_string())?;
        let core = start.elapsed();
        Ok(Mixes { core, ..certified_mixes(&solution) })
    })
}

fn certified_mixes(solution: &Solution) -> Mixes {
    let Certificate { lower, upper, .. } = &solution.certificate;
    Mixes {
        attacker: solution.attacker.to_f64(),
        defender: solution.defender.to_f64(),
        core: Duration::ZERO,
        proved: vec![(to_f64_below(lower), to_f64_above(upper))],
    }
}

/// Many games at once: doubles in, doubles out.
fn batch((rows, columns): (usize, usize)) -> Result<Solver, String> {
    let mut batch = Batch::new(rows, columns).map_err(|error| error.to_string())?;
    Ok(Box::new(move |cells| {
        let mut found = Equilibria::default();
        let start = Instant::now();
        batch.solve(black_box(cells), &mut found).map_err(|error| error.to_string())?;
        let Equilibria { attackers: attacker, defenders: defender, bounds: proved, .. } = found;
        Ok(Mixes { attacker, defender, core: start.elapsed(), proved })
    }))
}

/// Many games at once, each with its exact certificate.
fn batch_certified((rows, columns): (usize, usize)) -> Solver {
    let (attacks, defences) = (numbered("a", rows), numbered("d", columns));
    let mut workspace = batch::Workspace::default();
    Box::new(move |cells| {
        let game = |cells| LossMatrix::from_f64(attacks.clone(), defences.clone(), cells).map(Game::new);
        let games: Result<Vec<_>, _> = black_box(cells).chunks_exact(rows * columns).map(game).collect();
        let games = games.map_err(|error| error.to_string())?;
        let start = Instant::now();
        let solutions = batch::solve_with(&mut workspace, &games);
        let mut all = Mixes { core: start.elapsed(), ..Mixes::default() };
        for solution in solutions {
            let one = certified_mixes(&solution.map_err(|error| error.to_string())?);
            all.attacker.extend(one.attacker);
            all.defender.extend(one.defender);
            all.proved.extend(one.proved);
        }
        Ok(all)
    })
}

/// Whether the method solves in doubles alone.
fn has_doubles(settings: &Settings) -> bool {
    !matches!(numeric::solve(&[0.0], 1, 1, settings), Err(SolveError::Unsupported { .. }))
}

fn plain(settings: Settings, (rows, columns): (usize, usize)) -> Solver {
    each((rows, columns), move |losses| {
        let start = Instant::now();
        let found = numeric::solve(losses.cells, rows, columns, &settings).map_err(|error| error.to_string())?;
        let core = start.elapsed();
        let Equilibrium { attacker, defender, lower, upper, .. } = found;
        Ok(Mixes { attacker, defender, core, proved: vec![(lower, upper)] })
    })
}

/// A linear-programming library used as its documentation shows, without shift, scaling or refinement: minimise `w`
/// over `A y ≤ w`, `Σ y = 1`, `y ≥ 0`, `w` free. Returns `y`, and the time of the solve call alone.
type DefenderProgram = fn(Losses<'_>) -> Result<(Vec<f64>, Duration), String>;

fn defender_only(program: DefenderProgram) -> impl FnMut(Losses<'_>) -> Result<Mixes, String> {
    move |losses| program(losses).map(|(defender, core)| Mixes { defender, core, ..Mixes::default() })
}

/// The libraries give no dual values, so the attacker's mix is the defender's in the transposed game of gains.
fn both(program: DefenderProgram) -> impl FnMut(Losses<'_>) -> Result<Mixes, String> {
    move |losses| {
        let (defender, first) = program(losses)?;
        let Losses { cells, columns } = losses;
        let gains: Vec<_> = (0..columns).flat_map(|j| cells[j..].iter().step_by(columns).map(|loss| -loss)).collect();
        let (attacker, second) = program(Losses { cells: &gains, columns: cells.len() / columns })?;
        Ok(Mixes { attacker, defender, core: first + second, ..Mixes::default() })
    }
}

fn good_lp_defender(losses: Losses<'_>) -> Result<(Vec<f64>, Duration), String> {
    use good_lp::{Expression, ProblemVariables, Solution as _, SolverModel as _, constraint, variable};

    let mut model = ProblemVariables::new();
    let value = model.add(variable());
    let mix = model.add_vector(variable().min(0.0), losses.columns);
    let mut solver = model.minimise(value).using(good_lp::microlp);
    for row in losses.cells.chunks_exact(losses.columns) {
        let loss: Expression = mix.iter().zip(row).map(|(y, loss)| *loss * *y).sum();
        solver.add_constraint(constraint::leq(loss, value));
    }
    solver.add_constraint(constraint::eq(mix.iter().sum::<Expression>(), 1.0));
    let start = Instant::now();
    let solution = solver.solve().map_err(|error| error.to_string())?;
    let core = start.elapsed();
    Ok((mix.into_iter().map(|y| solution.value(y)).collect(), core))
}

/// `microlp` is a fork of `minilp`: the same calls on other types, but for the outcome, which may have no solution.
macro_rules! defender_program {
    ($name:ident, $library:ident, $solution:expr) => {
        fn $name(losses: Losses<'_>) -> Result<(Vec<f64>, Duration), String> {
            use $library::{ComparisonOp, OptimizationDirection, Problem};

            let mut problem = Problem::new(OptimizationDirection::Minimize);
            let value = problem.add_var(1.0, (f64::NEG_INFINITY, f64::INFINITY));
            let mix: Vec<_> = (0..losses.columns).map(|_| problem.add_var(0.0, (0.0, f64::INFINITY))).collect();
            for row in losses.cells.chunks_exact(losses.columns) {
                let loss = mix.iter().copied().zip(row.iter().copied()).chain([(value, -1.0)]);
                problem.add_constraint(loss.collect::<Vec<_>>(), ComparisonOp::Le, 0.0);
            }
            problem.add_constraint(mix.iter().map(|y| (*y, 1.0)).collect::<Vec<_>>(), ComparisonOp::Eq, 1.0);
            let start = Instant::now();
            let outcome = problem.solve().map_err(|error| error.to_string())?;
            let core = start.elapsed();
            let solution = $solution(outcome)?;
            Ok((mix.into_iter().map(|y| solution[y]).collect(), core))
        }
    };
}

defender_program!(microlp_defender, microlp, |outcome: microlp::SolveOutcome| {
    outcome.into_solution().map_err(|_| "stopped without a solution".to_owned())
});
defender_program!(minilp_defender, minilp, Ok::<minilp::Solution, String>);

/// The same program in the cones of `clarabel`, which gives the duals: the attacker's mix comes with the first solve.
fn clarabel(losses: Losses<'_>) -> Result<Mixes, String> {
    use clarabel::algebra::CscMatrix;
    use clarabel::solver::SupportedConeT::{NonnegativeConeT, ZeroConeT};
    use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver as _};

    let (n, m) = (losses.columns, losses.cells.len() / losses.columns);
    // Variables y, w; rows: m of A y - w ≤ 0, n of -y ≤ 0, one of Σ y = 1. Column by column.
    let (mut starts, mut rows, mut values) = (vec![0], Vec::new(), Vec::new());
    for j in 0..n {
        rows.extend((0..m).chain([m + j, m + n]));
        values.extend(losses.cells[j..].iter().step_by(n).copied().chain([-1.0, 1.0]));
        starts.push(rows.len());
    }
    rows.extend(0..m);
    values.extend(std::iter::repeat_n(-1.0, m));
    starts.push(rows.len());
    let matrix = CscMatrix::new(m + n + 1, n + 1, starts, rows, values);
    let mut costs = vec![0.0; n];
    costs.push(1.0);
    let mut right = vec![0.0; m + n];
    right.push(1.0);
    let cones = [NonnegativeConeT(m + n), ZeroConeT(1)];
    let chosen = DefaultSettings { verbose: false, ..DefaultSettings::default() };
    let none = CscMatrix::zeros((n + 1, n + 1));
    let start = Instant::now();
    let mut solver = DefaultSolver::new(&none, &costs, &matrix, &right, &cones, chosen).map_err(|e| e.to_string())?;
    solver.solve();
    let core = start.elapsed();
    let (attacker, defender) = (solver.solution.z[..m].to_vec(), solver.solution.x[..n].to_vec());
    Ok(Mixes { attacker, defender, core, ..Mixes::default() })
}
