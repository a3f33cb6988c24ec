//! The names of the objects that carry what Karmada propagates.

/// The name of an object's binding.
///
/// *Source*: karmada f8fdd02 `pkg/util/names/names.go` `GenerateBindingName`.
#[must_use]
pub fn binding_name(kind: &str, name: &str) -> String {
    format!("{name}-{kind}").replace(':', ".").to_lowercase()
}

/// The name of the work that carries an object: its own, and a hash of where it comes from.
///
/// *Source*: karmada f8fdd02 `pkg/util/names/names.go` `GenerateWorkName`.
pub(super) fn work_name(kind: &str, name: &str, namespace: &str) -> String {
    let name = name.replace(':', ".").to_lowercase();
    let origin =
        if namespace.is_empty() { format!("{name}-{kind}") } else { format!("{namespace}-{name}-{kind}") };
    let hash = fnv(origin.to_lowercase().as_bytes());
    format!("{name}-{}", encode(&hash.to_string()))
}

/// FNV-1a with 32 bits.
fn fnv(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// Writes characters without vowels, so that no words come out.
///
/// *Source*: apimachinery `pkg/util/rand/rand.go` `SafeEncodeString`.
fn encode(text: &str) -> String {
    const ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    text.bytes()
        .filter_map(|byte| ALPHABET.get(usize::from(byte) % ALPHABET.len()))
        .map(|byte| char::from(*byte))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_work_is_named_by_object_and_hash() {
        assert_eq!(work_name("Ingress", "image-resizer", "shop"), "image-resizer-748d4fb");
    }

    #[test]
    fn colons_and_capitals_do_not_occur_in_names() {
        assert_eq!(binding_name("ClusterRole", "system:View"), "system.view-clusterrole");
    }
}
