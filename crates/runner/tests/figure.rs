//! Figures as a reader and a program see them: names, places, bytes, and what is refused.
//!
//! The tables in `figure/` come from the jailbreak measurements of `AISafetyLab` (Zhang et al., 2025, Vicuna-7B: 13 attacks
//! against 16 defences, Prompt Guard left out): equilibria without a constraint and along a cap on over-refusal, rounded to
//! four digits. They are something realistic to draw, not results: the mixes were not certified, and the intervals of
//! `attack-mix.csv` (0.012 either way), the posterior interval of `uncertainty.csv` and the standard errors of `ranking.csv`
//! are invented so that there is something to see. `transfer.csv` is of five models under the measurements of `JBShield`,
//! `lines.csv` of one budget over three channels.
//!
//! Not established here: that a figure looks well. For that somebody has to look.

use std::collections::BTreeSet;

use resvg::usvg::{
    self,
    roxmltree::{Document, Node},
};
use saddlepoint::figure::{FigureError, Labels, Numbers, draw, rasterise};
use saddlepoint_game::scenario::FigureKind as Kind;

fn recorded(kind: Kind) -> Numbers {
    let text = match kind {
        Kind::Allocation => include_str!("figure/allocation.csv"),
        Kind::AttackMix => include_str!("figure/attack-mix.csv"),
        Kind::Frontier => include_str!("figure/frontier.csv"),
        Kind::Lines => include_str!("figure/lines.csv"),
        Kind::Payoffs => include_str!("figure/payoffs.csv"),
        Kind::Bars => include_str!("figure/bars.csv"),
        Kind::Transfer => include_str!("figure/transfer.csv"),
        Kind::Uncertainty => include_str!("figure/uncertainty.csv"),
        Kind::Ranking => include_str!("figure/ranking.csv"),
    };
    Numbers::from_csv(text).expect("the recorded table is CSV")
}

fn labels() -> Labels {
    Labels {
        title: "Jailbreaks & defences".to_owned(),
        x: "cap on over-refusal rate (fraction)".to_owned(),
        value: "attack success rate".to_owned(),
        note: Some("Vicuna-7B; measurements of AISafetyLab (2025)".to_owned()),
    }
}

/// A sweep of `points` points over strategies with the given names.
fn sweep(prefix: &str, names: &[String], points: usize, height: f64) -> Numbers {
    let mut header: Vec<String> = ["x", "value", "lower", "upper"].map(str::to_owned).to_vec();
    header.extend(names.iter().map(|name| format!("{prefix}:{name}")));
    let row = |i: usize| {
        let weights: Vec<f64> = (0..names.len()).map(|k| ((i * 7 + k * 13) % 11) as f64 + 0.01).collect();
        let total: f64 = weights.iter().sum();
        let value = height * (1.0 + (i % 5) as f64);
        let (lower, upper) = (value - 0.1 * value.abs(), value + 0.1 * value.abs());
        let mut row = vec![i.to_string(), value.to_string(), lower.to_string(), upper.to_string()];
        row.extend(weights.iter().map(|w| (w / total).to_string()));
        row
    };
    Numbers::new(header, (0..points).map(row).collect()).expect("rectangular")
}

fn frontier(rows: &[[&str; 6]]) -> Numbers {
    let header = ["x", "value", "lower", "upper", "pure", "visible"].map(str::to_owned).to_vec();
    Numbers::new(header, rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect()).expect("rectangular")
}

/// A matrix whose cells are measured, missing and bounded in turn.
fn payoffs(attacks: &[String], defences: &[String], height: f64) -> Numbers {
    let header = ["attack", "defence", "lower", "upper", "attack_probability", "defence_probability"];
    let mut rows = Vec::new();
    for (i, attack) in attacks.iter().enumerate() {
        for (j, defence) in defences.iter().enumerate() {
            let loss = height * ((i * 5 + j * 3) % 10) as f64 / 9.0;
            let (lower, upper) = match (i + j) % 7 {
                5 => (String::new(), String::new()),
                6 => ((loss - height.abs() / 9.0).to_string(), (loss + height.abs() / 9.0).to_string()),
                _ => (loss.to_string(), loss.to_string()),
            };
            let share = |k: usize, count: usize| if k == 0 { (1.0 / count as f64).to_string() } else { "0".to_owned() };
            rows.push(vec![
                attack.clone(),
                defence.clone(),
                lower,
                upper,
                share(i, attacks.len()),
                share(j, defences.len()),
            ]);
        }
    }
    Numbers::new(header.map(str::to_owned).to_vec(), rows).expect("rectangular")
}

fn names(stem: &str, count: usize) -> Vec<String> {
    (0..count).map(|k| format!("{stem} {k}")).collect()
}

const LONG: &str = "a strategy whose name has about sixty characters, as number";

/// Ordinary and nasty inputs of every kind, each with a name.
fn cases() -> Vec<(String, Kind, Numbers)> {
    let mut cases: Vec<(String, Kind, Numbers)> =
        Kind::ALL.into_iter().map(|kind| (format!("recorded {}", kind.as_str()), kind, recorded(kind))).collect();
    for (kind, prefix) in [(Kind::Allocation, "defence"), (Kind::AttackMix, "attack")] {
        for points in [1, 2, 200] {
            for (count, height) in [(1, 0.1), (3, 0.0), (9, 2e-5), (30, -0.1), (30, 1e6)] {
                let wide = sweep(prefix, &names(LONG, count), points, height);
                cases.push((format!("{kind:?}: {points} points, {count} names, values {height}"), kind, wide));
            }
        }
    }
    let equal = frontier(&[["0", ".5", ".5", ".5", ".5", ".5"], ["1", ".5", ".5", ".5", ".5", ".5"]]);
    cases.push(("equal frontier".to_owned(), Kind::Frontier, equal));
    let holes = frontier(&[
        ["3", "", "0.1", "0.4", "", "0.5"],
        ["1", "", "", "", "", ""],
        ["2", "3e-1", "2e-1", "4e-1", "", ""],
        ["-4", "-0.2", "-0.2", "-0.2", "9", "0"],
    ]);
    cases.push(("frontier with holes".to_owned(), Kind::Frontier, holes));
    cases.push(("one point".to_owned(), Kind::Frontier, frontier(&[["7", "0", "0", "1e-9", "1e-8", ""]])));
    cases.push((
        "huge".to_owned(),
        Kind::Frontier,
        frontier(&[["-1e99", "-1e99", "", "", "1e99", ""], ["1e99", "0", "", "", "", ""]]),
    ));
    let close = frontier(&[["1", "1", "", "", "", ""], ["1.0000000000000002", "1", "", "", "", ""]]);
    cases.push(("close keys".to_owned(), Kind::Frontier, close));
    for (high, wide) in [(1, 1), (3, 3), (3, 12), (2, 40), (13, 16), (40, 2), (20, 20), (45, 33), (150, 200)] {
        for (stem, height) in [("d", 1.0), (LONG, 1e-4), ("x_y", 0.0), ("q", -250.0)] {
            let matrix = payoffs(&names(&format!("attack {stem}"), high), &names(stem, wide), height);
            cases.push((format!("{high} x {wide}, {stem}, {height}"), Kind::Payoffs, matrix));
        }
    }
    cases.extend(row_cases());
    for (count, points) in [(1, 1), (2, 50), (6, 3)] {
        for (stem, height) in [("l", 1.0), (LONG, 2e-5), ("x_y", 0.0), ("q", -250.0)] {
            cases.push((format!("{count} lines, {stem}, {height}"), Kind::Lines, lines(stem, count, points, height)));
        }
    }
    cases
}

/// Lines with gaps, and with intervals that are open, beside a value or without one.
fn lines(stem: &str, count: usize, points: usize, height: f64) -> Numbers {
    let names = names(stem, count);
    let columns = names.iter().flat_map(|name| ["value", "lower", "upper"].map(|what| format!("{what}:{name}")));
    let cells = |line: usize, point: usize| {
        let upper = height.abs() * (line + 1) as f64 / (point + 1) as f64 - height.abs() / 3.0;
        let lower = upper - height.abs() * 0.1;
        match (line + point) % 4 {
            0 => [String::new(), lower.to_string(), upper.to_string()],
            1 => [upper.to_string(), lower.to_string(), upper.to_string()],
            2 if points > 3 => [const { String::new() }; 3],
            _ => [upper.to_string(), upper.to_string(), upper.to_string()],
        }
    };
    let row = |point: usize| {
        let numbers = (0..count).flat_map(|line| cells(line, point));
        std::iter::once(point.to_string()).chain(numbers).collect()
    };
    let header = std::iter::once("x".to_owned()).chain(columns).collect();
    Numbers::new(header, (0..points).map(row).collect()).expect("rectangular")
}

/// Ordinary and nasty inputs of the kinds with a row for each name.
fn row_cases() -> Vec<(String, Kind, Numbers)> {
    let mut cases = Vec::new();
    for count in [1, 7, 40] {
        for (stem, height) in [("d", 1.0), (LONG, 2e-5), ("x_y", 0.0), ("q", -250.0), ("h", 1e98)] {
            let names = names(stem, count);
            let what = |kind: &str| format!("{kind}: {count} rows, {stem}, {height}");
            let number = |k: usize| (height * ((k * 7) % 10) as f64 / 9.0).to_string();
            let bar = |k: usize, name: &String| {
                let (low, high) = (height * 0.1 * (k % 3) as f64, height * 0.3 * (1 + k % 3) as f64);
                let (low, high) = (low.min(high), low.max(high));
                let value = if k % 4 == 3 { String::new() } else { f64::midpoint(low, high).to_string() };
                let pure = if k % 3 == 2 { String::new() } else { number(k) };
                let bounds =
                    if k % 5 == 4 { [String::new(), String::new()] } else { [low.to_string(), high.to_string()] };
                let [low, high] = bounds;
                vec![name.clone(), value, low, high, pure, format!("{LONG} {}", k / 3)]
            };
            let rows = names.iter().enumerate().map(|(k, name)| bar(k, name)).collect();
            cases.push((what("bars"), Kind::Bars, table(["label", "value", "lower", "upper", "pure", "group"], rows)));

            let error = |k: usize| if k.is_multiple_of(2) { String::new() } else { (height.abs() / 7.0).to_string() };
            let rows = names.iter().enumerate().map(|(k, name)| vec![name.clone(), number(k), error(k)]).collect();
            cases.push((what("ranking"), Kind::Ranking, table(["label", "score", "standard_error"], rows)));

            let kinds =
                ["estimate", "posterior", "bracket", "certificate", "a kind of somebody else's with a long name"];
            let quantity = |k: usize, name: &String| {
                let number = |share: f64| (height.abs() * (share + 0.01 * k as f64) - height.abs() / 5.0).to_string();
                let present =
                    |bit: usize, share: f64| if (k + 7) >> bit & 1 == 1 { number(share) } else { String::new() };
                vec![name.clone(), kinds[k % 5].to_owned(), present(0, 0.1), present(1, 0.3), present(2, 0.45)]
            };
            let rows = names.iter().take(24).enumerate().map(|(k, name)| quantity(k, name)).collect();
            cases.push((
                what("uncertainty"),
                Kind::Uncertainty,
                table(["quantity", "kind", "low", "mid", "high"], rows),
            ));

            let cell = |i: usize, j: usize| {
                let known = (i + 2 * j) % 5 != 4;
                let shown = |k: usize| if known { number(k) } else { String::new() };
                vec![names[i].clone(), names[j].clone(), shown(i + j), shown(i * j)]
            };
            let side = if stem == "d" { count.min(24) } else { count.min(9) };
            let rows = (0..side * side).map(|k| cell(k / side, k % side)).collect();
            cases.push((what("transfer"), Kind::Transfer, table(["tuned_on", "tested_on", "loss", "regret"], rows)));
        }
    }
    cases
}

fn table<const N: usize>(header: [&str; N], rows: Vec<Vec<String>>) -> Numbers {
    Numbers::new(header.map(str::to_owned).to_vec(), rows).expect("rectangular")
}

fn number(node: &Node<'_, '_>, name: &str) -> f64 {
    let text = node.attribute(name).unwrap_or_else(|| panic!("`{name}` on {node:?}"));
    text.parse().unwrap_or_else(|_| panic!("`{name}` is `{text}`"))
}

/// The text of a document, without blanks: names may be broken into lines.
fn all_text(svg: &str) -> String {
    let document = Document::parse(svg).expect("the figure is XML");
    let texts = document.descendants().filter(Node::is_text).filter_map(|node| node.text());
    texts.collect::<String>().chars().filter(|c| !c.is_whitespace()).collect()
}

fn solid(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn nothing_lies_outside_the_page_and_text_is_legible() {
    for (case, kind, numbers) in cases() {
        let svg = draw(kind, &numbers, &labels()).unwrap_or_else(|error| panic!("{case}: {error}"));
        let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{case}: {error}"));
        let root = document.root_element();
        assert_eq!(root.attribute("width"), Some("85mm"), "{case}");
        let page: Vec<f64> =
            root.attribute("viewBox").expect("a view box").split(' ').map(|n| n.parse().expect("a number")).collect();
        let (wide, high) = (page[2], page[3]);
        let units_per_point = wide / (85.0 * 72.0 / 25.4);
        let inside = |x: f64, y: f64, what: &str| {
            assert!((-1.0..=wide + 1.0).contains(&x) && (-1.0..=high + 1.0).contains(&y), "{case}: {what} at {x}, {y}");
        };
        for node in document.descendants().filter(Node::is_element) {
            match node.tag_name().name() {
                "text" => {
                    let size = number(&node, "font-size");
                    assert!(size >= 6.5 * units_per_point, "{case}: {size}");
                    inside(number(&node, "x"), number(&node, "y"), "text");
                }
                "rect" => {
                    let (x, y) = (number(&node, "x"), number(&node, "y"));
                    inside(x, y, "rectangle");
                    inside(x + number(&node, "width"), y + number(&node, "height"), "rectangle");
                }
                "circle" => inside(number(&node, "cx"), number(&node, "cy"), "disc"),
                "polyline" | "polygon" => {
                    for pair in node.attribute("points").expect("points").split_whitespace() {
                        let (x, y) = pair.split_once(',').expect("a pair");
                        inside(x.parse().expect("a number"), y.parse().expect("a number"), "line");
                    }
                }
                "svg" | "title" | "desc" => {}
                other => panic!("{case}: <{other}>"),
            }
        }
    }
}

fn collect_texts<'a>(group: &'a usvg::Group, texts: &mut Vec<&'a usvg::Text>) {
    for node in group.children() {
        match node {
            usvg::Node::Text(text) => texts.push(text.as_ref()),
            // A turned text sits in a group of its own.
            usvg::Node::Group(inner) => collect_texts(inner, texts),
            _ => {}
        }
    }
}

/// What usvg makes of the text, in the font that the picture is made with, stays on the page, whole.
#[test]
fn no_letter_is_cut_by_the_border() {
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.load_font_data(dejavu::sans::bold().to_vec());
    let options = usvg::Options { fontdb: fonts.into(), font_family: "none".to_owned(), ..usvg::Options::default() };
    let bare = Labels { title: String::new(), note: None, ..labels() };
    let long = Labels { title: LONG.repeat(6), x: LONG.repeat(6), value: LONG.repeat(6), note: Some(LONG.repeat(9)) };
    let each =
        cases().into_iter().flat_map(|case| [labels(), bare.clone(), long.clone()].map(|words| (case.clone(), words)));
    for ((case, kind, numbers), words) in each {
        if numbers.rows().len() > 2000 {
            continue;
        }
        let svg = draw(kind, &numbers, &words).unwrap_or_else(|error| panic!("{case}: {error}"));
        let tree = usvg::Tree::from_str(&svg, &options).expect("an SVG");
        let (wide, high) = (tree.size().width(), tree.size().height());
        let mut texts = Vec::new();
        collect_texts(tree.root(), &mut texts);
        let mut boxes = Vec::new();
        for text in texts {
            let drawn = text.abs_bounding_box();
            let words: String = text.chunks().iter().map(usvg::TextChunk::text).collect();
            assert!(drawn.left() >= 0.0 && drawn.right() <= wide, "{case}: `{words}` {drawn:?}");
            assert!(drawn.top() >= 0.0 && drawn.bottom() <= high, "{case}: `{words}` {drawn:?}");
            boxes.push((words, drawn));
        }
        assert_eq!(boxes.len(), svg.matches("<text ").count(), "{case}: some text is not set");
        for (k, (words, a)) in boxes.iter().enumerate() {
            for (others, b) in &boxes[..k] {
                let across = a.right().min(b.right()) - a.left().max(b.left());
                let down = a.bottom().min(b.bottom()) - a.top().max(b.top());
                // Boxes are as high as the font's ascent and descent, letters are not: a quarter may overlap.
                let allowed = 0.3 * a.height().min(a.width()).min(b.height().min(b.width()));
                assert!(across <= 0.5 || down <= 0.5 || across.min(down) <= allowed, "{case}: `{words}` on `{others}`");
            }
        }
    }
}

#[test]
fn the_same_numbers_give_the_same_bytes() {
    for kind in Kind::ALL {
        let one = draw(kind, &recorded(kind), &labels()).expect("drawn");
        let again = std::thread::spawn(move || draw(kind, &recorded(kind), &labels()).expect("drawn"));
        assert_eq!(one, again.join().expect("no panic"));
        assert_eq!(rasterise(&one, 600).expect("rasterised"), rasterise(&one, 600).expect("rasterised"));
    }
}

#[test]
fn the_order_of_rows_does_not_matter_to_a_sweep() {
    let numbers = recorded(Kind::Allocation);
    let backwards = Numbers::new(numbers.header().to_vec(), numbers.rows().iter().rev().cloned().collect());
    assert_eq!(
        draw(Kind::Allocation, &numbers, &labels()),
        draw(Kind::Allocation, &backwards.expect("rectangular"), &labels())
    );
}

#[test]
fn played_strategies_are_named_in_sweeps() {
    for (kind, prefix) in [(Kind::Allocation, "defence:"), (Kind::AttackMix, "attack:")] {
        let numbers = recorded(kind);
        let text = all_text(&draw(kind, &numbers, &labels()).expect("drawn"));
        for (j, column) in numbers.header().iter().enumerate() {
            let Some(name) = column.strip_prefix(prefix) else { continue };
            let peak = numbers.rows().iter().filter_map(|row| row[j].parse::<f64>().ok()).fold(0.0, f64::max);
            assert_eq!(text.contains(&solid(name)), peak > 0.005, "{kind:?}: {name}, {peak}");
        }
        assert!(text.contains("attacksuccessrate(rightaxis)"));
    }
}

#[test]
fn all_strategies_are_named_in_a_matrix() {
    let numbers = recorded(Kind::Payoffs);
    let text = all_text(&draw(Kind::Payoffs, &numbers, &labels()).expect("drawn"));
    for row in numbers.rows() {
        assert!(text.contains(&solid(&row[0])) && text.contains(&solid(&row[1])), "{row:?}");
    }
    // 0.92 of AutoDAN against no defence, and the mixes of the value 651/2750.
    for word in ["92", "58", "35", "(cellsinhundredths)"] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn bars_show_each_number_and_what_is_missing() {
    let text = all_text(&draw(Kind::Bars, &recorded(Kind::Bars), &labels()).expect("drawn"));
    for word in
        ["0.0836", "0.245to0.798", "independent", "atmosttwodefences", "onedefence", "bestwithoutmixing", "bounds"]
    {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert_eq!(text.matches("atmosttwodefences").count(), 1);
    let header = ["label", "value", "lower", "upper", "pure"];
    let row = |cells: [&str; 5]| cells.map(str::to_owned).to_vec();
    let plain = table(header, vec![row(["a", "0.5", "0.5", "0.5", ""]), row(["b", "", "", "", ""])]);
    let text = all_text(&draw(Kind::Bars, &plain, &labels()).expect("drawn"));
    assert!(text.contains("noanswer") && !text.contains("bounds") && !text.contains("withoutmixing"), "{text}");
}

#[test]
fn lines_are_named_and_not_too_many() {
    let text = all_text(&draw(Kind::Lines, &recorded(Kind::Lines), &labels()).expect("drawn"));
    assert!(text.contains("allattacks") && text.contains("withoutVLSBench"), "{text}");
    let error = draw(Kind::Lines, &lines("l", 7, 3, 1.0), &labels()).expect_err("too many");
    assert_eq!(error, FigureError::TooManyRows { rows: 7, limit: 6 });
    let nameless = table(["x"], vec![vec!["1".to_owned()]]);
    let error = draw(Kind::Lines, &nameless, &labels()).expect_err("nothing to draw");
    assert_eq!(error, FigureError::MissingColumn { column: "value:".to_owned() });
}

#[test]
fn a_transfer_prints_loss_and_regret() {
    let text = all_text(&draw(Kind::Transfer, &recorded(Kind::Transfer), &labels()).expect("drawn"));
    for word in ["0.48", "+0.12", "0.32", "+0.30", "tunedon↓", "testedon→", "mistral-7b", "llama3-8b"] {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[test]
fn each_quantity_says_what_it_promises() {
    let text = all_text(&draw(Kind::Uncertainty, &recorded(Kind::Uncertainty), &labels()).expect("drawn"));
    let promises = ["ofthemeasuredtable", "holdsonaverageonly", "holdswithitsconfidence", "intervaloftheposterior"];
    for word in promises.iter().chain(&["0.237", "0.238(0.195to0.285)", "0.173to0.311", "0.0832to0.474"]) {
        assert!(text.contains(word), "{word}: {text}");
    }
    let one_end = table(
        ["quantity", "kind", "low", "mid", "high"],
        vec![["bound", "certificate", "", "", "0.5"].map(str::to_owned).to_vec()],
    );
    assert!(all_text(&draw(Kind::Uncertainty, &one_end, &labels()).expect("drawn")).contains("atmost0.500"));
}

/// The largest score is on top whatever the order of the rows; what has no room is counted.
#[test]
fn a_ranking_is_ranked_and_says_what_it_leaves_out() {
    let rows = |order: &[usize]| {
        let rows = order.iter().map(|k| vec![format!("entry {k}."), format!("0.{k:02}"), String::new()]).collect();
        table(["label", "score", "standard_error"], rows)
    };
    let up: Vec<usize> = (1..=15).collect();
    let down: Vec<usize> = up.iter().rev().copied().collect();
    let svg = draw(Kind::Ranking, &rows(&up), &labels()).expect("drawn");
    assert_eq!(svg, draw(Kind::Ranking, &rows(&down), &labels()).expect("drawn"));
    let text = all_text(&svg);
    let places: Vec<_> = (4..=15).rev().map(|k| text.find(&format!("entry{k}.")).expect("named")).collect();
    assert!(places.is_sorted() && !text.contains("entry3."), "{text}");
    assert!(text.contains("3more,eachatmost0.0300."), "{text}");
}

#[test]
fn shortened_names_differ_and_are_explained() {
    let (attacks, defences) = (names(LONG, 7), names(&format!("{LONG} of defence"), 9));
    let svg = draw(Kind::Payoffs, &payoffs(&attacks, &defences, 1.0), &labels()).expect("drawn");
    let document = Document::parse(&svg).expect("XML");
    let element = |name: &str| document.descendants().find(|node| node.has_tag_name(name)).and_then(|node| node.text());
    assert_eq!(element("title"), Some("Jailbreaks & defences"));
    let explained = element("desc").expect("shortened names are explained");
    let shown: BTreeSet<&str> = explained.split("; ").filter_map(|pair| Some(pair.split_once(" = ")?.0)).collect();
    assert_eq!(shown.len(), attacks.len() + defences.len());
    for name in attacks.iter().chain(&defences) {
        assert!(explained.contains(name.as_str()), "{name}");
    }
}

#[test]
fn names_may_hold_anything() {
    let odd = ["<b>&\"'</b>", "line\nbreak", "\u{0}\u{7}\u{fffe}", "", "日本語", "…"].map(str::to_owned);
    let svg = draw(Kind::Payoffs, &payoffs(&odd, &odd, 1.0), &labels()).expect("drawn");
    assert!(all_text(&svg).contains("<b>&\"'</b>"));
    assert!(rasterise(&svg, 300).is_ok());
    let labels = Labels { title: "a\u{1}]]>".to_owned(), ..Labels::default() };
    assert!(rasterise(&draw(Kind::Allocation, &sweep("defence", &odd, 3, 0.1), &labels).expect("drawn"), 300).is_ok());
}

#[test]
fn a_visible_gap_is_explained_only_where_there_is_one() {
    let svg = |rows| all_text(&draw(Kind::Frontier, &frontier(rows), &labels()).expect("drawn"));
    let both = svg(&[["0", "0.1", "0.1", "0.1", "0.3", "0.2"], ["1", "0.1", "0.1", "0.1", "0.3", "0.2"]]);
    assert!(both.contains("gainedbyaveraging") && both.contains("gainedbyhiding"));
    let none = svg(&[["0", "0.1", "0.1", "0.1", "", "0.1"], ["1", "0.1", "0.1", "0.1", "", "0.1"]]);
    assert!(!none.contains("gainedby") && !none.contains("bestsingle") && none.contains("hiddenmix"));
}

#[test]
fn a_png_has_the_width_asked_for() {
    for kind in Kind::ALL {
        let svg = draw(kind, &recorded(kind), &labels()).expect("drawn");
        let png = rasterise(&svg, 1004).expect("rasterised");
        assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
        let size = |at: usize| u32::from_be_bytes([png[at], png[at + 1], png[at + 2], png[at + 3]]);
        assert_eq!(&png[12..16], b"IHDR");
        assert_eq!(size(16), 1004);
        assert!((400..2000).contains(&size(20)), "{}", size(20));
    }
    let svg = draw(Kind::Frontier, &recorded(Kind::Frontier), &labels()).expect("drawn");
    assert_eq!(rasterise(&svg, 0), Err(FigureError::Size { pixels_wide: 0, limit: 8192 }));
    assert!(matches!(rasterise(&svg, u32::MAX), Err(FigureError::Size { .. })));
    assert!(matches!(rasterise("<p>", 100), Err(FigureError::Svg { .. })));
    let thin = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"900000\"/>";
    assert!(matches!(rasterise(thin, 100), Err(FigureError::Size { .. })));
}

fn refusal(kind: Kind, csv: &str) -> FigureError {
    Numbers::from_csv(csv).and_then(|numbers| draw(kind, &numbers, &labels())).expect_err(csv)
}

#[test]
fn wrong_numbers_are_refused_by_column_and_row() {
    let bad = refusal(Kind::Frontier, "x,value,lower,upper,pure,visible\n0,1,1,1,1,1\n1,1,1,1,high,1\n");
    assert_eq!(bad, FigureError::NotANumber { column: "pure".into(), row: 2, cell: "high".into() });
    assert_eq!(bad.to_string(), "column `pure`, row 2: `high` is not a finite number");
    for cell in ["NaN", "inf", "", "1e999"] {
        let bad = refusal(Kind::Frontier, &format!("x,value,lower,upper,pure,visible\n{cell},1,1,1,1,1\n"));
        assert_eq!(bad, FigureError::NotANumber { column: "x".into(), row: 1, cell: cell.into() });
    }
    let bad = refusal(Kind::Allocation, "x,value,lower,upper,defence:a,defence:b\n0,1,1,1,0.5,\n");
    assert_eq!(bad, FigureError::NotANumber { column: "defence:b".into(), row: 1, cell: String::new() });
    let bad = refusal(Kind::AttackMix, "x,value,lower,upper,attack:a\n0,1,1,1,1.5\n");
    assert_eq!(bad, FigureError::OutOfRange { column: "attack:a".into(), row: 1, value: 1.5, least: 0.0, most: 1.0 });
    let bad = refusal(Kind::Frontier, "x,value,lower,upper,pure,visible\n0,1e200,,,,\n");
    assert!(matches!(bad, FigureError::OutOfRange { column, row: 1, .. } if column == "value"));
    let bad = refusal(Kind::Frontier, "x,value,lower,upper,pure,visible\n0,1,2,1,,\n");
    assert_eq!(bad, FigureError::Reversed { row: 1, lower: 2.0, upper: 1.0 });
    let bad = refusal(Kind::Frontier, "x,value,lower,upper,pure,visible\n0,1,1,1,,\n-0,1,1,1,,\n");
    assert!(matches!(bad, FigureError::Repeated { row: 2, .. }), "{bad}");
}

#[test]
fn wrong_tables_are_refused() {
    assert_eq!(refusal(Kind::Frontier, ""), FigureError::NoRows);
    assert_eq!(refusal(Kind::Frontier, "x,value\n"), FigureError::NoRows);
    for kind in Kind::ALL {
        let header = recorded(kind).header().join(",");
        assert_eq!(refusal(kind, &header), FigureError::NoRows, "{kind:?}");
        assert!(matches!(refusal(kind, "a,b\n1,2\n"), FigureError::MissingColumn { .. }), "{kind:?}");
    }
    let bad = refusal(Kind::Allocation, "x,value,lower,upper,attack:a\n0,1,1,1,1\n");
    assert_eq!(bad, FigureError::MissingColumn { column: "defence:".into() });
    assert_eq!(refusal(Kind::Frontier, "x,x\n1,2\n"), FigureError::DuplicateColumn { column: "x".into() });
    assert_eq!(refusal(Kind::Frontier, "x,y\n1\n"), FigureError::Ragged { row: 1, expected: 2, found: 1 });
    assert_eq!(refusal(Kind::Frontier, "x,value,lower,upper,pure,visible\n1,,,,,\n"), FigureError::Empty);
    assert_eq!(refusal(Kind::Allocation, "x,value,lower,upper,defence:a\n1,0,0,0,\n"), FigureError::Empty);
    let head = "attack,defence,lower,upper,attack_probability,defence_probability\n";
    let bad = refusal(Kind::Payoffs, &format!("{head}a,d,1,1,1,1\na,d,1,1,1,1\n"));
    assert_eq!(bad.to_string(), "row 2 repeats attack `a` against defence `d`");
    let bad = refusal(Kind::Payoffs, &format!("{head}a,d,1,1,0.5,1\na,e,1,1,0.6,0\n"));
    assert_eq!(bad, FigureError::Contradiction { column: "attack_probability".into(), row: 2, name: "a".into() });
    let bad = refusal(Kind::Bars, "label,value,lower,upper,pure,group\na,1,1,1,1,g\na,1,1,1,1,h\na,1,1,1,1,h\n");
    assert_eq!(bad, FigureError::Repeated { row: 3, what: "`a`".into() });
    let bad = refusal(Kind::Transfer, "tuned_on,tested_on,loss,regret\na,b,1,0\na,b,1,0\n");
    assert_eq!(bad.to_string(), "row 2 repeats `a` tested on `b`");
    let bad = refusal(Kind::Uncertainty, "quantity,kind,low,mid,high\nv,posterior,0.1,0.3,0.2\n");
    assert_eq!(bad, FigureError::Reversed { row: 1, lower: 0.3, upper: 0.2 });
    let bad = refusal(Kind::Ranking, "label,score,standard_error\na,1,-1\n");
    assert!(matches!(bad, FigureError::OutOfRange { column, row: 1, .. } if column == "standard_error"));
    for (kind, row) in [(Kind::Bars, "a,,,,"), (Kind::Transfer, "a,b,,"), (Kind::Uncertainty, "a,estimate,,,")] {
        let header = &recorded(kind).header()[..row.split(',').count()].join(",");
        assert_eq!(refusal(kind, &format!("{header}\n{row}\n")), FigureError::Empty, "{kind:?}");
    }
    let many: String = (0..61).map(|k| format!("{k},1,1,1,1\n")).collect();
    let bad = refusal(Kind::Bars, &format!("label,value,lower,upper,pure\n{many}"));
    assert_eq!(bad, FigureError::TooManyRows { rows: 61, limit: 60 });
    let large = payoffs(&names("a", 201), &names("d", 2), 1.0);
    assert_eq!(
        draw(Kind::Payoffs, &large, &labels()),
        Err(FigureError::TooLarge { attacks: 201, defences: 2, limit: 200 })
    );
}

#[test]
fn numbers_survive_their_file() {
    let header = ["x", "defence:a \"quoted\", b"].map(str::to_owned).to_vec();
    let numbers = Numbers::new(header, vec![vec!["1".into(), "two\nlines".into()], vec![String::new(), "é".into()]]);
    let numbers = numbers.expect("rectangular");
    assert_eq!(Numbers::from_csv(&numbers.to_csv()), Ok(numbers.clone()));
    let marked = format!("\u{feff}{}", numbers.to_csv().replace('\n', "\r\n").replace("two\r\n", "two\n"));
    assert_eq!(Numbers::from_csv(&marked), Ok(numbers));
}
