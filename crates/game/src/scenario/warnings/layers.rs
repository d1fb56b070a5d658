//! What layers of defences are taken to do together: W07.

use crate::diagnostic::Diagnostic;
use crate::portfolio::PortfolioGame;
use crate::scenario::defender::Rule;

/// W07: layers are taken to be independent, or correlated, which was not measured; or measured stacks lie outside what
/// layers can do that only block.
pub(in crate::scenario) fn of_layers(game: &PortfolioGame, rule: Rule) -> Vec<Diagnostic> {
    [assumed(game, rule), contradicted(game)].into_iter().flatten().collect()
}

fn assumed(game: &PortfolioGame, rule: Rule) -> Option<Diagnostic> {
    let words = match rule {
        Rule::Independent => "layers are taken to miss independently",
        Rule::Correlated => "a correlation between layers is assumed",
        Rule::Bounds | Rule::Measured => return None,
    };
    let clipped = game.clipped();
    let listed = clipped
        .iter()
        .take(3)
        .map(|(attack, defence)| format!("{} × {}", game.attacks()[attack.0], game.defences()[defence.0]));
    let listed: Vec<_> = listed.collect();
    let clips = match clipped.len() {
        0 => String::new(),
        count => {
            format!("; in {count} cells a defence alone passes more than none and is clipped ({} …)", listed.join(", "))
        }
    };
    let message = format!("{words}, which was not measured: the bounds beside the value assume nothing{clips}");
    Some(Diagnostic::warning("W07", message))
}

fn contradicted(game: &PortfolioGame) -> Option<Diagnostic> {
    let outside = game.outside_bounds();
    let first = outside.first()?;
    let (stack, attack) = (game.name(&first.portfolio), &game.attacks()[first.attack.0]);
    let message = format!(
        "{} measured cells of stacks lie outside what layers that only block can do, such as {stack} against {attack}",
        outside.len()
    );
    Some(Diagnostic::warning("W07", message))
}
