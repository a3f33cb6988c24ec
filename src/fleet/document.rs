//! The Fleet as the platform team wrote it.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::Reported;
use crate::diagnostic::codes;
use crate::fleet::NamedPlacement;
use crate::k8s::quantity::Quantity;
use crate::k8s::version::MinorVersion;
use crate::karmada::version::KarmadaVersion;
use crate::schema::Decoder;
use crate::schema::Definitions;
use crate::schema::Kubernetes;
use crate::schema::Map;
use crate::schema::Named;
use crate::schema::Shape;
use crate::schema::choice;
use crate::schema::record;
use crate::source::Spanned;
use crate::spec::Amount;
use crate::spec::ApiVersion;
use crate::spec::ClusterNameKey;
use crate::spec::LabelKey;
use crate::spec::LabelName;
use crate::spec::LabelText;
use crate::yaml::Node;
use serde_json::Value as Json;
use std::cmp::Ordering;

choice! {
    /// The kind of a Fleet.
    FleetKind {
        /// The clusters there are.
        Fleet "Fleet",
    }
}

record! {
    /// The clusters there are, and the placements that Apps refer to by name.
    Fleet {
        /// The version of the language.
        api_version "apiVersion": ApiVersion;
        /// The kind of document: Fleet.
        kind "kind": FleetKind;
        /// The name of the fleet.
        metadata "metadata": FleetMetadata;
        /// The clusters, and the placements with names.
        spec "spec": FleetSpec;
    }
}

/// The JSON Schema of a Fleet.
#[must_use]
pub fn schema() -> Json {
    let kubernetes = Kubernetes::preloaded(MinorVersion::default());
    let mut definitions = Definitions::new(&kubernetes);
    let root = Fleet::schema(&mut definitions);
    definitions.finish("https://pelago.dev/schemas/fleet.v1alpha1.json", "Pelago Fleet", &root)
}

record! {
    /// The name of the fleet.
    FleetMetadata {
        /// The name.
        name "name": Spanned<LabelName>, example "production";
    }
}

record! {
    /// The clusters, and the placements with names.
    FleetSpec recovering lost {
        /// The version of Karmada that the bundle is for; what it does not have is an error. A flag wins over it.
        karmada_version "karmadaVersion": Option<KarmadaVersion>, default "1.18", example "1.15";
        /// The oldest version of Kubernetes on the clusters; what it does not have is an error. A flag wins over it.
        kubernetes_version "kubernetesVersion": Option<MinorVersion>, default "1.33", example "1.33";
        /// The clusters by name.
        clusters "clusters": Named<FleetCluster, ClusterNameKey>;
        /// Placements by name, for `placement: NAME` in an App.
        placements "placements": Map<NamedPlacement>, example {"eu-production": {"regions": ["eu-west-1"]}};
    }
}

record! {
    /// One cluster.
    FleetCluster {
        /// Its provider.
        provider "provider": Option<Spanned<String>>, example "aws";
        /// Its region.
        region "region": Option<Spanned<String>>, example "eu-west-1";
        /// Its zones.
        zones "zones": Vec<Spanned<String>>, example ["eu-west-1a", "eu-west-1b"];
        /// Its one zone, as older versions of Karmada write it.
        zone "zone": Option<Spanned<String>>;
        /// Its labels.
        labels "labels": Map<LabelText, LabelKey>, example {"tier": "gold"};
        /// Its taints.
        taints "taints": Vec<Taint>;
        /// What its nodes have in all, as quantities.
        allocatable "allocatable": Map<Capacity>, example {"cpu": 40, "memory": "160Gi", "pods": 440};
        /// What is taken of it, as quantities.
        allocated "allocated": Map<Capacity>, example {"cpu": 12, "memory": "40Gi", "pods": 80};
        /// Values for expressions, as `cluster.vars`.
        vars "vars": Map<Node>, example {"registry": "eu.registry.example.com"};
    }
}

/// An amount of a resource that a cluster has: a quantity that is not negative, as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity(pub Node);

impl Shape for Capacity {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Result<Self, Reported> {
        let amount = Amount::decode(node, decoder)?;
        match Quantity::from_json(&amount.0.to_json()) {
            Ok(quantity) if quantity.sign() == Ordering::Less => {
                let message =
                    format!("expected an amount of at least 0, found {}", decoder.source_text(node.span));
                Err(decoder.report(Diagnostic::new(codes::OUT_OF_RANGE, node.span, message)))
            }
            Ok(_) => Ok(Self(amount.0)),
            Err(_) => Err(decoder.reported_before()),
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        Amount::schema(definitions)
    }
}

choice! {
    /// What a taint does.
    TaintEffect {
        /// Nothing new is scheduled.
        NoSchedule "NoSchedule",
        /// What runs is moved away.
        NoExecute "NoExecute",
        /// Nothing new is scheduled where it can be helped; Karmada's scheduler ignores it.
        PreferNoSchedule "PreferNoSchedule",
    }
}

record! {
    /// A mark on a cluster that keeps away what does not tolerate it.
    Taint {
        /// The key.
        key "key": Spanned<String>, example "maintenance";
        /// The value.
        value "value": Option<Spanned<String>>;
        /// What it does.
        effect "effect": TaintEffect;
    }
}
