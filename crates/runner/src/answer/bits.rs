//! [`BitsAnswer`]: the answer of a scenario as a channel between the attacker and the bad outcome.

use saddlepoint_game::Game;
use saddlepoint_game::bits::{Attempt, BitsError, excess_losses, membership};
use saddlepoint_game::rational::{Rational, is_share, to_f64};
use saddlepoint_game::scenario::{Benign, BitsKind, Concept, Instance, LossForm};
use saddlepoint_solver::analysis::{self, Analysis};
use saddlepoint_solver::{Question, Settings};

use super::unsolved;
use crate::failure::Failure;
use crate::input::Loaded;

/// What is known of how often the bad outcome occurs without an attack.
#[derive(Clone, Debug, PartialEq)]
pub enum Basis {
    /// One rate behind all defences.
    Rate(Rational),
    /// A rate for each defence: the numbers are of the game on the losses beyond it.
    PerDefence,
    /// From 0 to half of the attacker's success.
    Unknown,
    /// None: the metric is the accuracy of membership inference, and a blind guess has 1/2.
    Membership,
}

/// A scenario's numbers in bits.
#[derive(Clone, Debug, PartialEq)]
pub struct BitsAnswer {
    /// What the numbers rest on.
    pub basis: Basis,
    /// Independent uses by one attacker.
    pub uses: f64,
    /// Of the hidden mix, of the mix whose draw is seen, of the best single defence; why not, where there are none.
    pub channels: Vec<(&'static str, Result<Ends, String>)>,
}

/// A channel at both ends of what missing cells and an unknown benign rate leave open.
#[derive(Clone, Debug, PartialEq)]
pub struct Ends {
    /// Advantage J.
    pub advantage: [Rational; 2],
    /// Bayes capacity, in bits per use.
    pub bits: [f64; 2],
    /// Shannon capacity in bits per use; `None` where the benign rate differs by defence.
    pub shannon: Option<[f64; 2]>,
}

/// The answer in bits for a scenario with `[bits]`; `None` for one without.
///
/// # Errors
/// What prevents solving the game on the losses beyond the benign rates.
pub fn bits(loaded: &Loaded, analysis: &Analysis, settings: &Settings) -> Result<Option<BitsAnswer>, Failure> {
    let scenario = &loaded.file.scenario;
    let Some(table) = &scenario.bits else { return Ok(None) };
    let uses = table.uses.as_ref().map_or(1.0, |uses| to_f64(&uses.0));
    let basis = match (&table.benign, loaded.template.benign()) {
        _ if table.kind == Some(BitsKind::Membership) => Basis::Membership,
        (Benign::Rate(rate), _) => Basis::Rate(rate.0.clone()),
        (Benign::Metric(_), None) => Basis::Unknown,
        (Benign::Metric(_), Some(rates)) if rates.windows(2).all(|pair| pair[0] == pair[1]) => {
            Basis::Rate(rates.first().cloned().unwrap_or_default())
        }
        (Benign::Metric(_), Some(_)) => Basis::PerDefence,
    };
    let excess;
    let values = match (&basis, loaded.template.benign()) {
        _ if scenario.loss.form != LossForm::Single => {
            let reason = "the loss is no probability of the bad outcome: bits need `loss.form = \"single\"`";
            return Ok(Some(BitsAnswer { basis, uses, channels: vec![("mixed", Err(reason.to_owned()))] }));
        }
        _ if !matches!(scenario.game.concept, Concept::Mixed | Concept::Pure | Concept::Robust | Concept::Coverage) => {
            let reason = "the value of this concept is not what the best attack reaches";
            return Ok(Some(BitsAnswer { basis, uses, channels: vec![("mixed", Err(reason.to_owned()))] }));
        }
        (Basis::PerDefence, Some(rates)) => match beyond(loaded, rates) {
            Ok(instance) => {
                let found = analysis::full(&instance, None, &Question::plain(scenario.game.concept), settings);
                excess = found.map_err(|error| unsolved(&error))?;
                successes(&excess)
            }
            Err(error) => {
                return Ok(Some(BitsAnswer { basis, uses, channels: vec![("mixed", Err(error.to_string()))] }));
            }
        },
        _ => successes(analysis),
    };
    let channels = values.into_iter().map(|(name, ends)| (name, channel(&basis, ends).map_err(|e| e.to_string())));
    Ok(Some(BitsAnswer { uses, channels: channels.collect(), basis }))
}

/// The game on the losses beyond the benign rates.
fn beyond(loaded: &Loaded, rates: &[Rational]) -> Result<Instance, BitsError> {
    let instance = loaded.template.instance(loaded.template.parameters());
    let game = |game: &Game| -> Result<Game, BitsError> {
        Ok(Game { loss: excess_losses(&game.loss, rates)?, constraints: game.constraints.clone() })
    };
    Ok(Instance {
        game: game(&instance.game)?,
        lowest: instance.lowest.as_ref().map(game).transpose()?,
        blocks: instance.blocks.clone(),
    })
}

/// What the best attack reaches, least and most.
fn successes(analysis: &Analysis) -> Vec<(&'static str, [Rational; 2])> {
    let (lower, upper) = analysis.bounds();
    let mut found = vec![(analysis.concept.as_str(), [lower.clone(), upper.clone()])];
    if let (Some(randomisation), None) = (&analysis.randomisation, &analysis.lowest) {
        let exactly = |value: &Rational| [value.clone(), value.clone()];
        found.push(("visible", exactly(&randomisation.visible)));
        if let Some((pure, _)) = &randomisation.pure {
            found.push(("pure", exactly(pure)));
        }
    }
    found
}

fn channel(basis: &Basis, [low, high]: [Rational; 2]) -> Result<Ends, BitsError> {
    if *basis == Basis::Membership {
        let [a, b] = [membership(&low)?, membership(&high)?];
        return Ok(Ends {
            advantage: [a.exact().clone(), b.exact().clone()],
            bits: [a.bits(), b.bits()],
            shannon: None,
        });
    }
    let benign = match basis {
        Basis::Rate(rate) => [rate.clone(), rate.clone()],
        Basis::Unknown if is_share(&low) => [&low / Rational::from(2), Rational::ZERO],
        Basis::Unknown | Basis::PerDefence | Basis::Membership => [Rational::ZERO, Rational::ZERO],
    };
    // The least advantage is that of the lowest success over the highest benign rate.
    let [least, most] = [Attempt::new(&[low], &benign[0])?, Attempt::new(&[high], &benign[1])?];
    let (a, b) = (least.advantage(), most.advantage());
    let shannon = (*basis != Basis::PerDefence).then(|| [least.shannon_bits(), most.shannon_bits()]);
    Ok(Ends { advantage: [a.exact().clone(), b.exact().clone()], bits: [a.bits(), b.bits()], shannon })
}
