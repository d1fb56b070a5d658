//! [`SecurityGame`]: targets, what they are worth covered and uncovered, and the resources that cover them.

use std::collections::HashSet;

use crate::matrix::Names;
use crate::payoffs::Payoffs;
use crate::rational::{self, Rational};
use crate::security::error::SecurityError;

/// Position of a target, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetId(pub usize);

/// What an attack on one target is worth to one player.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Utility {
    /// If a resource covers the target.
    pub covered: Rational,
    /// If none does.
    pub uncovered: Rational,
}

impl Utility {
    /// Expected utility at a probability of coverage.
    #[must_use]
    pub fn at(&self, coverage: &Rational) -> Rational {
        &self.uncovered + coverage * (&self.covered - &self.uncovered)
    }
}

/// One target as a caller writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Name, unique in the game.
    pub name: String,
    /// The defender's utility of an attack here.
    pub defender: Utility,
    /// The attacker's utility of an attack here.
    pub attacker: Utility,
}

/// Targets with both players' utilities: at `2t` that of target `t` covered, at `2t + 1` uncovered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    names: Names,
    defender: Payoffs,
    attacker: Payoffs,
}

impl Targets {
    /// Checks names; any utilities are accepted.
    ///
    /// # Errors
    /// [`SecurityError::Empty`], [`SecurityError::DuplicateName`].
    pub fn new(targets: Vec<Target>) -> Result<Self, SecurityError> {
        if targets.is_empty() {
            return Err(SecurityError::Empty);
        }
        let (mut names, mut defender, mut attacker) = (Vec::new(), Vec::new(), Vec::new());
        for target in targets {
            names.push(target.name);
            defender.extend([target.defender.covered, target.defender.uncovered]);
            attacker.extend([target.attacker.covered, target.attacker.uncovered]);
        }
        let mut seen = HashSet::new();
        if let Some(name) = names.iter().find(|name| !seen.insert(name.as_str())) {
            return Err(SecurityError::DuplicateName { name: name.clone() });
        }
        Ok(Self { names: names.into(), defender: Payoffs::new(defender), attacker: Payoffs::new(attacker) })
    }

    /// Number of targets, at least 1.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // Never empty.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Names, in order.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The name of a target; empty past the end.
    #[must_use]
    pub fn name(&self, target: TargetId) -> &str {
        self.names.get(target.0).map_or("", String::as_str)
    }

    /// All positions.
    pub fn ids(&self) -> impl Iterator<Item = TargetId> + use<> {
        (0..self.len()).map(TargetId)
    }

    /// The defender's utilities, covered and uncovered in turn.
    #[must_use]
    pub fn defender_payoffs(&self) -> &Payoffs {
        &self.defender
    }

    /// The attacker's utilities, covered and uncovered in turn.
    #[must_use]
    pub fn attacker_payoffs(&self) -> &Payoffs {
        &self.attacker
    }

    /// The defender's utility of an attack on a target; 0 past the end.
    #[must_use]
    pub fn defender(&self, target: TargetId) -> Utility {
        utility(&self.defender, target)
    }

    /// The attacker's utility of an attack on a target; 0 past the end.
    #[must_use]
    pub fn attacker(&self, target: TargetId) -> Utility {
        utility(&self.attacker, target)
    }

    /// The targets of largest expected utility for the attacker at these probabilities of coverage, and that utility.
    ///
    /// A target without a probability counts as uncovered.
    #[must_use]
    pub fn best_responses(&self, coverage: &[Rational]) -> (Vec<TargetId>, Rational) {
        let at = |t: TargetId| self.attacker(t).at(coverage.get(t.0).unwrap_or(&Rational::ZERO));
        let (mut best, mut largest) = (vec![TargetId(0)], at(TargetId(0)));
        for t in self.ids().skip(1) {
            let utility = at(t);
            if utility > largest {
                (best, largest) = (vec![t], utility);
            } else if utility == largest {
                best.push(t);
            }
        }
        (best, largest)
    }

    /// The best response that the defender likes best, the lowest position among equals, and the defender's utility.
    #[must_use]
    pub fn strong_response(&self, coverage: &[Rational]) -> (TargetId, Rational) {
        let at = |t: TargetId| self.defender(t).at(coverage.get(t.0).unwrap_or(&Rational::ZERO));
        let (responses, _) = self.best_responses(coverage);
        let mut best = (responses[0], at(responses[0]));
        for t in responses.into_iter().skip(1) {
            let utility = at(t);
            if utility > best.1 {
                best = (t, utility);
            }
        }
        best
    }

    /// The most that the defender can get from an attack on a target that the attacker must expect a level from:
    /// the larger utility over the coverages in [0, 1] at which the attacker gets it; `None` if there is none.
    #[must_use]
    pub fn most_if_attacked(&self, target: TargetId, level: &Rational) -> Option<Rational> {
        let (ours, theirs) = (self.defender(target), self.attacker(target));
        // A coverage at an end of [0, 1] counts if the attacker gets the level there, ...
        let reaches = |utility: &Rational| utility >= level;
        let (covered, uncovered) = (reaches(&theirs.covered), reaches(&theirs.uncovered));
        // ... and if he gets it at one end only, so does the coverage in between at which he just does.
        let between = (covered != uncovered).then(|| {
            let coverage = (&theirs.uncovered - level) / (&theirs.uncovered - &theirs.covered);
            ours.at(&coverage)
        });
        let ends = [covered.then(|| ours.covered.clone()), uncovered.then(|| ours.uncovered.clone()), between];
        ends.into_iter().flatten().reduce(rational::max)
    }

    /// Refuses targets that the attacker prefers covered.
    ///
    /// # Errors
    /// [`SecurityError::PrefersCovered`] for the first one.
    pub fn check_prefers_uncovered(&self) -> Result<(), SecurityError> {
        let bad = match &self.attacker {
            Payoffs::Fixed { numerators, .. } => numerators.chunks_exact(2).position(|pair| pair[0] > pair[1]),
            Payoffs::Wide { numerators, .. } => numerators.chunks_exact(2).position(|pair| pair[0] > pair[1]),
            Payoffs::Rational(entries) => entries.chunks_exact(2).position(|pair| pair[0] > pair[1]),
        };
        let Some(target) = bad.map(TargetId) else { return Ok(()) };
        let utility = self.attacker(target);
        Err(SecurityError::PrefersCovered {
            target: self.name(target).to_owned(),
            covered: rational::to_text(&utility.covered),
            uncovered: rational::to_text(&utility.uncovered),
        })
    }
}

fn utility(payoffs: &Payoffs, target: TargetId) -> Utility {
    let at = |position| payoffs.get(position).unwrap_or(Rational::ZERO);
    Utility { covered: at(2 * target.0), uncovered: at(2 * target.0 + 1) }
}

/// Which targets a resource can cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every target.
    All,
    /// These; the order does not matter.
    Only(Vec<TargetId>),
}

/// Identical resources, each of which covers one target or stays idle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Name in messages.
    pub name: String,
    /// How many there are.
    pub count: u32,
    /// Which targets each can cover.
    pub reach: Reach,
}

/// Targets and resources that cover one target each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGame {
    targets: Targets,
    resources: Vec<Resource>,
}

impl SecurityGame {
    /// The classic game: identical resources that can go anywhere, an attacker who likes no target better covered.
    ///
    /// # Errors
    /// [`SecurityError`] as [`Targets::new`] and [`Targets::check_prefers_uncovered`].
    pub fn identical(targets: Vec<Target>, resources: u32) -> Result<Self, SecurityError> {
        let targets = Targets::new(targets)?;
        targets.check_prefers_uncovered()?;
        let resource = Resource { name: "resource".to_owned(), count: resources, reach: Reach::All };
        Self::new(targets, vec![resource])
    }

    /// Any utilities, and resources of several types.
    ///
    /// # Errors
    /// [`SecurityError::UnknownTarget`] if a resource reaches for a target that does not exist.
    pub fn new(targets: Targets, resources: Vec<Resource>) -> Result<Self, SecurityError> {
        for resource in &resources {
            let Reach::Only(reached) = &resource.reach else { continue };
            if let Some(target) = reached.iter().find(|t| t.0 >= targets.len()) {
                let what = format!("resource `{}`", resource.name);
                return Err(SecurityError::UnknownTarget { what, target: target.0, targets: targets.len() });
            }
        }
        Ok(Self { targets, resources })
    }

    /// The targets.
    #[must_use]
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// The resource types.
    #[must_use]
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The number of resources if the game is a classic one: one type, which can go anywhere.
    #[must_use]
    pub fn identical_resources(&self) -> Option<u32> {
        match self.resources.as_slice() {
            [Resource { count, reach: Reach::All, .. }] => Some(*count),
            _ => None,
        }
    }

    /// For each target the types that can cover it, in ascending order; types of count 0 are left out.
    #[must_use]
    pub fn reaching(&self) -> Vec<Vec<usize>> {
        let mut reaching = vec![Vec::new(); self.targets.len()];
        for (r, resource) in self.resources.iter().enumerate().filter(|(_, resource)| resource.count > 0) {
            match &resource.reach {
                Reach::All => reaching.iter_mut().for_each(|types| types.push(r)),
                Reach::Only(targets) => {
                    for t in targets {
                        // A target that is named twice is still one target.
                        if reaching[t.0].last() != Some(&r) {
                            reaching[t.0].push(r);
                        }
                    }
                }
            }
        }
        reaching
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(name: &str, defender: [i32; 2], attacker: [i32; 2]) -> Target {
        let utility = |[covered, uncovered]: [i32; 2]| Utility { covered: covered.into(), uncovered: uncovered.into() };
        Target { name: name.to_owned(), defender: utility(defender), attacker: utility(attacker) }
    }

    #[test]
    fn wrong_games_are_refused_each_for_its_reason() {
        assert_eq!(SecurityGame::identical(vec![], 1), Err(SecurityError::Empty));
        let twice = vec![target("a", [0, 0], [0, 1]), target("a", [0, 0], [0, 1])];
        assert_eq!(SecurityGame::identical(twice, 1), Err(SecurityError::DuplicateName { name: "a".into() }));
        let eager = vec![target("a", [0, 0], [2, 1])];
        assert!(matches!(SecurityGame::identical(eager.clone(), 1), Err(SecurityError::PrefersCovered { .. })));
        let targets = Targets::new(eager).expect("targets");
        let stray = Resource { name: "r".into(), count: 1, reach: Reach::Only(vec![TargetId(1)]) };
        assert!(matches!(
            SecurityGame::new(targets, vec![stray]),
            Err(SecurityError::UnknownTarget { target: 1, targets: 1, .. })
        ));
    }

    #[test]
    fn a_level_bounds_the_coverage_of_an_attacked_target() {
        let targets = Targets::new(vec![
            target("tempting", [9, -1], [2, 6]),
            target("lure", [9, -1], [6, 2]),
            target("wary", [-1, 9], [2, 6]),
        ])
        .expect("targets");
        let most = |t, level: i32| targets.most_if_attacked(TargetId(t), &Rational::from(level));
        let number = |number: i32| Some(Rational::from(number));
        assert_eq!([2, 4, 6, 7].map(|level| most(0, level)), [number(9), number(4), number(-1), None]);
        assert_eq!([2, 4, 6, 7].map(|level| most(1, level)), [number(9), number(9), number(9), None]);
        assert_eq!([2, 4, 6, 7].map(|level| most(2, level)), [number(9), number(9), number(9), None]);
    }

    #[test]
    fn ties_go_to_the_defender_then_to_the_lowest_position() {
        let targets = Targets::new(vec![
            target("a", [0, -5], [0, 2]),
            target("b", [3, -1], [0, 2]),
            target("c", [3, -1], [0, 2]),
            target("d", [9, 9], [0, 1]),
        ])
        .expect("targets");
        let (responses, utility) = targets.best_responses(&[]);
        assert_eq!((responses.len(), utility), (3, Rational::from(2)));
        assert_eq!(targets.strong_response(&[]), (TargetId(1), Rational::from(-1)));
    }
}
