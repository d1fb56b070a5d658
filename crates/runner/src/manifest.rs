//! [`Manifest`]: what a results folder was made from and what it holds.

use std::path::Path;

use saddlepoint_game::diagnostic::Diagnostic;

use saddlepoint_game::digest_reader;
use serde::{Deserialize, Serialize};

use crate::atomic;
use crate::failure::Failure;
use crate::input::InputFile;

/// The format that this version writes and reads.
pub const SCHEMA: &str = "saddlepoint.manifest/1";

/// The contents of `manifest.json`. Everything but [`Timing`] is the same in every run on the same inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// `saddlepoint.manifest/1`.
    pub schema: String,
    /// Version of the program.
    pub version: String,
    /// Name of the scenario.
    pub scenario: String,
    /// What was read, in order: the scenario first.
    pub inputs: Vec<Digest>,
    /// Seed of everything random.
    pub seed: u64,
    /// Method that was asked for.
    pub solver: String,
    /// Number of points.
    pub points: u64,
    /// Points at which no defender mix satisfies the constraints.
    pub infeasible: u64,
    /// Points whose value missing cells leave open.
    pub open: u64,
    /// Largest certified gap of the other points.
    pub worst_gap: f64,
    /// What was written.
    pub files: Vec<Digest>,
    /// What differs from run to run.
    pub timing: Timing,
}

/// A file and its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Name, relative to the scenario's folder for inputs and to the results folder for outputs.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// What differs from run to run: how long it took, on how many threads, and where the inputs were.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Seconds of the last run, from start to figures.
    pub seconds: f64,
    /// Threads.
    pub jobs: usize,
    /// Folder of the scenario, relative to the results folder.
    pub scenario_folder: String,
}

impl Manifest {
    /// The manifest of a results folder.
    ///
    /// # Errors
    /// [`Failure::Input`] if the folder has none, or one of another version.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join("manifest.json");
        let problem = |message: String| {
            let hint = "a results folder is written by `sweep`, and has its manifest once the sweep is finished";
            Failure::input(Diagnostic::error("no-results", message).hint(hint))
        };
        if !path.exists() && folder.join(".work").exists() {
            return Err(problem(format!(
                "the sweep of `{}` is not finished: the same command goes on",
                folder.display()
            )));
        }
        let text = std::fs::read_to_string(&path)
            .map_err(|error| problem(format!("`{}` is no results folder: {error}", folder.display())))?;
        let manifest: Self = serde_json::from_str(&text)
            .map_err(|error| problem(format!("`{}` is no manifest: {error}", path.display())))?;
        if manifest.schema == SCHEMA {
            Ok(manifest)
        } else {
            Err(problem(format!("`{}` has the format `{}`, not `{SCHEMA}`", path.display(), manifest.schema)))
        }
    }

    /// Writes the manifest into its folder.
    ///
    /// # Errors
    /// [`Failure::Write`] if it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).map_err(|error| Failure::Computation(error.to_string()))?;
        atomic::write(&folder.join("manifest.json"), |file| writeln!(file, "{text}"))
    }

    /// Takes the digests of redrawn figures over, and writes the manifest if one changed.
    ///
    /// # Errors
    /// [`Failure`] if a figure cannot be read back or the manifest not written.
    pub fn refresh(&mut self, folder: &Path, figures: &[String]) -> Result<(), Failure> {
        let mut files: Vec<_> = self.files.iter().filter(|file| !file.file.starts_with("figures/")).cloned().collect();
        for figure in figures {
            files.push(Digest::of(folder, &format!("figures/{figure}"))?);
        }
        if files != self.files {
            self.files = files;
            self.write(folder)?;
        }
        Ok(())
    }
}

impl From<&InputFile> for Digest {
    fn from(input: &InputFile) -> Self {
        Self { file: input.name.clone(), sha256: input.sha256.clone() }
    }
}

impl Digest {
    /// The digest of a file in a folder.
    ///
    /// # Errors
    /// [`Failure::Computation`] if the file cannot be read back.
    pub fn of(folder: &Path, file: &str) -> Result<Self, Failure> {
        let sha256 = std::fs::File::open(folder.join(file)).and_then(digest_reader);
        let sha256 = sha256.map_err(|error| Failure::Computation(format!("cannot read back `{file}`: {error}")))?;
        Ok(Self { file: file.to_owned(), sha256 })
    }
}
