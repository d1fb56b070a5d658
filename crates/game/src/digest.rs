//! SHA-256 digests in the one form that results use.

use std::fmt::Write as _;
use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

/// The SHA-256 of bytes, in lower-case hexadecimal digits.
#[must_use]
pub fn digest_bytes(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The SHA-256 of everything that a reader gives, in lower-case hexadecimal digits; nothing is held.
///
/// # Errors
/// What prevents reading.
pub fn digest_reader(mut reader: impl Read) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hexadecimal(&hasher.finalize())),
            count => hasher.update(&buffer[..count]),
        }
    }
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(2 * digest.len()), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_text_has_its_known_digest() {
        // FIPS 180-4 example for the empty message.
        let known = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digest_bytes(b""), known);
        assert_eq!(digest_reader(&b""[..]).expect("a reader of memory"), known);
        let long = vec![7; 200_000];
        assert_eq!(digest_reader(&long[..]).expect("a reader of memory"), digest_bytes(&long));
    }
}
