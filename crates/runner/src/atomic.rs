//! Files that appear whole or not at all.

use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::failure::Failure;

/// Writes a file beside its place, then moves it there in one step.
///
/// # Errors
/// [`Failure::Write`] if the folder is missing or full, or forbids it; the old file is then untouched.
pub(crate) fn write(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let attempt = || -> io::Result<()> {
        let mut file = NamedTempFile::new_in(folder)?;
        let mut buffered = io::BufWriter::with_capacity(1 << 16, file.as_file_mut());
        fill(&mut buffered)?;
        buffered.flush()?;
        drop(buffered);
        file.as_file().sync_all()?;
        share(file.path())?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    attempt().map_err(|error| Failure::write(path, error))
}

/// Creates a folder and those above it.
///
/// # Errors
/// [`Failure::Write`] if it cannot be created.
pub(crate) fn folder(path: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(path).map_err(|error| Failure::write(path, error))
}

/// Temporary files are private; results are for everyone whom the user's mask allows.
#[cfg(unix)]
pub(crate) fn share(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
pub(crate) fn share(_: &Path) -> io::Result<()> {
    Ok(())
}
