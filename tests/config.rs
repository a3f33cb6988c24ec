//! `ConfigMaps` and Secrets, from all the places that their keys can come from.

use pelago::bundle::App;
use pelago::compile::Compilation;
use pelago::compile::Request;
use pelago::compile::Rigour;
use pelago::compile::compile;
use pelago::diagnostic::Diagnostic;
use pelago::diagnostic::Help;
use pelago::source::SourceMap;
use pelago::system::Disk;
use pelago::system::Memory;
use pelago::system::System;
use pelago::yaml::write;
use proptest::prelude::ProptestConfig;
use proptest::prelude::proptest;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::path::PathBuf;

const HEAD: &str =
    "apiVersion: pelago.dev/v1alpha1\nkind: App\nmetadata: {name: web, namespace: shop}\nspec:\n";

const FILES: &[(&str, &[u8])] = &[
    ("config/app.toml", b"a = 1\nb = \"x\"\n"),
    ("config/other.toml", b""),
    ("config/logo.png", b"\x89PNG"),
    ("config/bell.txt", b"ring \x07\n"),
    ("more/app.toml", b"a = 2\n"),
    ("more/my file", b"x"),
    ("app.env", b"\xef\xbb\xbf# settings\r\nLEVEL=info\r\n\r\n  URL=\"http://x/?a=b\" \r\nEMPTY=\n"),
    ("again.env", b"OTHER=1\nLEVEL=debug\n"),
    ("broken.env", b"GOOD=s3cret\nMIIBs3cret/+\nexport TOKEN=s3cret\n9=s3cret\n"),
    ("latin.env", b"A=\xe9\n"),
    ("tls.crt", b"certificate"),
    ("tls.key", b"s3cret"),
];

/// An App with `spec` below its `spec:`, whose first line is the fifth of `shop/app.yaml`, among the [`FILES`].
fn system(spec: &str) -> Memory {
    let app = (PathBuf::from("shop/app.yaml"), format!("{HEAD}{spec}").into_bytes());
    let files = FILES.iter().map(|(path, bytes)| (Path::new("shop").join(path), bytes.to_vec()));
    let variables = [("PASSWORD", "s3cret"), ("EMPTY", ""), ("BROKEN", "{s3cret")];
    Memory {
        files: files.chain([app]).collect(),
        variables: variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        ..Memory::default()
    }
}

fn build(folder: &Path, system: &dyn System) -> Compilation<App> {
    let paths = vec![folder.join("app.yaml")];
    let request = Request { paths, rigour: Rigour::Check, ..Request::default() };
    compile(&request, system, |app| app).unwrap()
}

/// Each fact as `file:line:column code message`, with its other places and its helps below it.
fn tell(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let place = |span| {
        let position = sources.position(span);
        let file = sources.path(span).file_name().unwrap_or_default();
        format!("{}:{}:{} `{}`", file.to_string_lossy(), position.line, position.column, sources.text(span))
    };
    let line = |diagnostic: &Diagnostic| {
        let first = place(diagnostic.primary.span);
        let others =
            diagnostic.secondary.iter().map(|label| format!("  {} {}\n", place(label.span), label.text));
        format!("{first} {} {}\n", diagnostic.code.id, diagnostic.message) + &others.collect::<String>()
    };
    diagnostics.iter().map(line).collect()
}

/// The objects of some kinds, as they are written.
fn objects(app: &App, kinds: &[&str]) -> String {
    let chosen = app.objects.iter().filter(|object| kinds.contains(&object.key.gvk.kind()));
    chosen.map(|object| write(&object.root.to_json())).collect::<Vec<_>>().join("---\n")
}

#[track_caller]
fn assert_built(spec: &str, kinds: &[&str], expected: &str) {
    let built = build(Path::new("shop"), &system(spec));
    assert_eq!(tell(&built.diagnostics, &built.sources), "");
    assert_eq!(objects(&built.apps[0], kinds), expected);
}

#[track_caller]
fn assert_told(spec: &str, expected: &str) {
    let built = build(Path::new("shop"), &system(spec));
    assert_eq!(tell(&built.diagnostics, &built.sources), expected);
}

#[test]
fn files_and_lines_become_keys_of_a_config_map() {
    assert_built(
        "  configMaps:
    settings: {data: {V: 1.50}, files: ['config/*', config/app.toml], envFile: app.env, immutable: true}
    site: {files: {app.conf: more/app.toml}, envFile: [app.env, app.env]}
",
        &["ConfigMap"],
        r#"apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: shop
  labels:
    app: web
data:
  V: "1.50"
  app.toml: |
    a = 1
    b = "x"
  other.toml: ""
  LEVEL: info
  URL: '"http://x/?a=b" '
  EMPTY: ""
binaryData:
  bell.txt: cmluZyAHCg==
  logo.png: iVBORw==
immutable: true
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: site
  namespace: shop
  labels:
    app: web
data:
  app.conf: |
    a = 2
  LEVEL: info
  URL: '"http://x/?a=b" '
  EMPTY: ""
"#,
    );
}

#[test]
fn a_secret_takes_its_values_from_everywhere() {
    assert_built(
        "  secrets:
    - {name: tls, type: kubernetes.io/tls, files: [tls.crt, tls.key], immutable: false}
    - {name: db, stringData: {user: 7, password: {env: PASSWORD}}, data: {raw: AAE=}, envFile: again.env}
    - {name: login, registries: {r.example.com: {username: ci, password: {env: PASSWORD}}}}
",
        &["Secret"],
        "apiVersion: v1
kind: Secret
metadata:
  name: tls
  namespace: shop
  labels:
    app: web
type: kubernetes.io/tls
data:
  tls.crt: Y2VydGlmaWNhdGU=
  tls.key: czNjcmV0
---
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
  labels:
    app: web
type: Opaque
data:
  raw: AAE=
  user: Nw==
  password: czNjcmV0
  OTHER: MQ==
  LEVEL: ZGVidWc=
---
apiVersion: v1
kind: Secret
metadata:
  name: login
  namespace: shop
  labels:
    app: web
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: eyJhdXRocyI6eyJyLmV4YW1wbGUuY29tIjp7InVzZXJuYW1lIjoiY2kiLCJwYXNzd29yZCI6InMzY3JldCIsImF1dGgiOiJZMms2Y3pOamNtVjAifX19
",
    );
}

/// An App that refers to objects with a hash in every way.
const HASHED: &str = "  serviceAccount: {create: true, imagePullSecrets: [login]}
  configMaps: {settings: {data: {A: x, B: z}, hash: true}}
  secrets: {login: {registries: {r: {username: a, password: b}}, hash: true}}
  deployment:
    pod: {imagePullSecrets: [login], volumes: [{name: all, projected: {sources: [{configMap: {name: settings}}, {secret: {name: login}}]}}]}
    containers:
      web:
        image: nginx:1
        env: {A: {configMap: settings, key: A}}
        envFrom: [{configMap: settings}]
        mounts: {/etc/app: {configMap: settings, items: {B: b}}, /all: {volume: all}}
  overrides:
    - {configMaps: {settings: {data: {A: z}}}, containers: {web: {env: {C: {configMap: settings, key: B}}}}}
    - {patches: [{op: add, path: /data/C, value: c, target: {kind: ConfigMap, name: settings}}]}
";

#[test]
fn names_with_a_hash_stand_in_config_and_account() {
    assert_built(
        HASHED,
        &["ServiceAccount", "ConfigMap", "Secret"],
        "apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  namespace: shop
  labels:
    app: web
imagePullSecrets:
- name: login-c4634620d4
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings-28d1c9f72d
  namespace: shop
  labels:
    app: web
data:
  A: x
  B: z
---
apiVersion: v1
kind: Secret
metadata:
  name: login-c4634620d4
  namespace: shop
  labels:
    app: web
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: eyJhdXRocyI6eyJyIjp7InVzZXJuYW1lIjoiYSIsInBhc3N3b3JkIjoiYiIsImF1dGgiOiJZVHBpIn19fQ==
",
    );
}

#[test]
fn names_with_a_hash_stand_in_the_workload() {
    assert_built(
        HASHED,
        &["Deployment"],
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  labels:
    app: web
spec:
  replicas: 1
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      serviceAccountName: web
      imagePullSecrets:
      - name: login-c4634620d4
      containers:
      - name: web
        image: nginx:1
        envFrom:
        - configMapRef:
            name: settings-28d1c9f72d
        env:
        - name: A
          valueFrom:
            configMapKeyRef:
              name: settings-28d1c9f72d
              key: A
        volumeMounts:
        - name: config-settings
          mountPath: /etc/app
        - name: all
          mountPath: /all
      volumes:
      - name: all
        projected:
          sources:
          - configMap:
              name: settings-28d1c9f72d
          - secret:
              name: login-c4634620d4
      - name: config-settings
        configMap:
          name: settings-28d1c9f72d
          items:
          - key: B
            path: b
",
    );
}

#[test]
fn names_with_a_hash_stand_in_overrides() {
    assert_built(
        HASHED,
        &["OverridePolicy"],
        "apiVersion: policy.karmada.io/v1alpha1
kind: OverridePolicy
metadata:
  name: web-configmap-settings
  namespace: shop
  labels:
    app: web
spec:
  resourceSelectors:
  - apiVersion: v1
    kind: ConfigMap
    namespace: shop
    name: settings-28d1c9f72d
  overrideRules:
  - overriders:
      plaintext:
      - path: /data/A
        operator: replace
        value: z
  - overriders:
      plaintext:
      - path: /data/C
        operator: add
        value: c
---
apiVersion: policy.karmada.io/v1alpha1
kind: OverridePolicy
metadata:
  name: web
  namespace: shop
  labels:
    app: web
spec:
  resourceSelectors:
  - apiVersion: apps/v1
    kind: Deployment
    namespace: shop
    name: web
  overrideRules:
  - overriders:
      plaintext:
      - path: /spec/template/spec/containers/0/env/-
        operator: add
        value:
          name: C
          valueFrom:
            configMapKeyRef:
              name: settings-28d1c9f72d
              key: B
",
    );
}

#[test]
fn the_hash_is_that_of_the_content_alone() {
    let name = |spec: &str| {
        let built =
            build(Path::new("shop"), &system(&format!("  configMaps: {{a: {{hash: true, {spec}}}}}\n")));
        built.apps[0].objects[0].key.name.clone()
    };
    assert_eq!(name("data: {x: '1', y: '2'}"), name("data: {y: 2, x: 1}, labels: {tier: front}"));
    assert_ne!(name("data: {x: '1'}"), name("data: {x: '2'}"));
    assert_ne!(name("data: {x: ab, y: c}"), name("data: {x: a, y: bc}"));
    assert_ne!(name("data: {x: a}"), name("binaryData: {x: YQ==}"));
}

#[test]
fn keys_that_come_twice_are_told_with_both_places() {
    assert_told(
        "  configMaps:
    a: {data: {app.toml: x, LEVEL: z}, binaryData: {app.toml: ''}, files: ['*/app.toml'], envFile: [app.env, again.env]}
  secrets:
    b: {data: {OTHER: ''}, stringData: {OTHER: s3cret}, files: {LEVEL: tls.key}, envFile: again.env}
    c: {stringData: {.dockerconfigjson: '{}'}, registries: {r: {username: a, password: b}}}
",
        "again.env:1:1 `OTHER` E0442 the key `OTHER` comes twice
  app.yaml:8:16 `OTHER` comes from here first
again.env:2:1 `LEVEL` E0442 the key `LEVEL` comes twice
  app.yaml:6:29 `LEVEL` comes from here first
again.env:2:1 `LEVEL` E0442 the key `LEVEL` comes twice
  app.yaml:8:65 `LEVEL` comes from here first
app.env:2:1 `LEVEL` E0442 the key `LEVEL` comes twice
  app.yaml:6:29 `LEVEL` comes from here first
app.yaml:6:53 `app.toml` E0442 the key `app.toml` comes twice
  app.yaml:6:16 `app.toml` comes from here first
app.yaml:6:76 `'*/app.toml'` E0442 the key `app.toml` comes twice
  app.yaml:6:16 `app.toml` comes from here first
app.yaml:8:41 `OTHER` E0442 the key `OTHER` comes twice
  app.yaml:8:16 `OTHER` comes from here first
app.yaml:9:61 `r` E0442 the key `.dockerconfigjson` comes twice
  app.yaml:9:22 `.dockerconfigjson` comes from here first
",
    );
}

#[test]
fn files_that_cannot_be_taken_are_told() {
    assert_told(
        "  configMaps:
    a: {files: [nope.toml, ../other, config, /etc/passwd]}
    b: {files: {k: 'config/*', j: nope}, envFile: latin.env}
    d: {files: config/app.toml}
    e: {files: {'a b': tls.crt}, envFile: {A: b}}
",
        r#"app.yaml:6:17 `nope.toml` E0306 no file matches `nope.toml`
app.yaml:6:28 `../other` E0307 `../other` leads out of the App's folder
app.yaml:6:38 `config` E0306 `config` is a folder
app.yaml:6:46 `/etc/passwd` E0307 `/etc/passwd` leads out of the App's folder
app.yaml:7:35 `nope` E0306 no file matches `nope`
app.yaml:7:51 `latin.env` E0108 `shop/latin.env` is not UTF-8 text
app.yaml:8:16 `config/app.toml` E0202 expected a list of paths, or a map from key to path, found the string `"config/app.toml"`
app.yaml:9:17 `'a b'` E0205 invalid key `a b`: it may have letters, digits, `-`, `_`, and `.` only, found ` `
app.yaml:9:43 `{A: b}` E0202 expected a path or a list of paths, found a map
"#,
    );
    assert_told(
        "  configMaps: {c: {files: ['more/*'], envFile: again.env}, d: {files: {k: 'config/*'}}}\n",
        "app.yaml:5:28 `'more/*'` E0205 the name of the file cannot be a key: it may have letters, digits, `-`, `_`, and `.` only, found ` `
app.yaml:5:75 `'config/*'` E0218 `config/*` matches 4 files, and a key holds one
",
    );
}

#[test]
fn lines_that_are_none_are_told_where_they_stand() {
    assert_told("  configMaps: {a: {envFile: broken.env}, b: {envFile: [broken.env]}}\n", "broken.env:2:1 `MIIBs3cret/+` E0311 the line has no `=`
broken.env:3:1 `export TOKEN=s3cret` E0311 `export TOKEN` cannot be a key: it may have letters, digits, `-`, `_`, and `.` only, found ` `
broken.env:4:1 `9=s3cret` E0311 `9` cannot be a key: it must not start with a digit, found `9`
");
    assert_told(
        "  secrets: {a: {envFile: broken.env}}\n",
        "broken.env:2:1 `***` E0311 the line has no `=`
broken.env:3:1 `***` E0311 the line does not begin with a valid key
broken.env:4:1 `***` E0311 the line does not begin with a valid key
",
    );
}

#[test]
fn variables_that_are_not_there_are_named() {
    assert_told(
        "  secrets:
    a: {stringData: {x: {env: NOPE}, w: {env: EMPTY}, z: {env: ''}, u: {env: [PASSWORD]}}}
    b: {registries: {r: {username: a, password: {env: NOPE}}}}
",
        "app.yaml:6:31 `NOPE` E0312 the environment has no variable `NOPE`, or it is no text
app.yaml:6:47 `EMPTY` E0312 the variable `EMPTY` of the environment is empty
app.yaml:6:64 `''` E0312 the environment has no variable ``, or it is no text
app.yaml:6:78 `[PASSWORD]` E0202 expected a string, found a list
app.yaml:7:55 `NOPE` E0312 the environment has no variable `NOPE`, or it is no text
",
    );
}

#[test]
fn a_key_with_a_fault_is_there() {
    assert_told(
        "  configMaps: {a: {data: {x: [1]}, files: {f: nope}}}
  secrets: {b: {type: kubernetes.io/tls, stringData: {tls.crt: {env: NOPE}}, files: {tls.key: nope}}}
  deployment:
    containers:
      web:
        image: nginx:1
        env: {A: {configMap: a, key: x}, B: {configMap: a, key: f}, C: {configMap: a, key: z}}
",
        "app.yaml:5:30 `[1]` E0202 expected a string, found a list
app.yaml:5:47 `nope` E0306 no file matches `nope`
app.yaml:6:70 `NOPE` E0312 the environment has no variable `NOPE`, or it is no text
app.yaml:6:95 `nope` E0306 no file matches `nope`
app.yaml:11:92 `z` E0409 the ConfigMap `a` has no key `z`
",
    );
}

#[test]
fn types_have_their_keys() {
    assert_told(
        "  secrets:
    a: {type: kubernetes.io/tls, files: [tls.crt]}
    b: {type: kubernetes.io/dockerconfigjson, stringData: {.dockerconfigjson: {env: BROKEN}}}
    c: {type: kubernetes.io/basic-auth, stringData: {user: x}}
    d: {type: kubernetes.io/ssh-auth, stringData: {ssh-privatekey: ''}}
    e: {type: kubernetes.io/service-account-token}
    f: {type: kubernetes.io/tls, registries: {r: {username: a, password: b}}}
    g: {type: example.com/own, stringData: {x: z}}
    h: {type: kubernetes.io/basic-auth, stringData: {username: x}}
",
        "app.yaml:6:5 `a` E0203 the Secret `a` has no key `tls.key`
  app.yaml:6:15 `kubernetes.io/tls` this type needs `tls.key`
app.yaml:7:60 `.dockerconfigjson` E0218 the value of `.dockerconfigjson` is no JSON object
  app.yaml:7:15 `kubernetes.io/dockerconfigjson` Kubernetes refuses that for this type
app.yaml:8:5 `c` E0203 the Secret `c` has no key `password`
  app.yaml:8:15 `kubernetes.io/basic-auth` this type needs `password`
app.yaml:9:52 `ssh-privatekey` E0218 the value of `ssh-privatekey` is empty
  app.yaml:9:15 `kubernetes.io/ssh-auth` Kubernetes refuses that for this type
app.yaml:10:5 `e` E0203 the Secret `e` has no annotation `kubernetes.io/service-account.name`
  app.yaml:10:15 `kubernetes.io/service-account-token` this type needs the name of an account
app.yaml:11:15 `kubernetes.io/tls` E0213 `registries` does not go with the type `kubernetes.io/tls`
  app.yaml:11:47 `r` the first registry
",
    );
}

#[test]
fn an_external_object_has_nothing_but_its_keys() {
    assert_told(
        "  configMaps: {a: {external: true, data: {x: z}, hash: true}, b: {keys: [x]}}
  secrets: {db: {external: true, keys: [password]}}
  deployment:
    containers: {web: {image: 'nginx:1', env: {A: {secret: db, key: pasword}, B: {secret: db, key: password}}}}
",
        "app.yaml:5:43 `x` E0213 `data` does not go with `external: true`
  app.yaml:5:30 `true` nothing is generated for an external object
app.yaml:5:56 `true` E0213 `hash` does not go with `external: true`
  app.yaml:5:30 `true` nothing is generated for an external object
app.yaml:5:74 `x` E0213 `keys` goes with `external: true` only
app.yaml:8:69 `pasword` E0409 the Secret `db` has no key `pasword`
",
    );
}

#[test]
fn sizes_are_those_of_the_values() {
    let limit = 1024 * 1024;
    let with_file = |bytes: usize, spec: &str| {
        let mut system = system(spec);
        system.files.insert(PathBuf::from("shop/big.bin"), vec![0; bytes]);
        let built = build(Path::new("shop"), &system);
        tell(&built.diagnostics, &built.sources)
    };
    assert_eq!(with_file(limit, "  configMaps: {a: {files: [big.bin]}}\n"), "");
    assert_eq!(with_file(limit, "  configMaps: {a: {data: {x: z}, files: {k: big.bin}}}\n"), "app.yaml:5:45 `big.bin` E0441 the ConfigMap `a` holds 1048577 bytes, and Kubernetes takes 1048576 at most
");
    assert_eq!(with_file(limit + 1, "  secrets: {a: {files: [big.bin]}}\n"), "app.yaml:5:25 `big.bin` E0441 the Secret `a` holds 1048577 bytes, and Kubernetes takes 1048576 at most
");
    let text = format!("  secrets: {{a: {{stringData: {{x: {}}}}}}}\n", "a".repeat(limit + 1));
    assert_eq!(
        with_file(1, &text),
        "app.yaml:5:13 `a` E0441 the Secret `a` holds 1048577 bytes, and Kubernetes takes 1048576 at most
"
    );
}

#[test]
fn control_characters_that_kustomize_loses_are_told() {
    assert_told(
        "  configMaps: {a: {data: {x: \"a\\x7f\", w: \"\\x07\"}}}\n",
        r#"app.yaml:5:30 `"a\x7f"` control-character the text has the control character U+007F
"#,
    );
}

#[test]
fn links_lead_no_further_than_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let shop = folder.path().join("shop");
    fs::create_dir(&shop).unwrap();
    fs::write(folder.path().join("outside"), "s3cret").unwrap();
    fs::write(shop.join("inside"), "x").unwrap();
    symlink("inside", shop.join("good")).unwrap();
    symlink("../outside", shop.join("bad")).unwrap();
    let spec = "  configMaps: {a: {files: [good, bad]}, b: {files: ['?ad']}, c: {envFile: bad}}\n";
    fs::write(shop.join("app.yaml"), format!("{HEAD}{spec}")).unwrap();
    let built = build(&shop, &Disk);
    assert_eq!(
        tell(&built.diagnostics, &built.sources),
        "app.yaml:5:34 `bad` E0307 `bad` leads out of the App's folder
app.yaml:5:53 `'?ad'` E0307 `?ad` leads out of the App's folder
app.yaml:5:75 `bad` E0307 `bad` leads out of the App's folder
"
    );
}

/// Everything that a diagnostic says of its own accord.
fn words(diagnostic: &Diagnostic) -> String {
    let mut words = vec![diagnostic.message.clone(), diagnostic.primary.text.clone()];
    words.extend(diagnostic.secondary.iter().map(|label| label.text.clone()));
    words.extend(diagnostic.notes.clone());
    for help in &diagnostic.helps {
        match help {
            Help::Text(text) => words.push(text.clone()),
            Help::Replace { message, replacement, .. } => {
                words.extend([message.clone(), replacement.clone()]);
            }
        }
    }
    words.join("\n")
}

/// Faulty Secrets with a value in every place that a tired person can put it.
const LEAKS: &[&str] = &[
    "{stringData: VALUE}",
    "{stringData: {a: [VALUE], b: {VALUE: }, c: {x: VALUE}, d: {env: NOPE, e: VALUE}}}",
    "{data: VALUE}",
    "{data: {a: VALUE, b: [VALUE], c: {VALUE: x}, d: '!VALUE'}}",
    "{registries: VALUE}",
    "{registries: {r: VALUE, s: {username: [VALUE], password: {VALUE: }}, t: {username: a, pasword: VALUE}}}",
    "{envFile: value.env, stringData: {KEY: VALUE}}",
    "{envFile: broken.env}",
    "{files: [value.env], data: {value.env: ''}, stringData: {value.env: VALUE}}",
    "{type: kubernetes.io/dockerconfigjson, stringData: {.dockerconfigjson: VALUE}}",
    "{type: kubernetes.io/dockercfg, stringData: {.dockercfg: {env: VARIABLE}}}",
    "{type: kubernetes.io/tls, stringData: {tls.crt: VALUE}, immutable: 1}",
    "{external: true, stringData: {a: VALUE}}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]
    #[test]
    fn no_value_of_a_secret_reaches_a_message(value in "[a-z][a-zA-Z0-9]{11,19}|[1-9][0-9]{11}") {
        for leak in LEAKS {
            let mut system = system(&format!("  secrets: {{a: {}}}\n", leak.replace("VALUE", &value)));
            let shop = Path::new("shop");
            system.files.insert(shop.join("value.env"), format!("KEY={value}\nKEY={value}\n").into_bytes());
            system.files.insert(
                shop.join("broken.env"),
                format!("{value}\nA {value}={value}\n# {value}\nKEY={value}\n").into_bytes(),
            );
            system.variables.insert("VARIABLE".to_owned(), value.clone());
            let built = build(shop, &system);
            assert!(built.has_errors(), "{leak}");
            for diagnostic in &built.diagnostics {
                assert!(!words(diagnostic).contains(&value), "{leak}: {diagnostic:?}");
            }
            for (_, file) in built.sources.files().filter(|(_, file)| !file.path.ends_with("app.yaml")) {
                assert!(!file.text.contains(&value), "{leak}");
            }
        }
    }
}
