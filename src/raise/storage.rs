//! What is mounted into the containers of a workload: files, and volumes.

use crate::diagnostic::Diagnostics;
use crate::raise::diagnostics;
use crate::raise::names::Names;
use crate::raise::objects::Raising;
use crate::raise::placeholder::Segment;
use crate::raise::placeholder::segments;
use crate::raise::placeholder::words;
use crate::raise::scope::Piece;
use crate::raise::scope::Scope;
use crate::raise::workload::Container;
use crate::raise::workload::File;
use crate::raise::workload::Volume;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::Base64;
use crate::spec::mount::volume_name;
use crate::tree;
use crate::yaml::Node;
use indexmap::IndexMap;

/// The mode of files that say none.
const MODE: i64 = 0o644;

/// The volumes of the pods, and what files they hold.
#[derive(Debug, Default)]
pub(super) struct Storage {
    /// The name of each volume and the place that it is for, by what it holds and the mode of its files.
    volumes: IndexMap<(Held, i64), (String, Span)>,
    names: Names,
    /// The `ConfigMaps` that hold files.
    pub(super) config_maps: Vec<(Spanned<String>, tree::Map)>,
}

/// An object that a volume holds: its kind, and its name.
type Held = (VolumeKind, String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum VolumeKind {
    ConfigMap,
    Secret,
    Claim,
}

impl VolumeKind {
    /// The key in Kubernetes' Volume, and that of the name below it.
    fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::ConfigMap => ("configMap", "name"),
            Self::Secret => ("secret", "secretName"),
            Self::Claim => ("persistentVolumeClaim", "claimName"),
        }
    }
}

impl Storage {
    /// The name of the volume that holds an object, one for each mode of the files.
    fn volume(&mut self, held: &Held, mode: i64, at: Span) -> String {
        let volume = self.volumes.entry((held.clone(), mode)).or_insert_with(|| {
            let usual = volume_name(held.0.keys().0, &held.1);
            (self.names.take(&usual, '-'), at)
        });
        volume.0.clone()
    }

    /// The volumes as Kubernetes has them.
    pub(super) fn volumes(&self) -> Option<Node> {
        let nodes = self.volumes.iter().map(|(((kind, object), mode), (name, at))| {
            let (key, name_key) = kind.keys();
            let mut source = tree::Map::new(*at).with(name_key, tree::text(*at, object.as_str()));
            if *mode != MODE {
                source.set("defaultMode", tree::integer(*at, *mode));
            }
            let named = tree::Map::new(*at).with("name", tree::text(*at, name.as_str()));
            named.with(key, source.into_node()).into_node()
        });
        let nodes: Vec<Node> = nodes.collect();
        Some(tree::list(nodes.first()?.span, nodes))
    }
}

/// Writes what is mounted into a container, and takes note of the volumes. Reports E0213, E0218, E0306, E0307, and E0641.
pub(super) fn write_mounts(
    (name, container): (Spanned<&str>, &Container),
    scope: &mut Scope<'_>,
    raising: &mut Raising<'_, '_>,
    storage: &mut Storage,
) -> Option<Node> {
    let suffix = if scope.workload.containers.value.entries.len() > 1 {
        format!("-{}", name.value)
    } else {
        String::new()
    };
    let mut files = Files {
        config_map: Spanned::new(format!("{}{suffix}-files", scope.name()), name.span),
        data: tree::Map::new(name.span),
        binary: tree::Map::new(name.span),
        keys: Names::default(),
    };
    let mut mounts = Vec::new();
    for (path, file) in container.files.0.iter() {
        let source = files.add(path, file, (&mut *scope, &mut *raising));
        let mode = file_mode(path, file, raising.diagnostics);
        let (Some((held, key)), Some(mode)) = (source, mode) else { continue };
        let volume = storage.volume(&held, mode, path.span);
        mounts.push(mount(&volume, path).with("subPath", tree::text(path.span, key)).into_node());
    }
    for (path, volume) in container.volumes.0.iter() {
        let Some(claim) = claim_of(volume, scope, raising.diagnostics) else { continue };
        let name = storage.volume(&(VolumeKind::Claim, claim), MODE, volume.source.span);
        let mut mount = mount(&name, path);
        let within = volume.path.as_ref().map(|path| (path.value.trim_start_matches('/'), path.span));
        mount.set_some(
            "subPath",
            within.filter(|(path, _)| !path.is_empty()).map(|(path, at)| tree::text(at, path)),
        );
        let read_only = volume.read_only.or(volume.old_read_only).filter(|read_only| *read_only);
        mount.set_some("readOnly", read_only.map(|read_only| tree::boolean(volume.at, read_only)));
        mounts.push(mount.into_node());
    }
    storage.config_maps.extend(files.into_config_map());
    (!mounts.is_empty()).then(|| tree::list(name.span, mounts))
}

fn mount(volume: &str, path: Spanned<&str>) -> tree::Map {
    let named = tree::Map::new(path.span).with("name", tree::text(path.span, volume));
    named.with("mountPath", tree::text(path.span, path.value))
}

/// The files of one container.
struct Files {
    config_map: Spanned<String>,
    data: tree::Map,
    binary: tree::Map,
    keys: Names,
}

impl Files {
    /// Finds where the content of a file is held, and takes it if that is nowhere yet.
    fn add(
        &mut self,
        path: Spanned<&str>,
        file: &File,
        (scope, raising): (&mut Scope<'_>, &mut Raising<'_, '_>),
    ) -> Option<(Held, String)> {
        let places = [
            file.source.as_ref().map(|source| source.span),
            file.content.as_ref().map(|content| content.span),
            file.binary_content.as_ref().map(|content| content.span),
        ];
        if let Some(fault) = diagnostics::not_one_content(path.span, &places) {
            raising.diagnostics.report(fault);
            return None;
        }
        if let Some(content) = &file.binary_content {
            return Some(self.take_binary(path, content.span, content.value.0.clone()));
        }
        let content = match (&file.content, &file.source) {
            (Some(content), _) => Spanned::new(content.value.0.clone(), content.span),
            (None, source) => {
                let source = source.as_ref()?;
                match String::from_utf8(raising.read(source)?) {
                    Ok(text) => Spanned::new(text, source.span),
                    Err(error) => {
                        let bytes = Base64::encode(error.as_bytes());
                        return Some(self.take_binary(path, source.span, bytes.0));
                    }
                }
            }
        };
        if file.no_expand == Some(true) {
            return Some(self.take(path, content));
        }
        let before = raising.diagnostics.error_count();
        let pieces = scope.fill(&content, raising.diagnostics);
        if raising.diagnostics.error_since(before).is_some() {
            return None;
        }
        if let [Piece::Output(output)] = pieces.as_slice() {
            return Some(((VolumeKind::Secret, output.secret.clone()), output.key.clone()));
        }
        Some(self.take(path, fill_as_far(&pieces, content.span, raising.diagnostics)))
    }

    fn take(&mut self, path: Spanned<&str>, content: Spanned<String>) -> (Held, String) {
        let key = self.free_key(path.value);
        self.data.set_written(&Spanned::new(key.clone(), path.span), tree::text(content.span, content.value));
        ((VolumeKind::ConfigMap, self.config_map.value.clone()), key)
    }

    fn take_binary(&mut self, path: Spanned<&str>, at: Span, content: String) -> (Held, String) {
        let key = self.free_key(path.value);
        self.binary.set_written(&Spanned::new(key.clone(), path.span), tree::text(at, content));
        ((VolumeKind::ConfigMap, self.config_map.value.clone()), key)
    }

    /// The name of the file, with a number where another one has it.
    fn free_key(&mut self, path: &str) -> String {
        let name = path.rsplit('/').find(|name| !name.is_empty()).unwrap_or("file");
        let usable = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
        let name: String =
            name.chars().map(|character| if usable(character) { character } else { '-' }).collect();
        let name = if matches!(name.as_str(), "." | "..") { "file".to_owned() } else { name };
        self.keys.take(&name, '-')
    }

    fn into_config_map(self) -> Option<(Spanned<String>, tree::Map)> {
        let mut content = tree::Map::new(self.config_map.span);
        content.set_some("data", self.data.into_some());
        content.set_some("binaryData", self.binary.into_some());
        (!content.is_empty()).then_some((self.config_map, content))
    }
}

/// The text with the placeholders left in that nobody can fill in before the clusters.
fn fill_as_far(pieces: &[Piece], at: Span, diagnostics: &mut Diagnostics) -> Spanned<String> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Output(output) => {
                diagnostics.report(diagnostics::output_within_file(output));
                text.push_str(&output.written);
            }
        }
    }
    Spanned::new(text, at)
}

/// The mode of a file. Reports E0218.
fn file_mode(path: Spanned<&str>, file: &File, diagnostics: &mut Diagnostics) -> Option<i64> {
    let Some(mode) = &file.mode else { return Some(MODE) };
    let number = i64::from_str_radix(&mode.value, 8).ok();
    let number = number.filter(|number| (0..=0o777).contains(number) && !mode.value.starts_with(['+', '-']));
    if number.is_none() {
        diagnostics.report(diagnostics::invalid_mode(mode, path.value));
    }
    number
}

/// The claim that a volume is: that of a resource, or one of the name written. Reports E0218 and E0641.
fn claim_of(volume: &Volume, scope: &mut Scope<'_>, diagnostics: &mut Diagnostics) -> Option<String> {
    let source = &volume.source;
    let resources = &scope.workload.resources;
    let name = match segments(&source.value).as_slice() {
        [Segment::Text(name)] if resources.get(name).is_some() => (*name).to_owned(),
        [Segment::Text(name)] => {
            scope.claims.push(Spanned::new((*name).to_owned(), source.span));
            return Some((*name).to_owned());
        }
        [Segment::Placeholder(inner)] => resource_of(inner).or_else(|| {
            diagnostics.report(diagnostics::no_volume(source));
            None
        })?,
        _ => {
            diagnostics.report(diagnostics::no_volume(source));
            return None;
        }
    };
    let inner = Spanned::new(source.value.as_str(), source.span);
    let resource = scope.find_resource(&name, &inner, diagnostics)?;
    scope.uses.entry(name.clone()).or_default().is_mounted = true;
    Some(scope.stand_in(&name, resource))
}

/// The resource that a placeholder is about.
fn resource_of(placeholder: &str) -> Option<String> {
    let mut words = words(placeholder).into_iter();
    (words.next()? == "resources").then(|| words.next()).flatten()
}
