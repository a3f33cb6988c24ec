//! How Karmada treats namespaces: some never leave the control plane, all others go to every cluster.

/// The label that keeps Karmada from creating a namespace on every cluster.
pub const SKIP_LABEL: &str = "namespace.karmada.io/skip-auto-propagation";

/// The reserved namespaces, in words.
pub const RESERVED: &str =
    "`karmada-system`, `karmada-cluster`, `karmada-es-*` and `kube-*` belong to the control plane";

/// Tells whether nothing in a namespace is ever propagated.
///
/// *Source*: karmada f8fdd02 `pkg/detector/detector.go` `EventFilter`, `pkg/util/names/names.go` `IsReservedNamespace`; and
/// the default of the flag `--skipped-propagating-namespaces`.
#[must_use]
pub fn is_reserved(namespace: &str) -> bool {
    matches!(namespace, "karmada-system" | "karmada-cluster")
        || namespace.starts_with("karmada-es-")
        || namespace.starts_with("kube-")
}

/// Tells whether Karmada creates a namespace on every cluster, whatever policies say.
///
/// *Source*: karmada f8fdd02 `pkg/controllers/namespace/namespace_sync_controller.go` `Reconcile`,
/// `namespaceShouldBeSynced`.
#[must_use]
pub fn is_synced(name: &str, skip_label: Option<&str>) -> bool {
    let is_skipped = skip_label.is_some_and(|value| value.eq_ignore_ascii_case("true"));
    name != "default" && !is_reserved(name) && !is_skipped
}
