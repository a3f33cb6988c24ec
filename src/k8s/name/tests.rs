//! What names are accepted, refused and suggested.

use super::*;

type Check = fn(&str) -> Result<(), NameError>;

#[track_caller]
fn assert_suggests(check: Check, text: &str, suggestion: Option<&str>) {
    let error = check(text).expect_err(text);
    assert_eq!(error.suggestion.as_deref(), suggestion, "{error}");
    if let Some(suggestion) = suggestion {
        assert_eq!(check(suggestion), Ok(()));
    }
}

#[track_caller]
fn assert_message(check: Check, text: &str, message: &str) {
    assert_eq!(check(text).expect_err(text).to_string(), message);
}

#[test]
fn near_names_are_suggested() {
    assert_suggests(check_dns_label, "My_App", Some("my-app"));
    assert_suggests(check_dns_label, "-web--", Some("web"));
    assert_suggests(check_dns_label, "shop.web", Some("shop-web"));
    assert_suggests(check_dns_label, &"a".repeat(70), Some(&"a".repeat(63)));
    assert_suggests(check_dns_label, "", None);
    assert_suggests(check_dns_label, "äö", None);
    assert_suggests(check_dns_subdomain, "Shop.Example", Some("shop.example"));
    assert_suggests(check_dns_1035_label, "1web", Some("web"));
    assert_suggests(check_label_key, "Example.com/My key", Some("example.com/My-key"));
    assert_suggests(check_label_value, "a b", Some("a-b"));
    assert_suggests(check_config_key, "a/b.conf", Some("a-b.conf"));
    assert_suggests(check_environment_variable, "A=B", Some("A_B"));
    assert_suggests(check_strict_environment_variable, "1A B", Some("A_B"));
    assert_suggests(check_port_name, "HTTP_Alt", Some("http-alt"));
    assert_suggests(check_port_name, "8080", None);
}

#[test]
fn names_are_accepted_as_kubernetes_does() {
    for text in ["a", "0", "a-b", "a--b", &"a".repeat(63)] {
        assert_eq!(check_dns_label(text), Ok(()), "{text}");
    }
    for text in ["a.b", "0.a-b.c", &"a".repeat(253)] {
        assert_eq!(check_dns_subdomain(text), Ok(()), "{text}");
    }
    for text in ["app", "example.com/App_1", "a/b", "A.b-c_d"] {
        assert_eq!(check_label_key(text), Ok(()), "{text}");
    }
    for text in ["", "A", "1.2_3-x"] {
        assert_eq!(check_label_value(text), Ok(()), "{text}");
    }
    for text in ["a..b", "-", "_x", ".env"] {
        assert_eq!(check_config_key(text), Ok(()), "{text}");
    }
    for text in ["a b", "1", "\"", "~"] {
        assert_eq!(check_environment_variable(text), Ok(()), "{text}");
    }
    assert_eq!(check_annotation_key("Example.com/UPPER"), Ok(()));
}

#[test]
fn names_are_refused_as_kubernetes_does() {
    for text in ["a..b", "a.-b", "a-.b", ".a", "a.", "A", ""] {
        assert!(check_dns_subdomain(text).is_err(), "{text}");
    }
    for text in ["", "/a", "a/", "a/b/c", "-a", "a_/b", "a b"] {
        assert!(check_label_key(text).is_err(), "{text}");
    }
    for text in [".", "..", "..a", "", "a b", &"a".repeat(254)] {
        assert!(check_config_key(text).is_err(), "{text}");
    }
    for text in ["", "a=b", "é", "a\tb"] {
        assert!(check_environment_variable(text).is_err(), "{text}");
    }
    for text in ["", "a--b", "-a", "a-", "80", "abcdefghijklmnop", "A"] {
        assert!(check_port_name(text).is_err(), "{text}");
    }
}

#[test]
fn messages_say_the_rule_and_what_was_found() {
    assert_message(check_dns_label, "a_b", "it may have lower-case letters, digits, and `-` only, found `_`");
    assert_message(check_dns_1035_label, "1", "it must start with a letter, found `1`");
    assert_message(check_port_name, "abcdefghijklmnop", "it may have at most 15 characters, found 16");
    assert_message(check_label_key, "/a", "before the slash, it must not be empty");
}
