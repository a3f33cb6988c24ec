//! Names of files: readable, safe on every disk, and a function of what they name.

use std::collections::BTreeSet;

/// The most bytes of a name, so that it fits every disk with an ending and a hash.
const NAME_BYTES: usize = 200;

/// Makes a name of lower-case letters, digits, `-`, `.` and `_`, not like any taken one; `identity` tells apart what has
/// the same name. Takes the name.
pub(super) fn take_name(name: &str, identity: &str, taken: &mut BTreeSet<String>) -> String {
    let safe = make_safe(name);
    if safe == name && taken.insert(safe.clone()) {
        return safe;
    }
    let mut candidate = format!("{safe}-{:016x}", hash(identity));
    while !taken.insert(candidate.clone()) {
        candidate.push('x');
    }
    candidate
}

fn make_safe(name: &str) -> String {
    let safe = |character: char| match character {
        'a'..='z' | '0'..='9' | '-' | '.' | '_' => character,
        'A'..='Z' => character.to_ascii_lowercase(),
        _ => '-',
    };
    let name: String = name.chars().map(safe).take(NAME_BYTES).collect();
    // A name of dots leads elsewhere, and one that starts with a dot is hidden.
    if name.starts_with('.') { name.replacen('.', "-", 1) } else { name }
}

/// FNV-1a in 64 bits: the same on every machine and in every version.
fn hash(identity: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325;
    identity.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
