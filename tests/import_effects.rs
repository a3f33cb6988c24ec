//! The way back: what Karmada does with Apps that were made of a bundle is what it does with the bundle.

use crate::import::bundles;
use crate::import::cases;
use crate::import::read_objects;
use crate::support::root;
use pelago::compile::Assembly;
use pelago::compile::Request;
use pelago::compile::assemble;
use pelago::compile::import_objects;
use pelago::diagnostic::Diagnostics;
use pelago::diagnostic::Severity;
use pelago::forecast::Preview;
use pelago::forecast::Received;
use pelago::import::Options;
use pelago::import::Original;
use pelago::import::Secrets;
use pelago::import::normal;
use pelago::k8s::gvk::ObjectKey;
use pelago::k8s::version::MinorVersion;
use pelago::preview;
use pelago::preview::preview;
use pelago::render::Provenance;
use pelago::render::Wanted;
use pelago::render::render;
use pelago::source::SourceMap;
use pelago::source::Span;
use pelago::system::Memory;
use pelago::tree;
use pelago::write::write_drafts;
use serde_json::Value as Json;
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

type Files = BTreeMap<PathBuf, Vec<u8>>;

/// What each cluster gets of each object.
type Shares = BTreeMap<ObjectKey, BTreeMap<String, Received>>;

/// What each cluster receives.
type Objects = BTreeMap<(String, ObjectKey), Json>;

const FLEET: &str = "fleet.yaml";

/// What Karmada does with some files and a Fleet: shares and objects, but for what nobody writes.
fn effects(mut files: Files, fleet: &[u8], left_out: &BTreeSet<ObjectKey>) -> (Shares, Objects) {
    files.retain(|path, _| !path.ends_with("kustomization.yaml"));
    files.insert(FLEET.into(), fleet.to_vec());
    let request = Request { paths: files.keys().cloned().collect(), ..Request::default() };
    let Assembly { plane, inventory, diagnostics, .. } =
        assemble(&request, &Memory { files, ..Memory::default() }).unwrap();
    let faults = diagnostics.iter().filter(|it| it.severity == Severity::Error);
    assert_eq!(faults.map(|it| it.message.as_str()).collect::<Vec<_>>(), [""; 0]);
    let inventory = inventory.unwrap();
    let options = preview::Options { uid: Some("b".to_owned()), ..preview::Options::default() };
    let seen = preview(&plane, &inventory, &options);
    let wanted = Wanted {
        clusters: &seen.clusters,
        provenance: Provenance::Omitted,
        kubernetes: MinorVersion::default(),
    };
    let clusters = render((&plane, &inventory), &seen, wanted, &mut Diagnostics::default());
    let span = Span { file: SourceMap::default().add("a.yaml".into(), String::new()), start: 0, end: 0 };
    let objects = clusters.iter().flat_map(|cluster| {
        cluster.objects.iter().map(|object| {
            let root = normal(&object.key, &tree::from_json(span, &object.object));
            ((cluster.cluster.clone(), object.key.clone()), root)
        })
    });
    let objects = objects.filter(|((_, key), _)| !left_out.contains(key)).collect();
    let mut shares = shares(&seen);
    shares.retain(|key, _| !left_out.contains(key));
    (shares, objects)
}

fn shares(seen: &Preview) -> Shares {
    let shares = seen.objects.iter().map(|object| {
        let rows = object.clusters.iter();
        let received = rows.filter_map(|row| Some((row.cluster.clone(), row.received.clone()?)));
        (object.key.clone(), received.collect())
    });
    shares.collect()
}

/// The Fleet of a bundle; for one without, a Fleet of the clusters and the places that its policies name, and of two others.
fn fleet_of(bundle: &Path, policies: &[Original]) -> Vec<u8> {
    if let Ok(fleet) = fs::read(bundle.with_file_name(FLEET)) {
        return fleet;
    }
    let mut named = BTreeSet::from(["eu-1", "us-1"].map(|name| ("clusterNames".to_owned(), name.to_owned())));
    for policy in policies {
        find_named(&policy.root.to_json(), &mut named);
    }
    let clusters = named.into_iter().zip(1..).map(|((key, name), number)| {
        let mut cluster = json!({
            "provider": "aws", "region": name.split('-').next(), "labels": {"tier": "gold"},
            "allocatable": {"cpu": 10 * number, "memory": "64Gi", "pods": 110},
        });
        match key.as_str() {
            "clusterNames" | "exclude" => return (name, cluster),
            "zone" => cluster["zones"] = json!([name]),
            key => cluster[key] = json!(name),
        }
        (format!("in-{name}"), cluster)
    });
    let clusters: serde_json::Map<String, Json> = clusters.collect();
    json!({
        "apiVersion": "pelago.dev/v1alpha1", "kind": "Fleet",
        "metadata": {"name": "all"}, "spec": {"clusters": clusters},
    })
    .to_string()
    .into_bytes()
}

/// The clusters, regions, zones and providers that are named anywhere in a policy, each with how.
fn find_named(json: &Json, found: &mut BTreeSet<(String, String)>) {
    let mut add = |key: &str, names: &Json| {
        let names = names.as_array().into_iter().flatten().filter_map(Json::as_str);
        found.extend(names.map(|name| (key.to_owned(), name.to_owned())));
    };
    match json {
        Json::Object(map) => {
            for key in ["clusterNames", "exclude"] {
                add(key, &map.get(key).cloned().unwrap_or_default());
            }
            let key = map.get("key").and_then(Json::as_str).unwrap_or_default();
            if let ("region" | "zone" | "provider", Some(values)) = (key, map.get("values")) {
                add(key, values);
            }
            map.values().for_each(|value| find_named(value, found));
        }
        Json::Array(items) => items.iter().for_each(|item| find_named(item, found)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

#[test]
fn what_was_imported_does_the_same() {
    // The imitation is of the newest Karmada, which refuses some of what is for older ones.
    let is_new = |folder: &PathBuf| !folder.starts_with(root().join("fixtures/golden/versions"));
    let mut checked = 0;
    for folder in bundles().into_iter().filter(is_new).chain(cases()) {
        let files = read_objects(&folder);
        let options = Options { secrets: Secrets::Copied, ..Options::default() };
        let request = Request { paths: files.keys().cloned().collect(), ..Request::default() };
        let system = Memory { files: files.clone(), ..Memory::default() };
        let importation = import_objects(&request, options, &system).unwrap();
        let collection = &importation.collection;
        let fleet = fleet_of(&folder, &collection.policies);
        let apps = write_drafts(&importation.apps, None).concat().into_bytes();
        let apps = Files::from([(PathBuf::from("apps.yaml"), apps)]);
        let mut kinds = collection.policies.iter().map(|policy| policy.key.gvk.kind());
        if !kinds.any(|kind| kind.ends_with("PropagationPolicy")) {
            continue;
        }
        let imported = effects(apps, &fleet, &BTreeSet::new());
        let kept: BTreeSet<&ObjectKey> = collection.objects.iter().map(|object| &object.key).collect();
        let (shares, _) = effects(files.clone(), &fleet, &BTreeSet::new());
        let left_out = shares.keys().filter(|key| !kept.contains(key)).cloned().collect();
        let written = effects(files, &fleet, &left_out);
        assert_eq!(imported.0, written.0, "{}", folder.display());
        assert_eq!(imported.1, written.1, "{}", folder.display());
        checked += 1;
    }
    assert!(checked > 40, "{checked}");
}
