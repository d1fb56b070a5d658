//! Every concept and every form of the game through a scenario file: its value, its proof, and forgeries of the proof.
//!
//! Values are those of an independent exact solver (a basis from an interior-point library, solved in fractions, primal
//! and dual compared), or closed forms.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Run, copy, run_in, write};

const SHIELD: &str = "[source.main]\nfile = \"data/jailbreak_jbshield.csv\"\nmetric = \"asr\"\n";
const FIVE: &str = "victims = [\"mistral-7b\", \"vicuna-7b\", \"vicuna-13b\", \"llama2-7b\", \"llama3-8b\"]\n";
const VICUNA: &str = "[source.main]\nfile = \"data/jailbreak_jbshield.csv\"\nmetric = \"asr\"\nmodel = \"vicuna-7b\"\n";
const LAB: &str = "[source.main]\nfile = \"data/aisafetylab_jailbreak.csv\"\nmetric = \"asr\"\nmodel = \"vicuna-7b-v1.5\"\n\
                   drop_defences = [\"Prompt Guard\"]\n";
const THREE: &str = "assembled = true\n\
    [channels.text]\nfile = \"data/aisafetylab_jailbreak.csv\"\nmodel = \"vicuna-7b-v1.5\"\nmetric = \"asr\"\n\
    drop_defences = [\"Prompt Guard\"]\n\
    [channels.image]\nfile = \"data/vlm_safety_alignment.csv\"\nmodel = \"llava-v1.5-7b\"\nmetric = \"safety_rate\"\n\
    [channels.audio]\nfile = \"data/jailbreak_audiobench.csv\"\nmodel = \"SALMONN-7B\"\nmetric = \"asr\"\n";

/// A folder with one scenario beside the shipped tables.
struct Scene(TempDir);

impl Scene {
    fn new(text: &str) -> Self {
        let folder = copy();
        write(&folder.path().join("scenarios/x.toml"), format!("schema = 1\nname = \"x\"\n{text}"));
        Self(folder)
    }

    fn run(&self, arguments: &[&str]) -> Run {
        run_in(self.0.path(), arguments)
    }

    fn solve(&self, set: &[&str]) -> Value {
        let set = set.iter().flat_map(|set| ["--set", set]);
        let arguments: Vec<_> = ["solve", "scenarios/x.toml", "--format", "json"].into_iter().chain(set).collect();
        self.run(&arguments).ends(0).json()
    }

    /// Why a result is not believed; empty if it is.
    fn doubts(&self, result: &Value) -> Vec<String> {
        write(&self.0.path().join("r.json"), result.to_string());
        let run = self.run(&["verify", "r.json"]);
        assert!(matches!(run.code, Some(0 | 1)), "{run:#?}");
        run.out.lines().filter_map(|line| line.strip_prefix("r.json: rejected: ")).map(str::to_owned).collect()
    }

    #[track_caller]
    fn proves(&self, set: &[&str], value: &str) {
        let result = self.solve(set);
        assert_eq!(result["certificate"]["lower"], value, "{set:?}");
        assert_eq!(result["certificate"]["upper"], value, "{set:?}");
        assert_eq!(self.doubts(&result), [""; 0], "{set:?}");
    }

    #[track_caller]
    fn rejects(&self, change: impl FnOnce(&mut Value), because: &str) {
        let mut result = self.solve(&[]);
        change(&mut result);
        let doubts = self.doubts(&result);
        assert!(doubts.iter().any(|doubt| doubt.contains(because)), "{because} in {doubts:#?}");
    }
}

#[test]
fn one_policy_for_five_victims() {
    let scene = Scene::new(&format!("{SHIELD}[game]\nconcept = \"robust\"\n{FIVE}"));
    scene.proves(&[], "9/25");
    scene.proves(&["game.concept=regret"], "23193/479120");
    scene.proves(&["game.concept=bayesian"], "3/25");
    let transfer = &scene.solve(&[])["transfer"]["losses"];
    assert_eq!(transfer[1][4], json!(171.0 / 530.0));
    assert_eq!(transfer[1][0], json!(126.0 / 265.0));
}

#[test]
fn a_victims_own_value_is_not_believed_without_its_proof() {
    let scene = Scene::new(&format!("{SHIELD}[game]\nconcept = \"regret\"\n{FIVE}"));
    scene.rejects(|result| result["types"][1]["value_exact"] = json!("64/530"), "the value of `vicuna-7b`");
    let other = |result: &mut Value| {
        result["types"][1]["attacker"][0]["exact"] = json!("36/53");
        result["types"][1]["attacker"][1]["exact"] = json!("17/53");
    };
    scene.rejects(other, "the value of `vicuna-7b`");
}

#[test]
fn types_act_with_their_priors() {
    let text = format!("{SHIELD}[game]\nconcept = \"bayesian\"\n{FIVE}");
    let scene = Scene::new(&text);
    scene.rejects(|result| result["types"][0]["prior_exact"] = json!("1/4"), "what is claimed of victim or type 0");
    // Types by what they know: with one type that knows everything the game is the plain one.
    let knows = "[[type]]\nname = \"insider\"\nprior = 1\n";
    Scene::new(&format!("{VICUNA}[game]\nconcept = \"bayesian\"\n{knows}")).proves(&[], "63/530");
    // One that knows an attack that SafeDecoding stops entirely, and one that knows nothing but that.
    let blind = "[[type]]\nname = \"outsider\"\nprior = \"1/2\"\nattacks = [\"GCG\"]\n\
                 [[type]]\nname = \"insider\"\nprior = \"1/2\"\n";
    let found = Scene::new(&format!("{VICUNA}[game]\nconcept = \"bayesian\"\n{blind}")).solve(&[]);
    let value = found["value"].as_f64().expect("a value");
    assert!(value <= 63.0 / 530.0 + 1e-12, "an attacker who knows less does no more harm: {value}");
}

#[test]
fn an_attacker_who_spreads() {
    let scene = Scene::new(&format!("{VICUNA}[game]\nconcept = \"cvar\"\nbeta = 0.5\n"));
    for (beta, value) in [("0", "13/450"), ("1/2", "13/225"), ("2/3", "13/150"), ("1", "63/530")] {
        scene.proves(&[&format!("game.beta={beta}")], value);
    }
    scene.rejects(|result| result["caps"][0] = json!("0/1"), "nothing is proved");
}

#[test]
fn a_soft_attacker() {
    let scene = Scene::new(&format!("{VICUNA}[game]\nconcept = \"quantal\"\nlambda = 50\n"));
    let result = scene.solve(&[]);
    let value = result["value"].as_f64().expect("a value");
    assert!((value - 0.091_440_258_979_92).abs() < 1e-12, "{value}");
    assert!(result["certificate"]["gap"].as_f64().expect("a gap") < 1e-9);
    assert_eq!(scene.doubts(&result), [""; 0]);
    scene.rejects(|result| result["quantal"]["lambda"] = json!("60/1"), "claims more than is proved");
}

#[test]
fn a_cost_of_the_attackers_own() {
    let text = "[source.main]\nfile = \"data/waves_image_watermark.csv\"\n\
                model = \"watermark detector (WAVES, 3 datasets averaged)\"\n\
                metric = \"tpr_at_0.1pct_fpr_avg_over_strengths\"\n\
                [loss]\nattacker_cost = \"avg_quality_degradation\"\n[game]\nconcept = \"stackelberg\"\nlambda = 1\n\
                [sweep]\n\"game.lambda\" = [0, 0.5, 1, 2]\n";
    let scene = Scene::new(text);
    for (lambda, loss) in [("0", "38249/53500"), ("1/2", "934839/1810000"), ("1", "5121441/13441750"), ("2", "0/1")] {
        let result = scene.solve(&[&format!("game.lambda={lambda}")]);
        assert_eq!(result["loss"]["upper"], loss, "{lambda}");
        assert_eq!(result["loss"]["lower"], loss, "{lambda}");
        assert_eq!(scene.doubts(&result), [""; 0], "{lambda}");
    }
    scene.run(&["sweep", "scenarios/x.toml", "-q"]).ends(0);
    scene.run(&["verify", "results/x"]).ends(0);
}

#[test]
fn the_value_first_and_then_other_metrics() {
    let text = format!("{LAB}[game]\nconcept = \"lexicographic\"\nthen = [\"over_refusal_rate\"]\n");
    let scene = Scene::new(&text);
    scene.proves(&[], "651/2750");
    // Ties are what is decided: with Prompt Guard several mixes lose nothing, and it alone refuses nothing more.
    let text = text.replace("drop_defences = [\"Prompt Guard\"]", "defences = [\"Prompt Guard\", \"Aligner\"]");
    let result = Scene::new(&text).solve(&[]);
    assert_eq!(result["then"][0]["metric"], "over_refusal_rate");
}

#[test]
fn one_budget_over_three_channels() {
    let text = format!(
        "{THREE}[game]\nstrategy = \"marginals\"\n[budget]\nmax = 1\n[sweep]\n\"budget.max\" = [0, 0.5, 1, 1.5, 2]\n"
    );
    let scene = Scene::new(&text);
    for (max, value) in
        [("0", "467/500"), ("1/2", "2093/2550"), ("1", "42964/60435"), ("3/2", "6453/10000"), ("2", "6453/10000")]
    {
        scene.proves(&[&format!("budget.max={max}")], value);
    }
    let at_one = scene.solve(&["budget.max=1"]);
    assert_eq!(at_one["constraints"][0]["price_exact"], "66401/302175");
    assert_eq!(at_one["constraints"].as_array().expect("a list").len(), 1, "that a channel has one mix is no limit");
    // A whole budget holds in every draw: one active defence, never two.
    let deployments = at_one["deployments"].as_array().expect("a list");
    let active = |deployment: &Value| {
        deployment["defences"].as_object().expect("channels").values().filter(|d| **d != "no_defense").count()
    };
    assert!(deployments.iter().all(|deployment| active(deployment) == 1), "{deployments:#?}");
    scene.run(&["sweep", "scenarios/x.toml", "-q"]).ends(0);
    scene.run(&["verify", "results/x"]).ends(0);
}

#[test]
fn forged_marginals_are_rejected() {
    let text = format!("{THREE}[game]\nstrategy = \"marginals\"\n[budget]\nmax = 1\n");
    let scene = Scene::new(&text);
    let find = |result: &mut Value, name: &str| -> usize {
        let entries = result["defender"].as_array().expect("a list");
        entries.iter().position(|entry| entry["name"] == name).unwrap_or_else(|| panic!("no {name}"))
    };
    // More of the image defence than the budget pays for.
    let richer = |result: &mut Value| {
        let (active, idle) = (find(result, "image:SPA-VL-PPO"), find(result, "image:no_defense"));
        result["defender"][active]["exact"] = json!("1/1");
        result["defender"][active]["probability"] = json!(1.0);
        result["defender"][idle]["exact"] = json!("0/1");
        result["defender"][idle]["probability"] = json!(0.0);
    };
    scene.rejects(richer, "breaks constraint `budget`");
    let lost = |result: &mut Value| {
        let idle = find(result, "audio:no_defense");
        result["defender"][idle]["exact"] = json!("1/2");
        result["defender"][idle]["probability"] = json!(0.5);
    };
    scene.rejects(lost, "no distribution");
    scene.rejects(|result| result["certificate"]["lower"] = json!("3/4"), "`certificate.lower` claims more");
}

#[test]
fn sets_of_defences() {
    let rule = |rule: &str, more: &str| {
        format!("{LAB}[game]\nstrategy = \"portfolios\"\n[composition]\nrule = \"{rule}\"\n{more}")
    };
    let pairs = Scene::new(&rule("independent", "max_size = 2\n"));
    pairs.proves(&[], "327111/3913150");
    let bounds = pairs.solve(&["composition.rule=bounds"]);
    assert_eq!(bounds["certificate"]["lower"], "1/25");
    assert_eq!(bounds["certificate"]["upper"], "219/1550");
    assert_eq!(pairs.doubts(&bounds), [""; 0]);
    // Between independence and full dependence the losses are affine in the correlation.
    let independent = pairs.solve(&[]);
    assert_eq!(independent["composition"]["upper_exact"], "219/1550");
    let capped =
        "[[constraint]]\nname = \"refusals\"\nmetric = \"over_refusal_rate\"\nmax = 0.25\non = \"every-draw\"\n";
    let any = Scene::new(&rule("independent", capped));
    any.proves(&[], "556014861/4709390320");
    assert_eq!(any.solve(&[])["game"]["defences"], 84);
    // Too many to list: searched, and proved by another search.
    let searched = Scene::new(&rule("independent", "[budget]\nmax = 6\n"));
    let result = searched.solve(&[]);
    assert_eq!(result["game"]["searched"], true);
    assert!(result["certificate"]["gap"].as_f64().expect("a gap") < 1e-6);
    assert_eq!(searched.doubts(&result), [""; 0]);
    let stronger = |result: &mut Value| {
        result["certificate"]["lower"] = json!("1/200");
        result["certificate"]["upper"] = json!("1/200");
    };
    searched.rejects(stronger, "nothing is proved");
}

#[test]
fn guarded_stages_and_choke_points() {
    let path = "[source.main]\nfile = \"data/agentdojo_toolresultparsing.csv\"\nmodel = \"llama-3.1-70b\"\nmetric = \"asr\"\n\
                defences = [\"no_defense\", \"DeBERTa Detector\", \"Tool filter\", \"ParseData\", \"CheckTool\"]\n\
                [game]\nstrategy = \"portfolios\"\n[composition]\nrule = \"independent\"\nmax_size = 2\n";
    let path = Scene::new(path);
    for (guards, value) in [
        ("1", "51/2500"),
        ("2", "891635744727/345846310992500"),
        ("3", "2390426321102568189/4721561104958908658750"),
        ("4", "173549271/731887360000"),
    ] {
        path.proves(&[&format!("composition.max_size={guards}")], value);
    }
    let arc = |name: &str, from: &str, to: &str, p: &str| {
        format!("[[graph.arc]]\nname = \"{name}\"\nfrom = \"{from}\"\nto = \"{to}\"\ndetection = {p}\n")
    };
    let graph = ["[graph]\nentry = \"in\"\ngoal = \"out\"\n".to_owned(), arc("text", "in", "model", "0.7739")]
        .into_iter()
        .chain([arc("image", "in", "model", "0.7969"), arc("memory", "in", "model", "0.28")])
        .chain([arc("action", "model", "out", "0")]);
    let graph = Scene::new(&graph.collect::<String>());
    // 1 - 1 / Σ 1/p, and the shared guard alone once it can see.
    graph.proves(&[], "2209657638/2641362275");
    assert_eq!(graph.solve(&[])["interdiction"]["choke_points"], json!(["text", "image", "memory"]));
    graph.proves(&["graph.arc.action.detection=0.791"], "209/1000");
}

#[test]
fn watched_stages() {
    let text = "[game]\nconcept = \"coverage\"\n[coverage]\nfile = \"data/threats.csv\"\n\
                stages = [\"input\", \"model\", \"output\", \"action\", \"interaction\", \"memory\"]\nmonitors = 1\n";
    let scene = Scene::new(text);
    for (monitors, value) in [("1", "4/5"), ("2", "3/5"), ("3", "2/5"), ("4", "1/5"), ("5", "0/1")] {
        scene.proves(&[&format!("coverage.monitors={monitors}")], value);
    }
    let coverage = &scene.solve(&[])["coverage"];
    // Each threat that passes the sixth stage passes the first as well.
    assert_eq!(coverage["least_cover"], json!(["input", "model", "output", "action", "memory"]));
    assert_eq!((&coverage["index_exact"], &coverage["open"]), (&json!("1/1"), &json!([])));
}

#[test]
fn several_tries_and_an_adaptive_attacker() {
    let scene = Scene::new(&format!("{VICUNA}[game]\ntries = 2\ndraw = \"sticky\"\n"));
    for (tries, value) in [("2", "5733/24880"), ("3", "392553/1177580"), ("4", "7221249/17426600")] {
        scene.proves(&[&format!("game.tries={tries}")], value);
    }
    let fresh = Scene::new(&format!("{VICUNA}[game]\ntries = 3\n")).solve(&[]);
    assert_eq!(fresh["tries"]["fresh_exact"], "47029437/148877000");
    assert_eq!(fresh["tries"]["adapted_exact"], "392553/1177580");
    // The uplift is affine: v' = v + u (1 - v), with the same mix.
    let stressed = Scene::new(&format!("{LAB}[stress]\nadaptive_uplift = 0.1\n"));
    stressed.proves(&[], "8609/27500");
    stressed.proves(&["stress.adaptive_uplift=22/25"], "62453/68750");
}

#[test]
fn the_exact_front_of_a_limit() {
    let text = format!(
        "{LAB}[[constraint]]\nname = \"refusals\"\nmetric = \"over_refusal_rate\"\nmax = 0.2\n\
         [sweep]\n\"constraint.refusals.max\" = {{ from = 0.04, to = 0.5, step = 0.01 }}\n"
    );
    let front = Scene::new(&text).solve(&[])["front"].clone();
    let points = front.as_array().expect("a front");
    // Convex and falling, straight between its points: the published points lie on it.
    let at = |bound: f64| {
        let pair = points.windows(2).find(|pair| {
            let ends = [&pair[0]["bound"], &pair[1]["bound"]].map(|b| b.as_f64().expect("a number"));
            (ends[0]..=ends[1]).contains(&bound)
        });
        let [from, to] = pair.expect("on the front") else { unreachable!() };
        let number = |point: &Value, key: &str| point[key].as_f64().expect("a number");
        let share = (bound - number(from, "bound")) / (number(to, "bound") - number(from, "bound"));
        number(from, "value") + share * (number(to, "value") - number(from, "value"))
    };
    for (bound, value) in [
        (0.06, 0.59),
        (0.08, 394_244.0 / 832_125.0),
        (0.1, 221_681.0 / 554_750.0),
        (0.2, 203_780_477.0 / 635_208_200.0),
        (0.3, 23_675_919.0 / 79_401_025.0),
    ] {
        assert!((at(bound) - value).abs() < 1e-12, "{bound}: {} and {value}", at(bound));
    }
}

#[test]
fn a_limit_under_the_worst_attack() {
    let text = "[source.main]\nfile = \"data/erase_and_check_budget.csv\"\nmodel = \"DistilBERT safety filter\"\n\
                metric = \"harmful_detected_rate\"\n[[constraint]]\nname = \"time\"\nmetric = \"time_per_prompt\"\n\
                rows = \"worst-attack\"\nmax = 0.02\n";
    let scene = Scene::new(text);
    scene.proves(&[], "8611023/67900000");
    scene.proves(&["constraint.time.max=0.1"], "833/100000");
}

#[test]
fn what_is_assumed_of_a_missing_cell() {
    let text = "[source.main]\nfile = \"data/jailbreak_mml_vlm.csv\"\nmodel = \"gpt-4o@SafeBench\"\nmetric = \"asr\"\n\
                where = [\"Table 6\"]\n[missing]\nmode = \"bounds\"\n";
    let scene = Scene::new(text);
    let open = scene.solve(&[]);
    assert_eq!(
        (&open["certificate"]["lower"], &open["certificate"]["upper"]),
        (&json!("61047/249500"), &json!("399/500"))
    );
    // Measured at its lower end, the first cell would leave [0.244677, 0.563559]: it is the one to measure next.
    assert_eq!(open["next_measurement"][0]["attack"], "MML-WR");
    let high = open["next_measurement"][0]["if_low"][1].as_f64().expect("a number");
    assert!((high - 0.563_559).abs() < 1e-6, "{high}");
}
