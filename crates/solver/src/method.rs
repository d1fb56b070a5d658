//! [`Method`]: the names of the methods, as `--solver` and results spell them.

use std::fmt;
use std::str::FromStr;

/// How a game is solved. Whatever is chosen, the answer is certified the same way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Method {
    /// Chosen by size, shape and structure ([`crate::choose`]); exact where both sides have few strategies.
    #[default]
    Auto,
    /// The dense tableau in doubles: [`crate::simplex`].
    Simplex,
    /// The same tableau in integers, free of rounding: [`crate::exact`].
    Exact,
    /// Mehrotra's predictor-corrector method, polished: [`crate::interior_point`].
    InteriorPoint,
    /// A restricted game that grows by best responses: [`crate::double_oracle`].
    DoubleOracle,
    /// Brown's learning process: [`crate::fictitious_play`].
    FictitiousPlay,
    /// Both players weigh strategies by their regrets: [`crate::regret_matching`].
    RegretMatching,
    /// Gradient steps that look ahead: [`crate::extragradient`].
    Extragradient,
    /// Both players' linear programs through the modelling crate `good_lp`: [`crate::good_lp`].
    GoodLp,
    /// The same programs directly on the crate `microlp`: [`crate::microlp`].
    Microlp,
    /// The same programs on the interior-point crate `clarabel`: [`crate::clarabel`].
    Clarabel,
}

/// Why a text does not name a method.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MethodError {
    /// No method of that name.
    #[error("there is no method `{name}`; expected one of {}", list())]
    Unknown {
        /// The name asked for.
        name: String,
    },
}

impl Method {
    /// Every method, in the order in which it is listed.
    pub const ALL: [Self; 11] = [
        Self::Auto,
        Self::Simplex,
        Self::Exact,
        Self::InteriorPoint,
        Self::DoubleOracle,
        Self::FictitiousPlay,
        Self::RegretMatching,
        Self::Extragradient,
        Self::GoodLp,
        Self::Microlp,
        Self::Clarabel,
    ];

    /// The name in commands and results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Simplex => "simplex",
            Self::Exact => "exact",
            Self::InteriorPoint => "interior-point",
            Self::DoubleOracle => "double-oracle",
            Self::FictitiousPlay => "fictitious-play",
            Self::RegretMatching => "regret-matching",
            Self::Extragradient => "extragradient",
            Self::GoodLp => "good-lp",
            Self::Microlp => "microlp",
            Self::Clarabel => "clarabel",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Method {
    type Err = MethodError;

    /// Reads a name. `minilp` is read as `microlp`, which is its maintained fork.
    fn from_str(text: &str) -> Result<Self, MethodError> {
        if text == "minilp" {
            return Ok(Self::Microlp);
        }
        Self::ALL
            .into_iter()
            .find(|method| method.as_str() == text)
            .ok_or_else(|| MethodError::Unknown { name: text.to_owned() })
    }
}

fn list() -> String {
    Method::ALL.map(|method| format!("`{method}`")).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for method in Method::ALL {
            assert_eq!(method.as_str().parse(), Ok(method));
        }
        assert_eq!("minilp".parse(), Ok(Method::Microlp));
    }

    #[test]
    fn a_misspelt_name_is_told_the_right_ones() {
        assert!(matches!("simplexx".parse::<Method>(), Err(MethodError::Unknown { .. })));
        let message = "Simplex".parse::<Method>().expect_err("names are lower case").to_string();
        assert!(message.contains("`fictitious-play`"), "{message}");
    }
}
