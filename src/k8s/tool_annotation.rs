//! The annotations by which kustomize and kpt keep track of the objects in files.

/// Says that an object is never applied to a cluster.
pub const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

/// The path of an object's file in its package: kyaml v0.21 `kio/kioutil/kioutil.go` `PathAnnotation`, and its older name.
pub const PATH: [&str; 2] = ["internal.config.kubernetes.io/path", "config.kubernetes.io/path"];

/// The place of an object in its file, from 0.
pub const INDEX: [&str; 2] = ["internal.config.kubernetes.io/index", "config.kubernetes.io/index"];

/// The folder of the package that an object belongs to, from kpt.
pub const PACKAGE: &str = "internal.config.kubernetes.io/package-path";

/// What begins the names of the annotations that are given to objects on their way, and taken away again.
const TRANSIENT: [&str; 2] = ["internal.config.kubernetes.io/", "kustomize.config.k8s.io/"];

/// Such annotations with older names.
const TRANSIENT_NAMES: [&str; 3] =
    ["config.kubernetes.io/path", "config.kubernetes.io/index", "config.k8s.io/id"];

/// What begins the names of all annotations that say something of a file to a tool, and nothing of an object to a cluster.
const ABOUT_FILES: [&str; 4] =
    ["config.kubernetes.io/", "alpha.config.kubernetes.io/", "config.k8s.io/", "internal.kpt.dev/"];

/// Tells whether an annotation is a tool's note about an object on its way.
#[must_use]
pub fn is_transient(name: &str) -> bool {
    TRANSIENT.iter().any(|prefix| name.starts_with(prefix)) || TRANSIENT_NAMES.contains(&name)
}

/// Tells whether an annotation is for the tools that read files, and for nobody else.
#[must_use]
pub fn is_for_tools(name: &str) -> bool {
    is_transient(name) || ABOUT_FILES.iter().any(|prefix| name.starts_with(prefix))
}
