//! Published tables, and games to draw.

use saddlepoint_game::measured::MeasurementTable;
use saddlepoint_game::rational::{Rational, parse, to_f64};
use saddlepoint_game::{Constraint, Game, LossMatrix, MixedStrategy, Names, Sense, numbered};

pub(crate) fn number(text: &str) -> Rational {
    parse(text).expect("a number")
}

/// Agreement to the digits that are printed.
pub(crate) fn near(found: &Rational, printed: f64) {
    let found = to_f64(found);
    assert!((found - printed).abs() <= 5e-7, "{found} is not {printed}");
}

pub(crate) fn hundredths(rows: &[&[u8]]) -> LossMatrix {
    let losses = rows.iter().flat_map(|row| row.iter().map(|k| Rational::from_parts((*k).into(), 100_u8.into())));
    LossMatrix::new(numbered("a", rows.len()), numbered("d", rows[0].len()), losses.collect()).expect("a matrix")
}

pub(crate) fn uniform(count: usize) -> MixedStrategy {
    let share = Rational::ONE / Rational::from(count);
    MixedStrategy::exact(vec![share; count]).expect("a mix")
}

pub(crate) fn cap(bound: &str, coefficients: Vec<Rational>) -> Constraint {
    let (name, metric) = ("budget".to_owned(), "cost".to_owned());
    Constraint { name, metric, sense: Sense::Cap, bound: number(bound), coefficients: coefficients.into() }
}

/// Attack success rates in hundredths of 9 attacks by 7 defences, no defence first, on five models: Zhang et al.,
/// "JBShield", USENIX Security 2025, Table 7, in the order of the paper. Attack 1 is GCG, attack 6 Puzzler; defence 4
/// is `SafeDecoding`, defence 6 JBShield-M.
const JBSHIELD: [(&str, [[u8; 7]; 9]); 5] = [
    (
        "mistral-7b",
        [
            [56, 46, 40, 52, 52, 50, 24],
            [92, 80, 100, 45, 70, 88, 36],
            [98, 86, 80, 58, 96, 96, 12],
            [100, 100, 100, 100, 98, 100, 0],
            [82, 55, 80, 70, 78, 40, 8],
            [74, 40, 8, 68, 86, 46, 4],
            [100, 100, 90, 100, 100, 100, 0],
            [48, 40, 48, 6, 32, 48, 2],
            [40, 18, 20, 8, 40, 42, 0],
        ],
    ),
    (
        "vicuna-7b",
        [
            [38, 34, 22, 26, 8, 36, 4],
            [86, 100, 100, 80, 0, 100, 18],
            [96, 88, 82, 68, 4, 64, 0],
            [96, 100, 100, 100, 8, 100, 0],
            [88, 70, 75, 65, 22, 60, 4],
            [94, 62, 34, 70, 12, 52, 0],
            [95, 95, 80, 85, 35, 95, 0],
            [12, 18, 40, 0, 0, 54, 0],
            [18, 0, 22, 2, 0, 6, 0],
        ],
    ),
    (
        "vicuna-13b",
        [
            [36, 28, 32, 28, 4, 28, 0],
            [78, 100, 100, 75, 2, 100, 0],
            [92, 76, 48, 52, 2, 60, 0],
            [100, 100, 100, 100, 2, 100, 0],
            [68, 50, 55, 70, 8, 40, 0],
            [98, 30, 32, 78, 0, 60, 2],
            [95, 95, 95, 45, 0, 95, 0],
            [0, 2, 26, 0, 0, 14, 0],
            [10, 2, 12, 2, 0, 4, 0],
        ],
    ),
    (
        "llama2-7b",
        [
            [26, 10, 20, 2, 32, 20, 2],
            [50, 30, 30, 25, 0, 10, 0],
            [60, 48, 32, 36, 0, 28, 0],
            [60, 55, 40, 70, 0, 90, 0],
            [30, 20, 20, 5, 24, 30, 0],
            [32, 22, 6, 12, 10, 48, 0],
            [95, 0, 15, 0, 40, 55, 0],
            [14, 0, 82, 0, 0, 2, 0],
            [30, 0, 2, 0, 42, 4, 0],
        ],
    ),
    (
        "llama3-8b",
        [
            [24, 2, 26, 0, 42, 24, 0],
            [64, 15, 10, 10, 34, 20, 0],
            [74, 44, 14, 18, 28, 42, 0],
            [62, 30, 10, 30, 26, 50, 0],
            [30, 5, 20, 5, 44, 10, 0],
            [38, 36, 4, 0, 40, 12, 0],
            [45, 0, 5, 0, 95, 0, 0],
            [52, 2, 46, 0, 50, 60, 2],
            [48, 0, 6, 0, 50, 14, 0],
        ],
    ),
];

/// The table of one model of JBShield.
pub(crate) fn jbshield(model: &str) -> LossMatrix {
    let (_, rows) = JBSHIELD.iter().find(|(name, _)| *name == model).expect("a model");
    hundredths(&rows.each_ref().map(<[u8; 7]>::as_slice))
}

/// The tables of all five.
pub(crate) fn victims() -> Vec<LossMatrix> {
    JBSHIELD.iter().map(|(model, _)| jbshield(model)).collect()
}

/// Names and positions of models.
pub(crate) fn victim(model: &str) -> usize {
    JBSHIELD.iter().position(|(name, _)| *name == model).expect("a model")
}

/// 13 attacks by 15 defences and none; Prompt Guard is left out.
pub(crate) fn aisafetylab() -> LossMatrix {
    let text = include_str!("../../../../scenarios/data/aisafetylab_jailbreak.csv");
    let mut measured = MeasurementTable::read("aisafetylab_jailbreak.csv", text.as_bytes()).expect("a table");
    measured.rows.retain(|row| {
        let is_own = row.model == "vicuna-7b-v1.5" && row.metric == "asr";
        is_own && !row.is_benign() && row.defence != "Prompt Guard"
    });
    let names = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Names>();
    let (attacks, defences) = (measured.distinct(|row| &row.attack), measured.distinct(|row| &row.defence));
    let cell = |attack: &str, defence: &str| {
        let row = measured.rows.iter().find(|row| row.attack == attack && row.defence == defence);
        row.expect("a full table").value.clone()
    };
    let cells = attacks.iter().flat_map(|attack| defences.iter().map(move |defence| cell(attack, defence))).collect();
    LossMatrix::new(names(attacks.clone()), names(defences.clone()), cells).expect("a matrix")
}

/// True positive rates at 0.1 % false positives, averaged over strengths, and the quality that each attack costs on
/// average (normalised, so that less is cheaper), in thousandths, of 26 attacks on Tree-Ring, Stable Signature and
/// `StegaStamp`: An et al., "WAVES", arXiv 2401.08573, attack leaderboard for detection.
const WAVES: [([i32; 3], [i32; 3]); 26] = [
    ([131, 400, 288], [648, 650, 616]),
    ([94, 972, 494], [463, 461, 451]),
    ([986, 988, 1000], [490, 489, 483]),
    ([913, 982, 995], [304, 305, 317]),
    ([949, 979, 994], [243, 243, 231]),
    ([551, 0, 280], [1221, 1204, 1198]),
    ([728, 633, 1000], [395, 390, 360]),
    ([700, 540, 995], [284, 284, 263]),
    ([105, 519, 359], [768, 767, 733]),
    ([947, 981, 994], [242, 243, 239]),
    ([570, 183, 737], [694, 679, 664]),
    ([123, 176, 682], [908, 900, 870]),
    ([258, 0, 766], [323, 300, 327]),
    ([256, 0, 763], [327, 303, 329]),
    ([701, 340, 1000], [348, 339, 343]),
    ([810, 47, 999], [233, 206, 240]),
    ([220, 0, 778], [357, 332, 366]),
    ([110, 0, 687], [466, 438, 477]),
    ([259, 985, 1000], [253, 249, 232]),
    ([811, 990, 1000], [218, 212, 196]),
    ([798, 991, 1000], [549, 541, 488]),
    ([540, 983, 1000], [238, 233, 206]),
    ([692, 986, 1000], [221, 219, 204]),
    ([352, 991, 1000], [145, 101, 101]),
    ([986, 990, 1000], [47, 92, 106]),
    ([343, 991, 1000], [139, 84, 129]),
];

/// Loss 1 - TPR, and the attacker's costs row by row.
pub(crate) fn waves() -> (LossMatrix, Vec<Rational>) {
    let thousandths = |k: i32| Rational::from_parts(k.into(), 1_000_u16.into());
    let losses = WAVES.iter().flat_map(|(rates, _)| rates.map(|k| thousandths(1_000 - k))).collect();
    let costs = WAVES.iter().flat_map(|(_, costs)| costs.map(thousandths)).collect();
    (LossMatrix::new(numbered("a", 26), numbered("d", 3), losses).expect("a matrix"), costs)
}

/// The value of a game, exact.
pub(crate) fn value(loss: &LossMatrix, constraints: &[Constraint]) -> Rational {
    let game = Game { loss: loss.clone(), constraints: constraints.to_vec() };
    saddlepoint_solver::exact::optimum(&game).expect("an optimum").value()
}
