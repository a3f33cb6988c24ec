//! The way back: what `fixtures/import` shows, and the law that what was imported builds to the same objects.

use crate::cli::check_cases;
use crate::codes::block;
use crate::codes::is_of_import;
use crate::runs::read_tree;
use crate::support::files;
use crate::support::folders;
use crate::support::root;
use pelago::bundle::Object;
use pelago::compile::Importation;
use pelago::compile::Request;
use pelago::compile::compile;
use pelago::compile::import_members;
use pelago::compile::import_objects;
use pelago::diagnostic::CODES;
use pelago::diagnostic::Severity;
use pelago::import::Defaults;
use pelago::import::Options;
use pelago::import::Original;
use pelago::import::Secrets;
use pelago::import::normal;
use pelago::k8s::gvk::ObjectKey;
use pelago::karmada::policy::POLICY_API_VERSION;
use pelago::karmada::version::KarmadaVersion;
use pelago::system::Memory;
use pelago::write::write_drafts;
use pelago::yaml::Node;
use serde_json::Value as Json;
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

#[test]
fn imports_are_those_of_the_fixtures() {
    check_cases("fixtures/import");
}

/// The examples of the pages that only an import reports: the wrong one gives its code, the right one nothing.
#[test]
fn examples_of_pages_give_their_codes() {
    for code in CODES.iter().filter(|code| is_of_import(code)) {
        let wrong = block(code.page, "yaml wrong").unwrap_or_default();
        let right = block(code.page, "yaml right").unwrap_or_default();
        // That values are not copied is told of each Secret.
        let codes_of =
            |text| codes_of(text).into_iter().filter(|id| *id != "secret-left-out" || *id == code.id);
        assert_eq!(codes_of(wrong).collect::<Vec<_>>(), [code.id], "{}", code.id);
        assert_eq!(codes_of(right).count(), 0, "{}", code.id);
    }
}

#[test]
fn every_code_has_a_case() {
    let reports: String = files(&root().join("fixtures/import"))
        .iter()
        .filter(|path| path.ends_with("stderr"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let own = CODES.iter().filter(|code| is_of_import(code)).map(|code| code.id);
    let told: BTreeSet<&str> = own.clone().filter(|id| reports.contains(&format!("[{id}]"))).collect();
    assert_eq!(told, own.collect());
}

/// What an import of a text reports; where lines say so, of what each cluster has.
fn codes_of(text: &str) -> Vec<&'static str> {
    let mut system = Memory::default();
    let mut clusters = BTreeMap::new();
    for part in text.split("# --cluster ").skip(1) {
        let (name, objects) = part.split_once('\n').unwrap();
        system.files.insert(name.into(), objects.as_bytes().to_vec());
        clusters.insert(name.to_owned(), PathBuf::from(name));
    }
    let importation = if clusters.is_empty() {
        system.files.insert("objects.yaml".into(), text.as_bytes().to_vec());
        let request = Request { paths: vec!["objects.yaml".into()], ..Request::default() };
        import_objects(&request, Options::default(), &system).unwrap()
    } else {
        import_members(&clusters, Options::default(), &system).unwrap()
    };
    importation.diagnostics.iter().map(|it| it.code.id).collect()
}

/// A file of Score that is no text is one of the binary data.
#[test]
fn a_binary_source_comes_in_base64() {
    let score = "apiVersion: score.dev/v1b1\nmetadata: {name: web}\ncontainers: \
                 {main: {image: web:1, files: {/logo: {source: logo.png}}}}\n";
    let files = BTreeMap::from([
        (PathBuf::from("score.yaml"), score.as_bytes().to_vec()),
        (PathBuf::from("logo.png"), vec![0, 159, 146, 150]),
    ]);
    let (importation, _, _) = there_and_back(&files, (Options::default(), None));
    let data: Vec<Json> = importation
        .collection
        .objects
        .iter()
        .filter_map(|object| object.root.to_json().get("binaryData").cloned())
        .collect();
    assert_eq!(data, [serde_json::json!({ "logo": "AJ+Slg==" })]);
}

/// What comes of an input: the importation, the objects that its Apps build to, and the policies.
fn there_and_back(
    files: &Files,
    (options, karmada_version): (Options, Option<KarmadaVersion>),
) -> (Importation, Objects, Objects) {
    let system = Memory { files: files.clone(), ..Memory::default() };
    let is_object = |path: &&PathBuf| path.extension().is_some_and(|ending| ending == "yaml");
    let paths = files.keys().filter(is_object).cloned().collect();
    let request = Request { paths, ..Request::default() };
    let importation = import_objects(&request, options, &system).unwrap();
    assert!(!importation.has_errors(), "{:?} {:#?}", files.keys(), importation.diagnostics);
    let texts = write_drafts(&importation.apps, importation.fleet.as_ref()).concat();
    let system = Memory {
        files: BTreeMap::from([(PathBuf::from("apps.yaml"), texts.clone().into_bytes())]),
        ..Memory::default()
    };
    let request = Request { paths: vec!["apps.yaml".into()], karmada_version, ..Request::default() };
    let compilation = compile(&request, &system, |app| app).unwrap();
    let faults = compilation.diagnostics.iter().filter(|it| it.severity == Severity::Error);
    let faults: Vec<&str> = faults.map(|it| it.message.as_str()).collect();
    assert_eq!(faults, [""; 0], "{texts}");
    let objects = compilation.apps.into_iter().flat_map(|app| app.objects);
    let (policies, objects): (Vec<Object>, Vec<Object>) =
        objects.partition(|object| object.key.gvk.api_version() == POLICY_API_VERSION);
    let of =
        |objects: Vec<Object>| objects.iter().map(|object| comparable(&object.key, &object.root)).collect();
    (importation, of(objects), of(policies))
}

/// An object in the form in which two are compared; the order in which a policy names its objects makes no difference, nor does
/// that of patches that importing has proved to do the same, nor whether a purge mode has its name of before Karmada 1.15.
fn comparable(key: &ObjectKey, root: &Node) -> (ObjectKey, Json) {
    let mut json = normal(key, root);
    if let Some(Json::Array(selectors)) = json.pointer_mut("/spec/resourceSelectors") {
        selectors.sort_by_key(Json::to_string);
    }
    if let Some(mode) = json.pointer_mut("/spec/failover/application/purgeMode") {
        let names = [("Immediately", "Directly"), ("Graciously", "Gracefully")];
        *mode = names.iter().find(|(old, _)| mode == old).map_or(mode.clone(), |(_, new)| json!(new));
    }
    for rule in json.pointer_mut("/spec/overrideRules").and_then(Json::as_array_mut).into_iter().flatten() {
        if let Some(Json::Array(patches)) = rule.pointer_mut("/overriders/plaintext") {
            patches.sort_by_key(|patch| patch["path"].to_string());
        }
    }
    (key.clone(), json)
}

type Objects = BTreeMap<ObjectKey, Json>;

type Files = BTreeMap<PathBuf, Vec<u8>>;

fn originals(objects: &[Original]) -> Objects {
    objects.iter().map(|object| comparable(&object.key, &object.root)).collect()
}

/// All bundles that are expected somewhere.
pub(crate) fn bundles() -> Vec<PathBuf> {
    let mut bundles: Vec<PathBuf> =
        folders(&root().join("examples")).into_iter().map(|example| example.join("expected")).collect();
    for feature in folders(&root().join("fixtures/golden")) {
        bundles.extend(folders(&feature).into_iter().map(|case| case.join("expected")));
    }
    bundles
}

/// The inputs of the cases of imports that are fine.
pub(crate) fn cases() -> Vec<PathBuf> {
    let text = |case: &PathBuf, name: &str| fs::read_to_string(case.join(name)).unwrap();
    let is_fine =
        |case: &PathBuf| text(case, "status") == "0\n" && !text(case, "command").contains("--cluster");
    folders(&root().join("fixtures/import")).into_iter().filter(is_fine).collect()
}

fn read_case(folder: &Path) -> Files {
    read_tree(folder).into_iter().filter(|(path, _)| !path.starts_with("after")).collect()
}

pub(crate) fn read_objects(folder: &Path) -> Files {
    let is_object = |path: &Path| path.extension().is_some_and(|ending| ending == "yaml");
    read_case(folder).into_iter().filter(|(path, _)| is_object(path)).collect()
}

/// What is imported builds to the same objects, value for value.
#[test]
fn objects_come_back_as_they_were() {
    for folder in bundles().into_iter().chain(cases()) {
        let files = read_case(&folder);
        for defaults in [Defaults::Dropped, Defaults::Kept] {
            let options = Options { defaults, secrets: Secrets::Copied };
            let (importation, built, _) = there_and_back(&files, (options, None));
            let originals = originals(&importation.collection.objects);
            assert!(
                originals.len() + importation.collection.policies.len() > 0 || importation.fleet.is_some(),
                "{}",
                folder.display()
            );
            assert_eq!(built, originals, "{}", folder.display());
        }
    }
}

/// The version of Karmada that a bundle was built for, where its Fleet says one.
fn version_of(bundle: &Path) -> Option<KarmadaVersion> {
    let fleet = fs::read_to_string(bundle.with_file_name("fleet.yaml")).ok()?;
    let version = fleet.lines().find_map(|line| line.trim().strip_prefix("karmadaVersion: "))?;
    Some(version.trim_matches('"').parse().unwrap())
}

/// What was built comes back as the same bundle, the policies included.
#[test]
fn bundles_come_back_with_their_policies() {
    // A policy does not tell which of its workloads are manifests of one App, and an App for each says more of them; that they go
    // the same way and change alike is held by `what_was_imported_does_the_same`.
    const OTHER: &str = "fixtures/golden/overrides/workloads_of_manifests";
    for folder in bundles().into_iter().filter(|folder| !folder.starts_with(root().join(OTHER))) {
        let options = Options { secrets: Secrets::Copied, ..Options::default() };
        let (importation, _, built) = there_and_back(&read_case(&folder), (options, version_of(&folder)));
        assert_eq!(built, originals(&importation.collection.policies), "{}", folder.display());
    }
}
