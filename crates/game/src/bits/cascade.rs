//! Paths of binary stages: one after the other, or side by side.

use crate::bits::advantage::Advantage;
use crate::bits::error::BitsError;

/// The advantage of a path through every stage, `Π J_i`: the determinants of two-by-two channels multiply.
///
/// Its bits are at most those of each stage (data processing). Stages fail independently given their input.
///
/// # Errors
/// [`BitsError::Empty`] without a stage.
pub fn series(stages: &[Advantage]) -> Result<Advantage, BitsError> {
    let (first, rest) = stages.split_first().ok_or(BitsError::Empty { what: "stage" })?;
    Ok(rest.iter().fold(first.clone(), |path, stage| path.times(stage)))
}

/// The advantage of an attacker who may choose among routes: that of the best.
///
/// # Errors
/// [`BitsError::Empty`] without a route.
pub fn parallel(routes: &[Advantage]) -> Result<Advantage, BitsError> {
    routes.iter().max().cloned().ok_or(BitsError::Empty { what: "route" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::parse;

    #[test]
    fn paths_multiply_and_routes_compete() {
        let advantages =
            ["0.5", "0.8", "0.25"].map(|text| Advantage::new(parse(text).expect("a number")).expect("an advantage"));
        assert_eq!(series(&advantages).expect("a path").exact(), &parse("0.1").expect("a number"));
        assert_eq!(parallel(&advantages).as_ref(), Ok(&advantages[1]));
        assert_eq!(series(&[]), Err(BitsError::Empty { what: "stage" }));
        assert_eq!(parallel(&[]), Err(BitsError::Empty { what: "route" }));
    }
}
