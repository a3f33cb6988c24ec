//! The published schemas: current, good for editors, and of one mind with the decoder.

use crate::support::assert_file;
use crate::support::files;
use crate::support::root;
use pelago::fleet;
use pelago::schema::Validator;
use pelago::source::SourceMap;
use pelago::spec;
use pelago::yaml::Limits;
use pelago::yaml::read;
use serde_json::Value;
use std::fs;

#[test]
fn published_schemas_are_current() {
    for (name, schema) in [("app", spec::schema()), ("fleet", fleet::schema())] {
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        assert_file(&root().join(format!("schemas/{name}.v1alpha1.json")), &text);
    }
}

/// Every field of the language says what it does; fields of Kubernetes say whose they are.
#[test]
fn every_field_has_a_description() {
    for schema in [spec::schema(), fleet::schema()] {
        let mut silent = Vec::new();
        for (name, definition) in schema["definitions"].as_object().unwrap() {
            for (key, property) in definition["properties"].as_object().into_iter().flatten() {
                let is_said = property["description"].as_str().is_some_and(|text| !text.is_empty());
                if !is_said {
                    silent.push(format!("{name}.{key}"));
                }
            }
        }
        assert_eq!(silent, Vec::<String>::new());
    }
}

#[test]
fn examples_agree_with_the_schemas() {
    let app = Validator::new(&spec::schema()).unwrap();
    let fleet = Validator::new(&fleet::schema()).unwrap();
    let mut checked = 0;
    for path in
        files(&root().join("examples")).into_iter().filter(|path| path.extension() == Some("yaml".as_ref()))
    {
        let text = fs::read_to_string(&path).unwrap();
        let file = SourceMap::default().add(path.clone(), String::new());
        for document in read(&text, file, Limits::default()).documents {
            let json = document.root.to_json();
            let validator = match json["kind"].as_str() {
                Some("App") => &app,
                Some("Fleet") => &fleet,
                _ => continue,
            };
            assert_eq!(validator.check(&json), [], "{}", path.display());
            checked += 1;
        }
    }
    assert!(checked > 0, "no example was found");
}

/// Each example that a field shows is one that the field takes.
#[test]
fn field_examples_agree_with_their_fields() {
    for schema in [spec::schema(), fleet::schema()] {
        let definitions = schema["definitions"].as_object().unwrap();
        for (name, definition) in definitions {
            for (key, property) in definition["properties"].as_object().into_iter().flatten() {
                for example in property["examples"].as_array().into_iter().flatten() {
                    let mut whole = property.clone();
                    whole["definitions"] = Value::Object(definitions.clone());
                    let validator = Validator::new(&whole).unwrap();
                    assert_eq!(validator.check(example), [], "{name}.{key}: {example}");
                }
            }
        }
    }
}
