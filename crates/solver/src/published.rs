//! A published table for tests of this crate.

/// Attack success rates, 9 attacks by 7 defences, of vicuna-7b in Zhang et al., "JBShield", USENIX Security 2025,
/// Table 7: in the order of the paper, no defence first, in hundredths.
pub(crate) const JBSHIELD: [[u8; 7]; 9] = [
    [38, 34, 22, 26, 8, 36, 4],
    [86, 100, 100, 80, 0, 100, 18],
    [96, 88, 82, 68, 4, 64, 0],
    [96, 100, 100, 100, 8, 100, 0],
    [88, 70, 75, 65, 22, 60, 4],
    [94, 62, 34, 70, 12, 52, 0],
    [95, 95, 80, 85, 35, 95, 0],
    [12, 18, 40, 0, 0, 54, 0],
    [18, 0, 22, 2, 0, 6, 0],
];
