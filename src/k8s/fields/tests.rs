//! What the table says, and that it can be read to its last line.

use super::*;

const DEFAULT: &str = "1.33";

#[track_caller]
fn version(text: &str) -> MinorVersion {
    MinorVersion::parse(text).unwrap()
}

#[track_caller]
fn field(type_name: &str, name: &str) -> Field {
    let object_type = find_type(type_name, version(DEFAULT)).expect(type_name);
    object_type.find_field(name).expect(name).clone()
}

#[test]
fn every_kind_is_found_and_has_a_type() {
    for line in KINDS.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let range = *kind_versions(words[0], words[1]).first().expect(line);
        let name = find_kind(words[0], words[1], range.first).expect(line);
        assert_eq!(name.as_str(), words[2]);
        assert!(find_type(words[2], range.first).is_some(), "{line}");
    }
    assert_eq!(find_kind("apps/v1", "Deploymen", MinorVersion::default()), None);
    assert_eq!(find_kind("", "", MinorVersion::default()), None);
    assert_eq!(find_kind("z/v1", "Z", MinorVersion::default()), None);
}

#[test]
fn every_line_is_read_in_every_version() {
    let mut names = Vec::new();
    for block in FIELDS.split(TYPE_MARK).skip(1) {
        let (header, lines) = block.split_once('\n').unwrap_or((block, ""));
        let name = header.split(' ').next().unwrap();
        let (_, _, found) = find_type_block(name).expect(name);
        assert_eq!(found.trim_end(), lines.trim_end(), "{name}");
        for line in lines.lines() {
            let parsed = parse_field(line).expect(line);
            assert_eq!(parsed.variants().count(), line.split(" | ").count(), "{line}");
            assert!(parsed.variants().all(|variant| !variant.ranges.is_empty()), "{line}");
        }
        names.push(name);
    }
    assert!(names.is_sorted());
    assert!(FIELDS.len() < 250_000);
}

#[test]
fn every_type_named_by_a_field_exists_in_its_versions() {
    for block in FIELDS.split(TYPE_MARK).skip(1) {
        let name = block.split([' ', '\n']).next().unwrap();
        for minor in MinorVersion::FIRST.minor()..=MinorVersion::LAST.minor() {
            let version = MinorVersion::from_minor(minor).unwrap();
            let Some(object_type) = find_type(name, version) else { continue };
            assert!(object_type.fields.iter().map(|field| field.name).is_sorted(), "{name}");
            for field in &object_type.fields {
                assert_reference_exists(&field.field_type, version);
            }
        }
    }
}

#[track_caller]
fn assert_reference_exists(field_type: &FieldType, version: MinorVersion) {
    match field_type {
        FieldType::Object(name) => assert!(find_type(name.as_str(), version).is_some(), "{name} {version}"),
        FieldType::List(inner) | FieldType::Map(inner) => assert_reference_exists(inner, version),
        FieldType::String
        | FieldType::Enum(_)
        | FieldType::Boolean
        | FieldType::Integer
        | FieldType::Int32
        | FieldType::Int64
        | FieldType::Number
        | FieldType::Base64
        | FieldType::Time
        | FieldType::Quantity
        | FieldType::IntOrString
        | FieldType::Any
        | FieldType::AnyObject => {}
    }
}

#[test]
fn fields_have_their_types() {
    assert_eq!(field("apps.v1.DeploymentSpec", "replicas").field_type, FieldType::Int32);
    assert_eq!(field("apps.v1.DeploymentSpec", "template").presence, Presence::Required);
    assert_eq!(
        field("core.v1.ResourceRequirements", "limits").field_type,
        FieldType::Map(Box::new(FieldType::Quantity))
    );
    assert_eq!(field("core.v1.ServicePort", "targetPort").field_type, FieldType::IntOrString);
    assert_eq!(
        field("core.v1.ContainerPort", "protocol").field_type,
        FieldType::Enum(vec!["SCTP", "TCP", "UDP"])
    );
    assert_eq!(field("core.v1.PodSpec", "containers").list_map_key, Some("name"));
}

#[test]
fn versions_of_kinds_and_fields_are_known() {
    assert_eq!(field_since("apps.v1.DeploymentStatus", "terminatingReplicas"), Some(version("1.33")));
    assert_eq!(field_since("apps.v1.DeploymentSpec", "replicas"), Some(MinorVersion::FIRST));
    assert_eq!(field_versions("apps.v1.DeploymentSpec", "none"), []);
    assert_eq!(kind_versions("networking.k8s.io/v1alpha1", "ClusterCIDR").len(), 1);
    assert_eq!(find_kind("networking.k8s.io/v1alpha1", "ClusterCIDR", version("1.37")), None);
    assert_eq!(list_map_key("core.v1.Container", "ports"), Some("containerPort"));
    assert_eq!(list_map_key("core.v1.Container", "args"), None);
    let without = find_type("apps.v1.DeploymentStatus", version("1.32")).unwrap();
    assert_eq!(without.find_field("terminatingReplicas"), None);
}
