//! [`NoiseAnswer`]: what sampling noise does to the answer of a scenario.

use saddlepoint_game::noise::Noisy;
use saddlepoint_game::rational::to_f64;
use saddlepoint_game::scenario::{NoisyScenario, Parameters};
use saddlepoint_solver::concept::{self, ConceptError, Information};
use saddlepoint_solver::uncertainty::{
    self, Curse, NoiseCertificate, Posterior, Sampling, SplitBracket, UncertaintyError,
};
use saddlepoint_solver::{Settings, SolveError};

use super::{failure, unsolved};
use crate::failure::Failure;
use crate::input::Loaded;

/// Error probability of the certificate where `[noise]` does not say.
const MISS: f64 = 0.05;

/// Most cells in which further trials are valued.
const CELLS_MOST: usize = 10;

/// What noise does to an answer.
#[derive(Clone, Debug)]
pub struct NoiseAnswer {
    /// Error probability of each side of the certificate.
    pub miss: f64,
    /// Least and most trials of a count.
    pub trials: (u64, u64),
    /// Counts, and how many of them rest on assumed trials.
    pub counted: usize,
    /// See `counted`.
    pub assumed: usize,
    /// Channel and name of each single defence, as marginals are listed.
    pub base: Vec<(Option<String>, String)>,
    /// What holds in spite of the noise; why not, where nothing does.
    pub certificate: Result<NoiseCertificate, String>,
    /// Plausible values and mixes, where replicates are asked for.
    pub posterior: Option<Posterior>,
    /// What a fitted mix loses beyond its promise, likewise.
    pub curse: Option<Curse>,
    /// The bracket of splits, where splits are asked for.
    pub split: Option<SplitBracket>,
    /// What `[noise] more` further trials are worth in the cells that matter most: model, attack, defence, worth, best first.
    pub next: Vec<([String; 3], Information)>,
}

/// What noise does to a scenario with `[noise]`; `None` for one without.
///
/// # Errors
/// [`Failure::Input`] if the scenario has no counts, with what to add.
pub fn noise(
    loaded: &Loaded,
    parameters: &Parameters,
    seed: u64,
    settings: &Settings,
) -> Result<Option<NoiseAnswer>, Failure> {
    let Some(table) = &loaded.file.scenario.noise else { return Ok(None) };
    let noisy = NoisyScenario::new(&loaded.file, &loaded.sources, &loaded.template, parameters)?;
    let miss = table.certificate.as_ref().map_or(MISS, |number| to_f64(&number.0));
    let certificate = match uncertainty::certificate(&noisy, miss, settings) {
        Ok(found) => Ok(found),
        Err(error @ UncertaintyError::NotMonotone) => Err(error.to_string()),
        Err(error) => return Err(refused(&error)),
    };
    let sampling = |replicates: usize| Sampling {
        replicates: replicates as u64,
        seed,
        threads: settings.threads,
        time_limit: settings.time_limit,
    };
    let drawn = table.replicates.map(sampling);
    let posterior = drawn.as_ref().map(|sampling| uncertainty::posterior(&noisy, sampling)).transpose();
    let curse = drawn.as_ref().map(|sampling| uncertainty::curse(&noisy, sampling)).transpose();
    let split = table.split.map(|splits| uncertainty::split_bracket(&noisy, &sampling(splits))).transpose();
    let next = table.more.map_or(Ok(Vec::new()), |more| worth(&noisy, more)).map_err(|error| unsolved(&error))?;
    let trials = || noisy.tally().counts().iter().map(|count| count.trials());
    Ok(Some(NoiseAnswer {
        miss,
        trials: (trials().min().unwrap_or(0), trials().max().unwrap_or(0)),
        counted: noisy.tally().counts().len(),
        assumed: noisy.tally().assumed(),
        base: noisy.base().to_vec(),
        certificate,
        posterior: posterior.map_err(|error| refused(&error))?,
        curse: curse.map_err(|error| refused(&error))?,
        split: split.map_err(|error| refused(&error))?,
        next,
    }))
}

/// What further trials are worth in the cells that matter most.
fn worth(noisy: &NoisyScenario<'_>, more: u64) -> Result<Vec<([String; 3], Information)>, ConceptError> {
    let mut found = Vec::new();
    for (count, _) in concept::screen(noisy, CELLS_MOST)? {
        if let Some(label) = noisy.label(count) {
            found.push((label.clone(), concept::information(noisy, count, more)?));
        }
    }
    found.sort_by(|a, b| b.1.worth.total_cmp(&a.1.worth));
    Ok(found)
}

fn refused(error: &UncertaintyError) -> Failure {
    match error {
        UncertaintyError::Solve(error) => failure(error),
        other => {
            failure(&SolveError::Failed { method: saddlepoint_solver::Method::Simplex, reason: other.to_string() })
        }
    }
}
