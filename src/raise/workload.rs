//! A workload of Score as the user wrote it: score-spec/spec `score-v1b1.json`, and the older forms that the tools of Score
//! still take.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Keyed;
use crate::schema::Map;
use crate::schema::Shape;
use crate::schema::Text;
use crate::schema::choice;
use crate::schema::record;
use crate::source::Spanned;
use crate::spec::AnnotationKey;
use crate::spec::Base64;
use crate::spec::EnvName;
use crate::spec::Image;
use crate::spec::LabelName;
use crate::spec::LabelNameKey;
use crate::spec::mount::MountPath;
use crate::spec::port::PortNumber;
use crate::yaml::Entry;
use crate::yaml::Mapping;
use crate::yaml::Node;
use crate::yaml::Value;
use serde_json::Value as Json;
use serde_json::json;

record! {
    /// A workload.
    Workload recovering lost {
        /// The version of Score.
        api_version "apiVersion": String;
        /// Its name, annotations, and whatever placeholders refer to.
        metadata "metadata": Metadata;
        /// The ports that it is reached by.
        service "service": Option<Service>;
        /// Its containers by name.
        containers "containers": Keyed<Map<Container, LabelNameKey>>;
        /// What it needs of others, by name.
        resources "resources": Map<Resource>;
    }
}

/// The name of a workload, its annotations, and whatever placeholders refer to.
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    /// The name.
    pub name: Spanned<LabelName>,
    /// The annotations.
    pub annotations: Map<Spanned<String>, AnnotationKey>,
    /// All of it, as it is written.
    pub root: Node,
}

record! {
    /// The keys of metadata that have a meaning.
    KnownMetadata {
        /// The name of the workload.
        name "name": Spanned<LabelName>;
        /// Annotations of the pods.
        annotations "annotations": Map<Spanned<String>, AnnotationKey>;
    }
}

impl Shape for Metadata {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let mut known = Mapping::default();
        for entry in node.as_mapping().into_iter().flatten() {
            if matches!(entry.key.value.as_str(), "name" | "annotations") {
                known.insert(entry.clone());
            }
        }
        let is_map = node.as_mapping().is_some();
        let known = Node { value: Value::Mapping(known), span: node.span };
        let known = KnownMetadata::decode(if is_map { &known } else { node }, decoder)?;
        Ok(Self { name: known.name, annotations: known.annotations, root: node.clone() })
    }

    fn schema(definitions: &mut Definitions) -> Json {
        KnownMetadata::schema(definitions)
    }
}

record! {
    /// How a workload is reached.
    Service {
        /// The ports by name.
        ports "ports": Map<Port, LabelNameKey>;
    }
}

record! {
    /// A port of a workload.
    Port {
        /// The port that others use.
        port "port": Spanned<PortNumber>;
        /// TCP unless said otherwise.
        protocol "protocol": Option<Spanned<UpperCase>>;
        /// The port that a container listens on. Left out: the same.
        target_port "targetPort": Option<Spanned<PortNumber>>;
    }
}

record! {
    /// A container.
    Container {
        /// The image; `.` for one that is built.
        image "image": Spanned<ContainerImage>;
        /// In place of the entry point of the image.
        command "command": Vec<Spanned<String>>;
        /// What the command is given.
        args "args": Vec<Spanned<String>>;
        /// Variables of the environment.
        variables "variables": Map<Spanned<String>, EnvName>;
        /// Files by the path that they stand at.
        files "files": Targeted<File>;
        /// Volumes by the path that they stand at.
        volumes "volumes": Targeted<Volume>;
        /// The containers that start after this one.
        before "before": Map<Start>;
        /// How much it may use.
        resources "resources": Option<Amounts>;
        /// Tells whether the container lives.
        liveness_probe "livenessProbe": Option<Keyed<Probe>>;
        /// Tells whether it can be sent work.
        readiness_probe "readinessProbe": Option<Keyed<Probe>>;
    }
}

/// The image of a container; nothing for one that is built, which is written `.`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerImage(pub Option<String>);

impl Shape for ContainerImage {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        if node.as_str() == Some(".") {
            return Ok(Self(None));
        }
        if node.as_str().is_some_and(|text| text.trim().is_empty()) {
            let diagnostic = Diagnostic::new(codes::INVALID_IMAGE, node.span, "the image is empty")
                .with_help("name it, or write `.` for one that is built");
            return Err(decoder.report(diagnostic));
        }
        Image::decode(node, decoder).map(|image| Self(Some(image.text)))
    }

    fn schema(definitions: &mut Definitions) -> Json {
        Image::schema(definitions)
    }
}

/// A word that Kubernetes has in capitals, and that people write in either case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpperCase(pub String);

impl Shape for UpperCase {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        String::decode(node, decoder).map(|text| Self(text.to_ascii_uppercase()))
    }

    fn schema(definitions: &mut Definitions) -> Json {
        String::schema(definitions)
    }
}

choice! {
    /// How far a container is when the next one starts.
    Readiness {
        /// It runs.
        Started "started",
        /// It runs, and its probe says that it is well.
        Healthy "healthy",
        /// It has ended well.
        Complete "complete",
    }
}

record! {
    /// When a container starts that waits for another one.
    Start {
        /// How far the other one must be.
        ready "ready": Spanned<Readiness>;
    }
}

record! {
    /// A file of a container.
    File {
        /// Its access mode, in octal.
        mode "mode": Option<Spanned<String>>;
        /// The file that holds the content.
        source "source": Option<Spanned<String>>;
        /// The content.
        content "content": Option<Spanned<Content>>;
        /// The content in base64.
        binary_content "binaryContent": Option<Spanned<Base64>>;
        /// Whether placeholders stand for themselves.
        no_expand "noExpand": Option<bool>;
    }
}

/// The content of a file: a text, or its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content(pub String);

impl Shape for Content {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        if node.as_sequence().is_some() {
            return Vec::<String>::decode(node, decoder).map(|lines| Self(lines.join("\n")));
        }
        decoder.text(node).map(Self)
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": ["string", "array"] })
    }
}

record! {
    /// A volume of a container.
    Volume {
        /// The resource that it is, or the name of a claim.
        source "source": Spanned<String>;
        /// The path within it.
        path "path": Option<Spanned<String>>;
        /// Whether the container may only read.
        read_only "readOnly": Option<bool>;
        /// The same, as it was written once.
        old_read_only "read_only": Option<bool>;
    }
}

record! {
    /// How much a container may use.
    Amounts {
        /// At most.
        limits "limits": Option<Compute>;
        /// At least.
        requests "requests": Option<Compute>;
    }
}

record! {
    /// Processors and memory.
    Compute {
        /// Processors.
        cpu "cpu": Option<Node>;
        /// Bytes of memory.
        memory "memory": Option<Node>;
    }
}

record! {
    /// A probe.
    Probe {
        /// A request that must be answered well.
        http_get "httpGet": Option<Keyed<HttpGet>>;
        /// A command that must end well.
        exec "exec": Option<Exec>;
    }
}

record! {
    /// A request.
    HttpGet {
        /// The `Host` that it asks for.
        host "host": Option<Spanned<String>>;
        /// HTTP unless said otherwise.
        scheme "scheme": Option<Spanned<UpperCase>>;
        /// The path.
        path "path": Spanned<String>;
        /// The port.
        port "port": Spanned<PortNumber>;
        /// More headers.
        headers "httpHeaders": Vec<Header>;
    }
}

record! {
    /// A header of a request.
    Header {
        /// Its name.
        name "name": Spanned<String>;
        /// Its value.
        value "value": Spanned<String>;
    }
}

record! {
    /// A command.
    Exec {
        /// The words of the command.
        command "command": Keyed<Vec<Spanned<String>>>;
    }
}

record! {
    /// Something that a workload needs of others.
    Resource {
        /// What it is.
        resource_type "type": Spanned<String>;
        /// Which kind of that.
        class "class": Option<String>;
        /// The name by which several workloads share it.
        id "id": Option<String>;
        /// For who provides it.
        metadata "metadata": Option<Node>;
        /// What is asked of it.
        params "params": Map<Node>;
        /// What it gives, as it was written once.
        properties "properties": Map<Property>;
    }
}

record! {
    /// What a resource gives.
    Property {
        /// The type.
        property_type "type": Option<String>;
        /// The value where nobody gives another one.
        default "default": Option<Text>;
        /// Whether it is needed.
        required "required": Option<bool>;
        /// Whether nobody may see it.
        secret "secret": Option<bool>;
    }
}

/// A map by path, or the older list whose items say their `target`.
#[derive(Debug, Clone, PartialEq)]
pub struct Targeted<T>(pub Map<T, MountPath>);

impl<T: Shape> Shape for Targeted<T> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let Some(items) = node.as_sequence() else { return Map::decode(node, decoder).map(Self) };
        let mut mapping = Mapping::default();
        for item in items {
            let Ok(entry) = entry(item, decoder) else { continue };
            if let Some(first) = mapping.entry(&entry.key.value) {
                decoder.duplicate_name(&entry.key, first.key.span);
            } else {
                mapping.insert(entry);
            }
        }
        let node = Node { value: Value::Mapping(mapping), span: node.span };
        Map::decode(&node, decoder).map(Self)
    }

    fn absent() -> Option<Self> {
        Some(Self(Map::default()))
    }

    fn schema(definitions: &mut Definitions) -> Json {
        Map::<T, MountPath>::schema(definitions)
    }
}

/// An item of a list as the entry of a map.
fn entry(item: &Node, decoder: &mut Decoder<'_>) -> Result<Entry, Reported> {
    let Value::Mapping(mapping) = &item.value else { return Err(decoder.wrong_type(item, "a map")) };
    let mut mapping = mapping.clone();
    let Some(target) = mapping.remove("target") else {
        let at = mapping.iter().next().map_or(item.span, |entry| entry.key.span);
        let diagnostic = Diagnostic::new(codes::MISSING_KEY, at, "missing key `target`");
        return Err(decoder.report(diagnostic.with_label("`target` is needed here")));
    };
    let key = Spanned::new(decoder.text(&target.value)?, target.value.span);
    Ok(Entry { key, value: Node { value: Value::Mapping(mapping), span: item.span } })
}
