//! Sweeps: every point of a scenario, in parallel, kept as it goes.
//!
//! 1. Plan: lay the games out and number the points.
//! 2. Find what an earlier run of the same sweep left in `.work/`.
//! 3. Solve the other batches on all cores; append each to a checksummed segment.
//! 4. Write the results in sweep order, each file by an atomic rename, the manifest last; remove `.work/`.
//!
//! Nothing of this depends on the number of threads or on where a run was stopped.

mod export;
pub(crate) mod figures;
mod plan;
mod row;
mod segments;
pub(crate) mod verify;
mod work;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;
use saddlepoint_game::digest_bytes;
use saddlepoint_solver::{Method, Settings, batch};
use serde_json::json;

pub(crate) use plan::Plan;

use self::segments::{Batch, Stored, Writer};
use crate::answer;
use crate::atomic;
use crate::failure::Failure;
use crate::input::Loaded;
use crate::manifest::{self, Digest, Manifest, Timing};
use crate::printer::Printer;

/// Points of one batch: large enough to cost nothing to store, small enough to lose nothing that matters.
const BATCH: u64 = 512;

/// Batches that may wait to be written.
const WAITING_MOST: usize = 16;

/// What the progress bar says.
const PROGRESS: &str = "{bar:32} {human_pos}/{human_len} points, {per_sec}, {eta} left";

/// What a sweep is asked to do.
pub(crate) struct Request<'a> {
    pub(crate) loaded: Loaded,
    pub(crate) out: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) seed: u64,
    pub(crate) jobs: usize,
    pub(crate) stop: &'a AtomicBool,
}

/// What a sweep came to.
pub(crate) struct Outcome {
    pub(crate) manifest: Manifest,
    pub(crate) figures: Vec<PathBuf>,
}

/// Runs a sweep, or goes on with it.
pub(crate) fn run(request: Request<'_>, printer: &Printer) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let Request { mut loaded, out, mut settings, seed, jobs, stop } = request;
    // `auto` ends a single solve exactly; a sweep carries interval certificates unless `exact` is asked for.
    let asked = settings.method;
    if settings.method == Method::Auto {
        settings.method = Method::Simplex;
    }
    // The points share the threads.
    settings.threads = 1;
    let figures = figures::resolve(&loaded);
    let left_out = figures.len() < loaded.file.scenario.figure.len();
    loaded.file.scenario.figure = figures;
    let as_run = loaded.file.to_toml().map_err(|problem| Failure::input(*problem))?;
    let mut plan = Plan::new(loaded)?;
    plan.seed = seed;
    if std::fs::read_to_string(out.join("scenario.toml")).is_ok_and(|before| before != as_run) {
        printer.note(&format!("`{}` held results of other settings: they are replaced", out.display()));
    }
    let work = out.join(".work");
    let _lock = lock(&work)?;
    let identity = identity(&plan, &as_run, asked, seed, &settings);
    let stored = resume(&work, &identity, &plan, printer)?;
    let stored = solve_rest(&plan, &work, stored, &settings, jobs, stop, printer)?;
    if !export::any_answer(&stored).map_err(|error| Failure::write(&work, error))? {
        return Err(no_answer(&plan, &out, &work, &settings));
    }

    atomic::write(&out.join("scenario.toml"), |file| file.write_all(as_run.as_bytes()))?;
    let (table, database) = (out.join("points.csv"), out.join("points.sqlite"));
    let (summary, stored_too) =
        rayon::join(|| export::csv(&table, &plan, &stored), || export::sqlite(&database, &plan, &stored));
    let summary = summary?;
    stored_too?;
    let scenario = &plan.loaded.file.scenario;
    figures::write_numbers(scenario, &out)?;
    figures::write_solved(&plan, scenario, &settings, &out)?;
    let figures = figures::draw_all(scenario, &out)?;
    let mut files = vec!["scenario.toml".to_owned(), "points.csv".to_owned(), "points.sqlite".to_owned()];
    files.extend(figures.iter().map(|figure| format!("figures/{figure}")));
    let manifest = Manifest {
        schema: manifest::SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario: plan.loaded.file.scenario.name.clone(),
        inputs: plan.loaded.inputs.iter().map(Digest::from).collect(),
        seed,
        solver: asked.as_str().to_owned(),
        points: plan.points,
        infeasible: summary.infeasible,
        open: summary.open,
        worst_gap: summary.worst_gap,
        files: files.iter().map(|file| Digest::of(&out, file)).collect::<Result<_, _>>()?,
        timing: Timing {
            seconds: started.elapsed().as_secs_f64(),
            jobs,
            scenario_folder: scenario_folder(plan.loaded.file.name(), &out),
        },
    };
    manifest.write(&out)?;
    std::fs::remove_dir_all(&work).map_err(|error| Failure::write(&work, error))?;
    if left_out {
        printer.note("some figures of the scenario cannot be drawn from this sweep, and are left out");
    }
    Ok(Outcome { manifest, figures: figures.iter().map(|figure| out.join("figures").join(figure)).collect() })
}

/// Why no point at all has an answer, as the first point tells it. There are no results, so nothing is left behind.
fn no_answer(plan: &Plan, out: &Path, work: &Path, settings: &Settings) -> Failure {
    if let Err(error) = std::fs::remove_dir_all(work) {
        return Failure::write(work, error);
    }
    // Earlier results stay; only a folder that this run made is empty now.
    let _ = std::fs::remove_dir(out);
    match answer::first_point(&plan.loaded).and_then(|(first, _)| answer::solve(&first, settings)) {
        Err(failure) => failure,
        Ok(_) => Failure::Computation("no point has an answer, yet the first one can be solved alone".to_owned()),
    }
}

/// The folder of a scenario as seen from a results folder, so that both may be moved together.
fn scenario_folder(scenario: &str, out: &Path) -> String {
    let folder = Path::new(scenario).parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let (Ok(to), Ok(from)) = (folder.canonicalize(), out.canonicalize()) else {
        return folder.display().to_string();
    };
    let shared = to.components().zip(from.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| Path::new(".."));
    let down = to.components().skip(shared).map(|part| Path::new(part.as_os_str()).to_path_buf());
    up.map(Path::to_path_buf).chain(down).collect::<PathBuf>().display().to_string()
}

/// What must be the same for work to be gone on with.
fn identity(plan: &Plan, as_run: &str, method: Method, seed: u64, settings: &Settings) -> String {
    let inputs: Vec<_> = plan.loaded.inputs.iter().skip(1).map(|input| (&input.name, &input.sha256)).collect();
    let identity = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "scenario": digest_bytes(as_run.as_bytes()),
        "inputs": inputs,
        "solver": method.as_str(),
        "seed": seed,
        "time_limit": settings.time_limit.map(|limit| limit.as_secs_f64()),
        "batch": BATCH,
    });
    format!("{identity:#}\n")
}

/// Takes the folder of unfinished work for this process alone, until the file is dropped.
fn lock(work: &Path) -> Result<File, Failure> {
    atomic::folder(work)?;
    let path = work.join("lock");
    let file = File::create(&path).map_err(|error| Failure::write(&path, error))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            Err(Failure::Computation(format!("another sweep is writing into `{}`", work.display())))
        }
        // A file system without locks leaves it to the user.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
    }
}

/// Finds the stored batches of the same sweep; work of another one is removed.
fn resume(work: &Path, identity: &str, plan: &Plan, printer: &Printer) -> Result<Vec<Stored>, Failure> {
    let identity_file = work.join("identity.json");
    let unreadable = |error| Failure::write(work, error);
    let found = std::fs::read_to_string(&identity_file).ok();
    if found.as_deref() == Some(identity) {
        let stored = segments::scan(work).map_err(unreadable)?;
        let known = |record: &Stored| record.start.is_multiple_of(BATCH) && record.count == length(plan, record.start);
        let stored: Vec<_> = stored.into_iter().filter(known).collect();
        let points: u64 = stored.iter().map(|record| record.count).sum();
        printer.note(&format!("going on with {points} of {} points that an earlier run left", plan.points));
        return Ok(stored);
    }
    if found.is_some() {
        printer.note("an earlier run had other inputs or settings: its unfinished work is left out");
    }
    segments::remove(work).map_err(unreadable)?;
    atomic::write(&identity_file, |file| file.write_all(identity.as_bytes()))?;
    Ok(Vec::new())
}

/// Number of points in the batch that starts at `start`.
fn length(plan: &Plan, start: u64) -> u64 {
    BATCH.min(plan.points.saturating_sub(start))
}

/// Solves the batches that are not stored yet.
fn solve_rest(
    plan: &Plan,
    work: &Path,
    mut stored: Vec<Stored>,
    settings: &Settings,
    jobs: usize,
    stop: &AtomicBool,
    printer: &Printer,
) -> Result<Vec<Stored>, Failure> {
    let done: std::collections::HashSet<_> = stored.iter().map(|record| record.start).collect();
    let batches = plan.points.div_ceil(BATCH);
    let bar = progress_bar(plan, &stored, printer);
    // More threads than batches would only wait for one another.
    let threads = jobs.min(usize::try_from(batches).unwrap_or(usize::MAX)).max(1);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Failure::Computation(error.to_string()))?;
    let mut writer = Writer::create(work).map_err(|error| Failure::write(work, error))?;
    let (sender, receiver) = mpsc::sync_channel::<Result<Batch, Failure>>(WAITING_MOST);
    let failed = AtomicBool::new(false);
    let halted = || stop.load(Ordering::Relaxed) || failed.load(Ordering::Relaxed);
    let written = std::thread::scope(|scope| {
        scope.spawn(|| {
            let sender = sender;
            pool.install(|| {
                (0..batches).into_par_iter().map(|k| k * BATCH).filter(|start| !done.contains(start)).for_each_init(
                    || (batch::Workspace::default(), sender.clone()),
                    |(workspace, sender), start| {
                        if !halted() {
                            let batch = work::solve_batch(plan, start, length(plan, start), settings, workspace);
                            // The receiver is gone only after a failure, which it reports.
                            let _ = sender.send(batch);
                        }
                    },
                );
            });
        });
        let mut first_failure = None;
        for batch in receiver {
            let result = batch.and_then(|batch| {
                let record = writer.append(&batch).map_err(|error| Failure::write(work, error))?;
                bar.inc(record.count);
                stored.push(record);
                Ok(())
            });
            if let Err(failure) = result {
                failed.store(true, Ordering::Relaxed);
                first_failure.get_or_insert(failure);
            }
        }
        match first_failure {
            Some(failure) => Err(failure),
            None => writer.sync().map_err(|error| Failure::write(work, error)),
        }
    });
    bar.finish_and_clear();
    written?;
    stored.sort_by_key(|record| record.start);
    let points: u64 = stored.iter().map(|record| record.count).sum();
    if points < plan.points {
        return Err(Failure::Interrupted(format!(
            "stopped: {points} of {} points are kept; the same command goes on from there",
            plan.points
        )));
    }
    Ok(stored)
}

fn progress_bar(plan: &Plan, stored: &[Stored], printer: &Printer) -> ProgressBar {
    let target = if printer.shows_progress() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(plan.points), target);
    if let Ok(style) = ProgressStyle::with_template(PROGRESS) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar.set_position(stored.iter().map(|record| record.count).sum());
    bar.reset_eta();
    bar
}
