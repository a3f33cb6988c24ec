//! The clusters there are, from whatever described them.

use crate::fleet::Fleet;
use crate::fleet::FleetCluster;
use crate::fleet::NamedPlacement;
use crate::fleet::document::Capacity;
use crate::k8s::version::MinorVersion;
use crate::karmada::cluster::Cluster;
use crate::karmada::cluster::ClusterMetadata;
use crate::karmada::cluster::ClusterSpec;
use crate::karmada::cluster::ClusterStatus;
use crate::karmada::cluster::ResourceSummary;
use crate::karmada::cluster::Taint;
use crate::karmada::version::KarmadaVersion;
use crate::schema::Choice;
use crate::schema::Map;
use crate::source::Span;
use indexmap::IndexMap;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The clusters there are, and the placements that Apps refer to by name.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// The clusters by name, in the order written, each with the place of its name.
    pub clusters: IndexMap<String, (Cluster, Span)>,
    /// The values for expressions, by cluster.
    pub vars: BTreeMap<String, Json>,
    /// The placements by name.
    pub placements: Map<NamedPlacement>,
    /// The version of Karmada that the Fleet names.
    pub karmada: Option<KarmadaVersion>,
    /// The version of Kubernetes that the Fleet names.
    pub kubernetes: Option<MinorVersion>,
}

impl Inventory {
    /// Takes the clusters and placements of a Fleet.
    pub fn extend(&mut self, fleet: Fleet) {
        for (name, cluster) in fleet.spec.clusters.0.iter() {
            self.clusters.insert(name.value.to_owned(), (to_cluster(name.value, cluster), name.span));
            let vars = cluster.vars.iter().map(|(key, value)| (key.value.to_owned(), value.to_json()));
            self.vars.insert(name.value.to_owned(), vars.collect());
        }
        self.karmada = fleet.spec.karmada_version;
        self.kubernetes = fleet.spec.kubernetes_version;
        self.placements.entries.extend(fleet.spec.placements.entries);
        self.placements.lost.extend(fleet.spec.placements.lost);
        if fleet.spec.lost.iter().any(|key| key == "placements") {
            // An empty name stands for any.
            self.placements.lost.push(String::new());
        }
    }

    /// The names of the clusters, in the order written.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.clusters.keys().map(String::as_str)
    }

    /// The clusters, in the order written.
    pub fn clusters(&self) -> impl Iterator<Item = &Cluster> {
        self.clusters.values().map(|(cluster, _)| cluster)
    }
}

fn to_cluster(name: &str, cluster: &FleetCluster) -> Cluster {
    let text = |value: &Option<crate::source::Spanned<String>>| {
        value.as_ref().map(|value| value.value.clone()).unwrap_or_default()
    };
    let mut zones: Vec<String> = cluster.zones.iter().map(|zone| zone.value.clone()).collect();
    if let (true, Some(zone)) = (zones.is_empty(), &cluster.zone) {
        zones.push(zone.value.clone());
    }
    let taints = cluster.taints.iter().map(|taint| Taint {
        key: taint.key.value.clone(),
        value: text(&taint.value),
        effect: taint.effect.word().to_owned(),
    });
    Cluster {
        metadata: ClusterMetadata {
            name: name.to_owned(),
            labels: cluster
                .labels
                .iter()
                .map(|(key, value)| (key.value.to_owned(), value.0.clone()))
                .collect(),
            deletion_timestamp: None,
        },
        spec: ClusterSpec {
            provider: text(&cluster.provider),
            region: text(&cluster.region),
            zone: String::new(),
            zones,
            taints: taints.collect(),
            resource_models: Vec::new(),
        },
        status: ClusterStatus { api_enablements: Vec::new(), resource_summary: summary(cluster) },
    }
}

fn summary(cluster: &FleetCluster) -> Option<ResourceSummary> {
    let quantities = |map: &Map<Capacity>| -> BTreeMap<String, Json> {
        map.iter().map(|(key, value)| (key.value.to_owned(), value.0.to_json())).collect()
    };
    let is_known = !cluster.allocatable.is_empty();
    is_known.then(|| ResourceSummary {
        allocatable: quantities(&cluster.allocatable),
        allocated: quantities(&cluster.allocated),
        ..ResourceSummary::default()
    })
}
