//! Each warning about the inputs fires on a scenario made for it, and a scenario without a fault gets none.

use std::sync::Arc;

use saddlepoint_game::diagnostic::{Diagnostic, Source};
use saddlepoint_game::measured::MeasurementTable;
use saddlepoint_game::rational::{Rational, parse};
use saddlepoint_game::scenario::{Data, Knob, ScenarioFile, Sources, Template};

const HEADER: &str = "source,venue_year,model,modality,level,flow,attack,attack_axis,defense,defense_kind,metric,value,unit,n,direction,where\n";

/// One row: attack, defence, metric, value, unit, direction.
fn row(attack: &str, defence: &str, metric: &str, value: &str, unit: &str, direction: &str) -> String {
    format!("key,2026,m,text,model,flow,{attack},axis,{defence},kind,{metric},{value},{unit},200,{direction},Table 1\n")
}

/// Two attacks, one of which adapts, on the undefended system and two defences, with all that a reader would want.
fn table() -> String {
    let mut text = HEADER.to_owned();
    let rates = [("adaptive GCG", ["0.9", "0.3", "0.2"]), ("PAIR", ["0.8", "0.1", "0.4"])];
    let defences = ["no_defense", "A", "B"];
    for (attack, rates) in rates {
        for (defence, rate) in defences.iter().zip(rates) {
            text += &row(attack, defence, "asr", rate, "fraction", "attacker_gain");
        }
    }
    for (defence, [utility, refusal, latency]) in
        defences.iter().zip([["0.9", "0", "100"], ["0.8", "0.2", "110"], ["0.7", "0.1", "120"]])
    {
        text += &row("none", defence, "utility", utility, "fraction", "defender_utility");
        text += &row("none", defence, "over_refusal", refusal, "fraction", "cost");
        text += &row("none", defence, "latency", latency, "ms", "cost");
    }
    text
}

const CLEAN: &str = "schema = 1\nname = \"x\"\n[source.main]\nfile = \"a.csv\"\nmodel = \"m\"\nmetric = \"asr\"\n";

fn laid_out(scenario: &str, tables: &[(&str, String)]) -> Result<Template, Vec<Diagnostic>> {
    let file = ScenarioFile::read(&Source::new("x.toml", scenario), &[])?;
    let data = |(key, name): (String, &str)| {
        let (_, text) = tables.iter().find(|(known, _)| *known == name).expect("a table");
        let table = MeasurementTable::read(name, text.as_bytes()).expect("a good table");
        (key, Data::Measured(Arc::new(table)))
    };
    let sources: Sources = file.files().into_iter().map(data).collect();
    Template::new(&file, &sources)
}

#[track_caller]
fn warnings_of(scenario: &str, tables: &[(&str, String)]) -> Vec<Diagnostic> {
    let template = laid_out(scenario, tables).unwrap_or_else(|problems| panic!("{problems:#?}"));
    template.warnings(template.parameters())
}

/// The codes of a scenario on one table.
#[track_caller]
fn codes(scenario: &str, table: &str) -> Vec<&'static str> {
    warnings_of(scenario, &[("a.csv", table.to_owned())]).iter().map(|warning| warning.code).collect()
}

#[test]
fn a_scenario_without_a_fault_has_no_warning() {
    assert_eq!(codes(CLEAN, &table()), [""; 0]);
    let capped = format!("{CLEAN}[[constraint]]\nname = \"refusals\"\nmetric = \"over_refusal\"\nmax = 0.1\n");
    assert_eq!(codes(&capped, &table()), [""; 0]);
}

#[test]
fn w01_is_about_the_share_of_attacks() {
    let weighted = format!("{CLEAN}[loss]\nform = \"weighted\"\nw = 0.5\nutility = \"utility\"\n");
    assert_eq!(codes(&weighted, &table()), ["W01"]);
    assert_eq!(codes(&format!("{weighted}pi = 0.01\n"), &table()), [""; 0]);
    // A sweep over the share states it.
    assert_eq!(codes(&format!("{weighted}pi = 0.1\n[sweep]\n\"loss.pi\" = [0.1, 0.2]\n"), &table()), [""; 0]);
}

/// A catches at most 0.9 of an attack and 0.2 of benign traffic, so an alarm is as likely false as not at
/// `π 0.9 = (1-π) 0.2`, π = 2/11; B, with 0.8 and 0.1, at 1/9.
#[test]
fn w01_is_about_false_alarms_at_the_stated_share() {
    let priced = |pi: &str| {
        format!("{CLEAN}[loss]\nform = \"base-rate\"\npi = \"{pi}\"\nh = 10\nover_refusal = \"over_refusal\"\nr = 1\n")
    };
    let said = |pi: &str| warnings_of(&priced(pi), &[("a.csv", table())]).pop().map(|w| (w.code, w.message));
    assert_eq!(said("2/11"), None);
    let (code, message) = said("0.15").expect("a warning");
    assert!(code == "W01" && message.contains("A (44.3 %)") && !message.contains("B ("), "{message}");
    assert!(said("0.1").is_some_and(|(_, message)| message.contains("B (47.1 %)")));
    // A swept share is warned of at its own points.
    let template = laid_out(&priced("0.5"), &[("a.csv", table())]).expect("a template");
    let mut parameters = template.parameters().clone();
    assert_eq!(template.warnings(&parameters), []);
    Knob::AttackShare.set(&mut parameters, parse("0.1").expect("a number"));
    assert_eq!(template.warnings(&parameters).len(), 1);
    // What is let through is turned round, so that the metric of a guard serves as well.
    let guard = format!(
        "{CLEAN}false_positives = \"utility\"\n[loss]\nform = \"weighted\"\nw = 0.5\npi = 0.1\nutility = \"utility\"\n"
    );
    let said = warnings_of(&guard, &[("a.csv", table())]).pop().expect("a warning").message;
    assert!(said.contains("A (33.3 %)"), "{said}");
}

#[test]
fn w02_is_about_attacks_that_do_not_adapt() {
    let fixed = table().replace("adaptive GCG", "GCG");
    assert_eq!(codes(CLEAN, &fixed), ["W02"]);
    assert_eq!(codes(CLEAN, &table().replace("adaptive", "non-adaptive")), ["W02"]);
    assert_eq!(codes(&format!("{CLEAN}[stress]\nadaptive_uplift = 0.68\n"), &fixed), [""; 0]);
}

#[test]
fn w03_is_about_attacks_and_cells_that_are_not_there() {
    assert_eq!(codes(&format!("{CLEAN}drop_attacks = [\"PAIR\"]\n"), &table()), ["W03"]);
    assert_eq!(codes(&format!("{CLEAN}attacks = [\"PAIR\", \"adaptive GCG\"]\n"), &table()), [""; 0]);
    let open = table().replace(&row("PAIR", "A", "asr", "0.1", "fraction", "attacker_gain"), "");
    let mode = |rest: &str| warnings_of(&format!("{CLEAN}[missing]\n{rest}\n"), &[("a.csv", open.clone())]);
    let [bounds] = mode("mode = \"bounds\"").try_into().expect("one warning");
    assert_eq!(bounds.code, "W03");
    let [monotone] = mode("mode = \"bounds\"\nmonotone = true").try_into().expect("one warning");
    assert!(monotone.message.contains("taken not to exceed"), "{}", monotone.message);
    assert_eq!(mode("mode = \"drop-attacks\"")[0].code, "W03");
    // Leaving out a defence is safe.
    assert_eq!(mode("mode = \"drop-defences\""), []);
}

#[test]
fn w04_is_about_trials() {
    assert_eq!(codes(CLEAN, &table().replace(",200,", ",,")), ["W04"]);
    assert_eq!(codes(CLEAN, &table().replace(",200,", ",99,")), ["W04"]);
    assert_eq!(codes(CLEAN, &table().replace(",200,", ",100,")), [""; 0]);
    let assumed = warnings_of(&format!("{CLEAN}[noise]\nn = 500\n"), &[("a.csv", table().replace(",200,", ",,"))]);
    assert!(assumed[0].message.contains("500 are assumed"), "{}", assumed[0].message);
}

#[test]
fn w05_is_about_a_defence_that_nothing_beats() {
    let never = table().replace(",A,kind,asr,0.3", ",A,kind,asr,0").replace(",A,kind,asr,0.1", ",A,kind,asr,0");
    assert_eq!(codes(CLEAN, &never), ["W05"]);
    assert_eq!(codes(CLEAN, &table().replace(",A,kind,asr,0.3", ",A,kind,asr,0")), [""; 0]);
}

#[test]
fn w06_is_about_cells_printed_twice() {
    let again = |value: &str| {
        let other = row("PAIR", "A", "asr", value, "fraction", "attacker_gain").replace("Table 1", "Table 9");
        table() + &other
    };
    assert_eq!(codes(CLEAN, &again("0.1")), ["W06"]);
    let ordered = format!("{CLEAN}where = [\"Table 1\", \"Table 9\"]\n");
    let said = warnings_of(&ordered, &[("a.csv", again("0.7"))]);
    assert_eq!(said.iter().map(|warning| warning.code).collect::<Vec<_>>(), ["W06"]);
    assert!(said[0].message.contains("0.1 in Table 1, which is played, and 0.7 in Table 9"), "{}", said[0].message);
    // Elsewhere does not count where it is not read.
    assert_eq!(codes(&format!("{CLEAN}where = [\"Table 1\"]\n"), &again("0.7")), [""; 0]);
}

#[test]
fn w07_is_about_layers_taken_to_be_independent() {
    let stacks = |rule: &str| {
        let text = CLEAN.replace("[source", "[game]\nstrategy = \"portfolios\"\n[source");
        format!("{text}[composition]\nrule = \"{rule}\"\nmax_size = 2\n")
    };
    assert_eq!(codes(&stacks("independent"), &table()), ["W07"]);
    assert_eq!(codes(&stacks("bounds"), &table()), [""; 0]);
}

#[test]
fn w08_is_about_several_files_and_what_is_said_of_all_is_said_once() {
    let two = |second: &str| {
        format!(
            "schema = 1\nname = \"x\"\nassembled = true\n[game]\nconcept = \"robust\"\n[source.one]\nfile = \"a.csv\"\n\
             model = \"m\"\nmetric = \"asr\"\n[source.two]\nfile = \"{second}\"\nmodel = \"n\"\nmetric = \"asr\"\n"
        )
    };
    let other = table().replace(",m,text", ",n,text");
    let both = table() + other.strip_prefix(HEADER).expect("the header");
    assert_eq!(codes(&two("a.csv"), &both), [""; 0]);
    let said = |text: String| warnings_of(&two("b.csv"), &[("a.csv", table()), ("b.csv", text)]);
    assert_eq!(said(other.clone()).iter().map(|w| w.code).collect::<Vec<_>>(), ["W08"]);
    // One of two is named, both are not.
    let few = said(other.replace(",200,", ",20,"));
    assert!(few[0].message.starts_with("two: "), "{}", few[0].message);
    let unsaid = both.replace(",200,", ",,");
    let [both] = warnings_of(&two("a.csv"), &[("a.csv", unsaid)]).try_into().expect("one warning");
    assert!(both.code == "W04" && both.message.starts_with("the table"), "{}", both.message);
}

#[test]
fn w09_is_about_numbers_from_a_digest() {
    assert_eq!(codes(CLEAN, &table().replace("key,2026", "jia2025omnisafebench,2026")), ["W09"]);
    assert_eq!(codes(CLEAN, &table().replace("Table 1", "via secondary digest: Table 1")), ["W09"]);
    // Of this publication only the defended rows are second-hand.
    let bench = table().replace("key,2026", "chao2024jailbreakbench,2026");
    let said = warnings_of(CLEAN, &[("a.csv", bench.clone())]);
    assert!(said[0].message.starts_with("4 of 6 cells"), "{}", said[0].message);
    assert_eq!(codes(&format!("{CLEAN}defences = [\"no_defense\"]\n"), &bench), [""; 0]);
}

#[test]
fn w10_is_about_one_automatic_judge_and_only_if_the_scenario_says_so() {
    assert_eq!(codes(&format!("{CLEAN}judge = \"automatic\"\n"), &table()), ["W10"]);
    assert_eq!(codes(&format!("{CLEAN}judge = \"several\"\n"), &table()), [""; 0]);
    assert_eq!(codes(&format!("{CLEAN}judge = \"human\"\n"), &table()), [""; 0]);
    let problems = laid_out(&format!("{CLEAN}judge = \"magic\"\n"), &[("a.csv", table())]).expect_err("a problem");
    assert_eq!(problems[0].code, "unknown-value");
}

#[test]
fn w12_is_about_the_undefended_system() {
    assert_eq!(codes(&format!("{CLEAN}drop_defences = [\"no_defense\"]\n"), &table()), ["W12"]);
}

#[test]
fn w15_is_about_benign_rows_from_other_data() {
    let capped = format!("{CLEAN}[[constraint]]\nname = \"floor\"\nmetric = \"utility\"\nmin = 0.7\n");
    let moved = |from: &str, to: &str| {
        let other = |line: &str| if line.contains(",utility,") { line.replace(from, to) } else { line.to_owned() };
        table().lines().map(|line| other(line) + "\n").collect::<String>()
    };
    for (from, to) in [("Table 1", "Table 2"), ("key,", "other,"), (",none,", ",none (MMMU),")] {
        assert_eq!(codes(&capped, &moved(from, to)), ["W15"], "{to}");
        // A metric that is not used is not warned of.
        assert_eq!(codes(CLEAN, &moved(from, to)), [""; 0], "{to}");
    }
}

#[test]
fn w16_is_about_what_a_defence_costs_to_run() {
    let lab: String =
        table().lines().filter(|line| !line.contains(",latency,")).map(|line| format!("{line}\n")).collect();
    assert_eq!(codes(CLEAN, &lab), ["W16"]);
    let budget = format!("{CLEAN}[budget]\nmax = 1\nunit_cost = 1\n");
    assert_eq!(codes(&budget, &lab), [""; 0]);
}

/// What an attack costs the attacker is no cost of the defender's requests.
#[test]
fn a_cost_of_attacks_is_refused_in_the_loss() {
    let text = table() + &row("PAIR", "A", "encoding_time", "3", "s", "cost");
    let scenario = format!("{CLEAN}[loss]\nform = \"base-rate\"\npi = 0.1\nh = 1\ncost = \"encoding_time\"\nk_c = 1\n");
    let problems = laid_out(&scenario, &[("a.csv", text)]).expect_err("a problem");
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["attack-rows-only"]);
    assert!(problems[0].hint.as_ref().is_some_and(|hint| hint.contains("loss.attacker_cost")));
}

#[test]
fn a_loss_says_what_one_harm_is_worth() {
    let said = |loss: &str| {
        let template = laid_out(&format!("{CLEAN}[loss]\n{loss}"), &[("a.csv", table())]).expect("a template");
        template.translation(template.parameters()).expect("a loss of measurements")
    };
    let number = |text: &str| parse(text).expect("a number");
    let weighted = said("form = \"weighted\"\nw = 0.5\npi = 0.01\nutility = \"utility\"\n");
    assert_eq!(weighted.harm_in_tasks, Some(number("99")));
    assert_eq!(weighted.sentence, "w = 0.5 at pi = 0.01: one harm is worth 99 lost tasks");
    let unstated = said("form = \"weighted\"\nw = 0.75\nutility = \"utility\"\n");
    assert_eq!(unstated.harm_in_tasks, None);
    assert!(unstated.sentence.starts_with("w = 0.75: one harm is worth 3 (1 - pi) / pi lost tasks"));
    // Back again: h = 99 b at one percent is a weight of a half.
    let priced = said("form = \"base-rate\"\npi = 0.01\nh = 198\nb = 2\nutility = \"utility\"\n");
    assert_eq!((priced.w, priced.harm_in_tasks), (Some(number("1/2")), Some(number("99"))));
    let latency =
        said("form = \"base-rate\"\npi = 0.01\nh = 5\nk_t = 0.002\nlatency = \"latency\"\nunit = \"euros\"\n");
    assert_eq!(latency.sentence, "at pi = 0.01 one harm is worth 5 euros; 0.002 euros per ms of `latency`");
    assert_eq!((latency.w, latency.harm_in_tasks, latency.unit.as_str()), (None, None, "euros"));
    let several = said(
        "form = \"base-rate\"\npi = 0.01\nb = 1\nutility = \"utility\"\n[loss.h]\n\"adaptive GCG\" = 5\nPAIR = 3\n",
    );
    assert!(several.sentence.contains("3 to 5 lost tasks, depending on the attack"), "{}", several.sentence);
}

/// A system that refuses everything: no harm, all tasks lost, over-refusal 1.
#[test]
fn refusing_everything_costs_what_the_loss_counts() {
    let refusal = |rest: &str| {
        let template = laid_out(&format!("{CLEAN}{rest}"), &[("a.csv", table())]).expect("a template");
        template.refusal(template.parameters()).expect("a rate")
    };
    let number = |text: &str| parse(text).expect("a number");
    let single = refusal("");
    assert_eq!((single.loss, single.counts_use), (Rational::ZERO, false));
    assert_eq!(refusal("[loss]\nform = \"weighted\"\nw = 0.3\nutility = \"utility\"\n").loss, number("0.7"));
    let priced = "[loss]\nform = \"base-rate\"\npi = 0.1\nh = 9\nb = 2\nr = 3\nk_t = 4\nutility = \"utility\"\n\
                  over_refusal = \"over_refusal\"\nlatency = \"latency\"\n";
    assert_eq!(refusal(priced).loss, number("0.9") * number("5"));
    let limited = refusal(
        "[[constraint]]\nname = \"floor\"\nmetric = \"utility\"\nmin = 0.7\n[[constraint]]\nname = \"refusals\"\n\
         metric = \"over_refusal\"\nmax = 0.25\non = \"every-draw\"\n[[constraint]]\nname = \"time\"\nmetric = \"latency\"\n\
         max = 115\n",
    );
    let breaks = [("floor", "0.7"), ("refusals", "0.75")].map(|(name, by)| (name.to_owned(), number(by)));
    assert_eq!((limited.breaks, limited.unknown), (breaks.to_vec(), vec!["time".to_owned()]));
}
