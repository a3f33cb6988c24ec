//! Mounts: what is mounted stands where it is mounted, unless the order of the volumes must be kept.

use crate::import::draft::fields::Fields;
use crate::import::draft::fields::are_unique;
use crate::import::draft::fields::texts;
use crate::source::Spanned;
use crate::spec::mount::volume_name;
use crate::tree;
use crate::yaml::Entry;
use crate::yaml::Node;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The sources that a mount names in short: its key, and the field with the name.
const NAMED: &[(&str, &str)] = &[
    ("configMap", "name"),
    ("secret", "secretName"),
    ("persistentVolumeClaim", "claimName"),
    ("hostPath", "path"),
];

/// The volumes of a pod, while its containers are written.
#[derive(Default)]
pub(super) struct Mounts {
    /// The volumes that stand where they are first mounted, by name.
    inline: BTreeMap<String, Node>,
    /// The claims that a StatefulSet's pods get of their own.
    claims: Vec<String>,
    /// The volumes that no mount can say, or that come before those.
    pub(super) written: Option<Node>,
    /// The names that volumes have so far.
    taken: BTreeSet<String>,
    /// The sources that stand without the name of a volume so far: the build makes one volume of those that are alike.
    unnamed: BTreeSet<String>,
    /// The sources that another mount says again, as each is one word, by the name of the volume.
    again: BTreeMap<String, tree::Map>,
}

impl Mounts {
    /// Shares the volumes of a pod out. The build writes those of `pod.volumes` first, then those of the mounts in the order
    /// of the containers.
    pub(super) fn of(pod: &Fields, claims: Vec<String>) -> Self {
        let taken = claims.iter().cloned().collect();
        let mut mounts = Self { claims, taken, ..Self::default() };
        let Some(list) = pod.get("volumes") else { return mounts };
        let volumes = list.as_sequence().unwrap_or_default();
        let names = texts(volumes, "name").filter(|names| are_unique(names.iter().copied()));
        let Some(names) = names else {
            mounts.written = Some(list.clone());
            return mounts;
        };
        let mounted = mounted_volumes(pod);
        let is_tail = |start: &usize| {
            let tail = names.get(*start..).unwrap_or_default();
            let can_be_inline = volumes.iter().skip(*start).all(has_one_source);
            can_be_inline && mounted.iter().filter(|name| tail.contains(name)).eq(tail)
        };
        let start = (0..names.len()).find(is_tail).unwrap_or(names.len());
        let (front, tail) = volumes.split_at_checked(start).unwrap_or((volumes, &[]));
        let inline = names.iter().skip(start).zip(tail);
        mounts.inline = inline.map(|(name, volume)| ((*name).to_owned(), volume.clone())).collect();
        mounts.taken.extend(names.iter().take(start).map(|name| (*name).to_owned()));
        mounts.written = (!front.is_empty()).then(|| tree::list(list.span, front.to_vec()));
        mounts
    }

    /// Takes the mounts of a container; those that no map can hold stay as they are.
    pub(super) fn take(&mut self, container: &mut Fields, short: &mut tree::Map) {
        let Some(list) = container.get("volumeMounts").cloned() else { return };
        let mounts = list.as_sequence().unwrap_or_default();
        let paths = texts(mounts, "mountPath").filter(|paths| are_unique(paths.iter().copied()));
        if paths.is_none() || texts(mounts, "name").is_none() {
            return;
        }
        container.take("volumeMounts");
        let mut map = tree::Map::new(list.span);
        for mount in mounts {
            let mut fields = Fields::of(Some(mount), mount.span);
            let span = fields.get("mountPath").map_or(mount.span, |path| path.span);
            let path = Spanned::new(fields.take_text("mountPath").unwrap_or_default(), span);
            let name = fields.take("name").unwrap_or_else(|| tree::text(mount.span, ""));
            let mut value = self.source(name, &path.value);
            fields.put_rest(&mut value);
            map.set_written(&path, value.into_node());
        }
        short.set("mounts", map.into_node());
    }

    /// What is mounted: the source where it is mounted first, and again where that is one word; else its name.
    fn source(&mut self, name: Node, path: &str) -> tree::Map {
        let text = name.as_str().unwrap_or_default();
        if self.claims.iter().any(|claim| claim == text) {
            return tree::Map::new(name.span).with("claimTemplate", name);
        }
        if let Some(source) = self.again.get(text) {
            return source.clone();
        }
        let Some(volume) = self.inline.remove(text) else {
            return tree::Map::new(name.span).with("volume", name);
        };
        let source = inline_source(&volume);
        let is_usual = self.take_usual_name(&volume, path).as_deref() == Some(text);
        self.taken.insert(text.to_owned());
        if !is_usual {
            return source.with("volume", name);
        }
        if is_one_word(&volume) {
            self.again.insert(text.to_owned(), source.clone());
        }
        source
    }

    /// The name that the build gives a volume whose mount says none; nothing where it would take an earlier volume.
    fn take_usual_name(&mut self, volume: &Node, path: &str) -> Option<String> {
        let source = source_of(volume)?;
        let key = source.key.value.as_str();
        let named = NAMED.iter().find(|(named, _)| *named == key);
        let name = named.and_then(|(_, name)| tree::get(&source.value, name)?.as_str());
        let place = if name.is_some() { "" } else { path };
        if !self.unnamed.insert(format!("{key} {place} {}", source.value.to_json())) {
            return None;
        }
        let usual = volume_name(key, name.unwrap_or(path));
        let numbered = (2..).map(|number| format!("{usual}-{number}"));
        std::iter::once(usual.clone()).chain(numbered).find(|name| !self.taken.contains(name))
    }
}

/// Tells whether a volume is the name of an object alone.
fn is_one_word(volume: &Node) -> bool {
    source_of(volume).is_some_and(|source| {
        let is_named = NAMED.iter().any(|(key, _)| *key == source.key.value);
        is_named && source.value.as_mapping().is_some_and(|fields| fields.len() == 1)
    })
}

/// The names of the volumes in the order in which they are first mounted.
fn mounted_volumes(pod: &Fields) -> Vec<&str> {
    let mut names = Vec::new();
    let lists = ["initContainers", "containers"].iter().filter_map(|key| pod.get(key)?.as_sequence());
    let mounts = lists.flatten().filter_map(|container| tree::get(container, "volumeMounts")?.as_sequence());
    for name in mounts.flatten().filter_map(|mount| tree::get(mount, "name")?.as_str()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A volume has a name and one source.
fn has_one_source(volume: &Node) -> bool {
    volume.as_mapping().is_some_and(|fields| fields.len() == 2)
}

/// The key of a volume's source, and what it is.
fn source_of(volume: &Node) -> Option<&Entry> {
    volume.as_mapping()?.iter().find(|entry| entry.key.value != "name")
}

/// The source of a volume as a mount says it.
fn inline_source(volume: &Node) -> tree::Map {
    let mut map = tree::Map::new(volume.span);
    let Some(source) = source_of(volume) else { return map };
    let key = source.key.value.as_str();
    let mut fields = Fields::of(Some(&source.value), source.value.span);
    let named = NAMED.iter().find(|(named, _)| *named == key);
    let name = named.and_then(|(_, name)| fields.take(name));
    let Some(name) = name else {
        map.set_written(&source.key, source.value.clone());
        return map;
    };
    if matches!(key, "configMap" | "secret") {
        let items = fields.take("items").map(|items| short_items(&items));
        map.set_some("items", items);
        map.set_some("mode", fields.take("defaultMode"));
        map.set_some("optional", fields.take("optional"));
    }
    if fields.is_empty() {
        return tree::Map::new(volume.span).with(key, name).join(map);
    }
    tree::Map::new(volume.span).with(key, source.value.clone())
}

/// `{tls.crt: cert.pem}`, where no item has a mode of its own.
fn short_items(list: &Node) -> Node {
    let items = list.as_sequence().unwrap_or_default();
    let is_plain = |item: &Node| item.as_mapping().is_some_and(|fields| fields.len() == 2);
    let keys = texts(items, "key").filter(|keys| are_unique(keys.iter().copied()));
    let (Some(keys), Some(_)) = (keys, texts(items, "path")) else { return list.clone() };
    if !items.iter().all(is_plain) {
        return list.clone();
    }
    let mut map = tree::Map::new(list.span);
    for (key, item) in keys.into_iter().zip(items) {
        map.set_some(key, tree::get(item, "path").cloned());
    }
    map.into_node()
}
