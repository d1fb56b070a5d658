//! The kinds of figures and their names in files.

use std::fmt;
use std::str::FromStr;

use super::FigureError;

/// What a figure shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// With which probability each defence is deployed, along a sweep.
    Allocation,
    /// With which probability each attack is mounted, along a sweep.
    AttackMix,
    /// The best single defence, the mix whose draw is seen and the hidden mix, along a sweep.
    Frontier,
    /// The loss matrix with both mixes on its margins.
    Payoffs,
}

impl Kind {
    /// Every kind, in the order in which they are drawn.
    pub const ALL: [Self; 4] = [Self::Allocation, Self::AttackMix, Self::Frontier, Self::Payoffs];

    /// The name as it stands in file names and scenarios.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allocation => "allocation",
            Self::AttackMix => "attack-mix",
            Self::Frontier => "frontier",
            Self::Payoffs => "payoffs",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = FigureError;

    fn from_str(name: &str) -> Result<Self, FigureError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or_else(|| FigureError::UnknownKind { found: name.to_owned() })
    }
}
