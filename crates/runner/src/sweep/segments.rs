//! Append-only, checksummed segments: where a sweep keeps its work while it runs.
//!
//! A segment is a sequence of records, each `length, CRC-32, payload`. A record holds the rows of consecutive points.
//! A record that was cut short by a kill fails its checksum and is left out when the sweep is started again, so nothing
//! half-written is ever read. Records are written whole as they arrive, and synced at least every second.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::row::Row;

/// Longest time that a written record waits for a sync.
const SYNC_EVERY: Duration = Duration::from_millis(900);

/// Largest believable record; a larger length is damage.
const RECORD_MOST: u32 = 1 << 30;

/// Rows of consecutive points.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Batch {
    /// First point.
    pub(crate) start: u64,
    /// One row per point.
    pub(crate) rows: Vec<Row>,
}

/// Where a batch is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) start: u64,
    pub(crate) count: u64,
    file: PathBuf,
    offset: u64,
}

/// Writes batches to a new segment.
pub(crate) struct Writer {
    file: File,
    path: PathBuf,
    offset: u64,
    synced: Instant,
}

impl Writer {
    /// Opens a new segment in a folder.
    pub(crate) fn create(folder: &Path) -> io::Result<Self> {
        let next = (0..u32::MAX).map(|k| folder.join(format!("segment-{k:06}.bin"))).find(|path| !path.exists());
        let path = next.ok_or_else(|| io::Error::other("no free segment name"))?;
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        Ok(Self { file, path, offset: 0, synced: Instant::now() })
    }

    /// Appends a batch and says where it is.
    pub(crate) fn append(&mut self, batch: &Batch) -> io::Result<Stored> {
        let payload = postcard::to_stdvec(batch).map_err(io::Error::other)?;
        let length = u32::try_from(payload.len()).ok().filter(|length| *length < RECORD_MOST);
        let length = length.ok_or_else(|| io::Error::other("a batch of rows is too large to store"))?;
        let mut record = Vec::with_capacity(payload.len() + 8);
        record.extend_from_slice(&length.to_le_bytes());
        record.extend_from_slice(&crc32fast::hash(&payload).to_le_bytes());
        record.extend_from_slice(&payload);
        self.file.write_all(&record)?;
        let stored =
            Stored { start: batch.start, count: batch.rows.len() as u64, file: self.path.clone(), offset: self.offset };
        self.offset += record.len() as u64;
        if self.synced.elapsed() >= SYNC_EVERY {
            self.sync()?;
        }
        Ok(stored)
    }

    /// Makes everything appended so far survive a power cut.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.synced = Instant::now();
        self.file.sync_data()
    }
}

/// The segments of a folder, in order.
fn segments(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "bin"))
        .collect();
    paths.sort();
    Ok(paths)
}

/// Removes the segments of a folder.
pub(crate) fn remove(folder: &Path) -> io::Result<()> {
    segments(folder)?.into_iter().try_for_each(std::fs::remove_file)
}

/// Finds every whole record of a folder's segments.
pub(crate) fn scan(folder: &Path) -> io::Result<Vec<Stored>> {
    let mut stored = Vec::new();
    for path in segments(folder)? {
        let mut reader = BufReader::new(File::open(&path)?);
        let mut offset = 0;
        while let Some(payload) = read_record(&mut reader)? {
            // A record with a good checksum that is no batch is not ours; what follows it cannot be trusted.
            let Ok(batch) = postcard::from_bytes::<Batch>(&payload) else { break };
            stored.push(Stored { start: batch.start, count: batch.rows.len() as u64, file: path.clone(), offset });
            offset += payload.len() as u64 + 8;
        }
    }
    stored.sort_by_key(|record| record.start);
    stored.dedup_by_key(|record| record.start);
    Ok(stored)
}

/// The next record's payload; `None` at the end or where the file is damaged.
fn read_record(reader: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut header = [0; 8];
    if !read_whole(reader, &mut header)? {
        return Ok(None);
    }
    let [a, b, c, d, e, f, g, h] = header;
    let (length, checksum) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
    if length >= RECORD_MOST {
        return Ok(None);
    }
    let mut payload = Vec::new();
    reader.take(u64::from(length)).read_to_end(&mut payload)?;
    let whole = payload.len() == length as usize && crc32fast::hash(&payload) == checksum;
    Ok(whole.then_some(payload))
}

fn read_whole(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match reader.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// Reads stored batches, keeping the last file open.
#[derive(Default)]
pub(crate) struct Batches {
    open: Option<(PathBuf, BufReader<File>)>,
}

impl Batches {
    /// The rows of one stored batch.
    pub(crate) fn load(&mut self, stored: &Stored) -> io::Result<Batch> {
        if self.open.as_ref().is_none_or(|(path, _)| *path != stored.file) {
            self.open = Some((stored.file.clone(), BufReader::new(File::open(&stored.file)?)));
        }
        let Some((_, reader)) = &mut self.open else { return Err(io::Error::other("no segment is open")) };
        reader.seek(SeekFrom::Start(stored.offset))?;
        let payload = read_record(reader)?.ok_or_else(|| io::Error::other("a stored batch was damaged"))?;
        postcard::from_bytes(&payload).map_err(io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(start: u64) -> Batch {
        Batch { start, rows: vec![Row { answer: None, warnings: vec!["x".to_owned()] }; 3] }
    }

    #[test]
    fn whole_records_are_found_and_a_cut_one_is_left_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut writer = Writer::create(folder.path()).expect("a segment");
        for start in [0, 3, 6] {
            writer.append(&batch(start)).expect("an append");
        }
        let path = writer.path.clone();
        let bytes = std::fs::read(&path).expect("bytes");
        for cut in 0..bytes.len() {
            std::fs::write(&path, &bytes[..cut]).expect("a shorter file");
            let found = scan(folder.path()).expect("a scan");
            assert!(found.len() < 3 && found.iter().zip([0, 3, 6]).all(|(record, start)| record.start == start));
            let mut batches = Batches::default();
            for record in &found {
                assert_eq!(batches.load(record).expect("a batch").rows, batch(0).rows);
            }
        }
    }

    #[test]
    fn a_flipped_bit_is_noticed() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut writer = Writer::create(folder.path()).expect("a segment");
        writer.append(&batch(0)).expect("an append");
        let mut bytes = std::fs::read(&writer.path).expect("bytes");
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        std::fs::write(&writer.path, &bytes).expect("a changed file");
        assert_eq!(scan(folder.path()).expect("a scan"), Vec::new());
    }
}
