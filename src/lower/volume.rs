//! Volumes: one for each source that is mounted, however many containers mount it.

use crate::lower::Lowering;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::ClaimTemplates;
use crate::spec::Container;
use crate::spec::Mount;
use crate::spec::MountSource;
use crate::spec::Pod;
use crate::spec::mount::volume_name;
use crate::tree;
use crate::yaml::Node;
use serde_json::Value as Json;

/// The volumes of a pod while its containers are generated.
pub(super) struct Volumes {
    claims: Vec<String>,
    lost_claims: Vec<String>,
    written: Vec<Node>,
    generated: Vec<Volume>,
}

struct Volume {
    name: String,
    identity: String,
    node: Node,
}

/// What a volume is made of.
struct Source<'a> {
    /// The key in Kubernetes' Volume.
    key: &'a str,
    /// What the user named.
    name: Option<&'a str>,
    /// What the user calls the volume.
    volume: Option<&'a str>,
    fields: &'a [(String, Json, Span)],
}

impl Volumes {
    /// Starts with the volumes that `pod.volumes` writes out, and those that Kubernetes makes of claim templates.
    pub(super) fn new(pod: Option<&Pod>, templates: Option<&ClaimTemplates>) -> Self {
        let fields = pod.iter().flat_map(|pod| &pod.rest.fields);
        let volumes =
            fields.filter(|(key, _)| key.value == "volumes").filter_map(|(_, node)| node.as_sequence());
        let entries = templates.into_iter().flat_map(|templates| &templates.entries);
        let claims = entries.map(|(name, _)| name.value.clone()).collect();
        let lost_claims = templates.map_or_else(Vec::new, |templates| templates.lost.clone());
        Self { claims, lost_claims, written: volumes.flatten().cloned().collect(), generated: Vec::new() }
    }

    fn names(&self) -> Vec<&str> {
        let written =
            self.written.iter().filter_map(|volume| tree::get(volume, "name").and_then(Node::as_str));
        let claims = self.claims.iter().map(String::as_str);
        written.chain(claims).chain(self.generated.iter().map(|volume| volume.name.as_str())).collect()
    }

    /// Tells whether a claim template of this name could not be read.
    fn has_lost(&self, name: &str) -> bool {
        self.lost_claims.iter().any(|lost| lost == name || lost.is_empty())
    }

    /// The name of the volume with this source; a new one where nothing with the same source is mounted yet. Nothing where
    /// another volume has the name that the user calls it.
    fn name_for(&mut self, source: &Source<'_>, at: Spanned<&str>) -> Option<String> {
        let identity = source.identity(at.value);
        if let Some(volume) = self.generated.iter().find(|volume| volume.identity == identity) {
            return Some(volume.name.clone());
        }
        let name = match source.volume {
            Some(name) if self.names().contains(&name) => return None,
            Some(name) => name.to_owned(),
            None => self.free_name(&volume_name(source.key, source.name.unwrap_or(at.value))),
        };
        let node = source.volume_node(&name, at.span);
        self.generated.push(Volume { name: name.clone(), identity, node });
        Some(name)
    }

    /// The name, or with a number behind it where it is taken.
    fn free_name(&self, base: &str) -> String {
        let taken = self.names();
        let mut unique = base.to_owned();
        let mut number = 2;
        while taken.contains(&unique.as_str()) {
            unique = format!("{base}-{number}");
            number += 1;
        }
        unique
    }

    /// The list of volumes, where there is any: those written out first.
    pub(super) fn into_node(self, at: Span) -> Option<Node> {
        let mut volumes = self.written;
        volumes.extend(self.generated.into_iter().map(|volume| volume.node));
        (!volumes.is_empty()).then(|| tree::list(at, volumes))
    }
}

impl Source<'_> {
    /// What two mounts of one volume have in common.
    fn identity(&self, path: &str) -> String {
        // Two paths with an empty folder each are two folders; one path in two containers is a shared one.
        let owner = self.volume.unwrap_or(if self.name.is_some() { "" } else { path });
        let fields: serde_json::Map<String, Json> =
            self.fields.iter().map(|(field, value, _)| (field.clone(), value.clone())).collect();
        format!("{} {} {owner} {}", self.key, self.volume.is_some(), Json::Object(fields))
    }

    fn volume_node(&self, name: &str, at: Span) -> Node {
        let mut source = tree::Map::new(at);
        for (field, value, span) in self.fields {
            source.set(field, tree::from_json(*span, value));
        }
        let node = tree::Map::new(at).with("name", tree::text(at, name));
        node.with(self.key, source.into_node()).into_node()
    }
}

impl Lowering<'_> {
    /// Generates the mounts of a container: those of `mounts` first, then those of Kubernetes' own `volumeMounts`.
    pub(super) fn lower_mounts(&mut self, container: &Container, volumes: &mut Volumes) -> Vec<Node> {
        let mut mounts = Vec::new();
        for (path, mount) in container.mounts.iter() {
            let volume = match &mount.source {
                MountSource::Volume(name) => {
                    let known = volumes.names();
                    if !known.contains(&name.value.as_str()) && !volumes.has_lost(&name.value) {
                        self.unknown_volume(Spanned::new(&name.value, name.span), &known);
                    }
                    name.value.clone()
                }
                MountSource::ClaimTemplate(name) => {
                    if !volumes.claims.contains(&name.value) && !volumes.has_lost(&name.value) {
                        self.unknown_claim_template(name, &volumes.claims);
                    }
                    name.value.clone()
                }
                MountSource::Source { key, name, volume, fields } => {
                    let name = name.as_ref().map(|name| name.value.as_str());
                    let called =
                        volume.as_ref().map(|volume| Spanned::new(volume.value.as_str(), volume.span));
                    let source = Source { key, name, volume: called.map(|volume| volume.value), fields };
                    let found = volumes.name_for(&source, path);
                    if let (None, Some(called)) = (&found, called) {
                        self.other_volume(called);
                    }
                    found.unwrap_or_default()
                }
            };
            mounts.push(mount_node(path, &volume, mount));
        }
        let written = container.rest.fields.iter().filter(|(key, _)| key.value == "volumeMounts");
        for mount in written.filter_map(|(_, node)| node.as_sequence()).flatten() {
            let known = volumes.names();
            if let Some(name) = tree::get(mount, "name") {
                match name.as_str() {
                    Some(text) if !known.contains(&text) && !volumes.has_lost(text) => {
                        self.unknown_volume(Spanned::new(text, name.span), &known);
                    }
                    Some(_) | None => {}
                }
            }
            mounts.push(mount.clone());
        }
        mounts
    }
}

fn mount_node(path: Spanned<&str>, volume: &str, mount: &Mount) -> Node {
    let at = path.span;
    let text = |value: &Option<String>| value.as_ref().map(|value| tree::text(at, value.as_str()));
    let mut node =
        tree::Map::new(at).with("name", tree::text(at, volume)).with("mountPath", tree::text(at, path.value));
    for (key, path) in [("subPath", &mount.sub_path), ("subPathExpr", &mount.sub_path_expr)] {
        node.set_some(key, path.as_ref().map(|path| tree::text(path.span, path.value.as_str())));
    }
    node.set_some("readOnly", mount.read_only.map(|read_only| tree::boolean(at, read_only)));
    node.set_some("mountPropagation", text(&mount.mount_propagation));
    node.set_some("recursiveReadOnly", text(&mount.recursive_read_only));
    node.into_node()
}
