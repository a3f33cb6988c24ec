//! What references are read, and how they change.

use super::*;

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#[track_caller]
fn parse(text: &str) -> ImageReference {
    let image = ImageReference::parse(text).expect(text);
    assert_eq!(image.to_string(), text);
    image
}

#[test]
fn the_registry_needs_a_dot_or_a_port_or_is_localhost() {
    assert_eq!(parse("web").registry(), None);
    assert_eq!(parse("shop/web").repository(), "shop/web");
    assert_eq!(parse("localhost/web").registry(), Some("localhost"));
    assert_eq!(parse("eu:5000/shop/web:1").registry(), Some("eu:5000"));
    assert_eq!(parse("[::1]:5000/web").registry(), Some("[::1]:5000"));
    assert_eq!(parse("UPPER/web").repository(), "UPPER/web");
}

#[test]
fn tag_and_digest_are_both_kept_unless_read_as_karmada() {
    let text = format!("web:1@{DIGEST}");
    let image = parse(&text);
    assert_eq!((image.tag(), image.digest()), (Some("1"), Some(DIGEST)));
    assert_eq!(
        ImageReference::parse_as_karmada(&text).map(|image| image.to_string()),
        Ok("web:1".to_owned())
    );
}

#[test]
fn faults_are_told_apart() {
    let fault = |text: &str| ImageReference::parse(text).expect_err(text);
    assert_eq!(fault(""), ImageError::Empty);
    assert_eq!(fault("eu.example/Web"), ImageError::UpperCase);
    assert_eq!(fault("eu:port/web"), ImageError::Registry);
    assert_eq!(fault("https://eu.example/web"), ImageError::Registry);
    assert_eq!(fault("web..shop"), ImageError::Repository);
    assert_eq!(fault("web:1:2"), ImageError::Tag);
    assert_eq!(fault("web@"), ImageError::Digest);
    assert_eq!(fault("web@md5:00000000000000000000000000000000"), ImageError::DigestAlgorithm);
    assert_eq!(fault(&format!("web@{}", DIGEST.replace("cdef", "CDEF"))), ImageError::DigestLength);
    assert_eq!(fault(&"a".repeat(256)), ImageError::RepositoryTooLong);
}

#[test]
fn parts_are_replaced_when_they_are_valid() {
    let image = parse(&format!("eu.example/web:1@{DIGEST}"));
    assert_eq!(image.with_tag("2").unwrap().to_string(), "eu.example/web:2");
    assert_eq!(image.with_registry("us:1").unwrap().to_string(), format!("us:1/web:1@{DIGEST}"));
    assert_eq!(image.with_repository("a/b").unwrap().to_string(), format!("eu.example/a/b:1@{DIGEST}"));
    assert_eq!(parse("web:1").with_digest(DIGEST).unwrap().to_string(), format!("web:1@{DIGEST}"));
    assert_eq!(image.with_registry("eu"), Err(ImageError::Registry));
    assert_eq!(parse("web").with_repository("eu.example/web"), Err(ImageError::Repository));
    assert_eq!(image.with_tag("-"), Err(ImageError::Tag));
}
