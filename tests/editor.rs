//! Editors: the published schema in the real yaml-language-server, asked for completion, hover and diagnostics.
//!
//! `.ci/run` installs it below `target/editor`; without it the test is skipped with a notice, and where `CI` is set it must be
//! there.

use crate::support::root;
use crate::support::tell_skipped;
use serde_json::Value;
use serde_json::json;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::process::Child;
use std::process::ChildStdin;
use std::process::ChildStdout;
use std::process::Command;
use std::process::Stdio;

const SERVER: &str = "target/editor/node_modules/yaml-language-server/bin/yaml-language-server";

/// A language server, spoken to over its standard streams.
struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    requests: i64,
}

impl Server {
    fn start() -> Option<Self> {
        let script = root().join(SERVER);
        if !script.exists() {
            assert!(std::env::var_os("CI").is_none(), "yaml-language-server is needed where CI is set");
            tell_skipped(SERVER);
            return None;
        }
        let mut process = Command::new("node")
            .arg(script)
            .arg("--stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = process.stdin.take().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut server = Self { process, input, output, requests: 0 };
        server.request("initialize", &json!({ "processId": null, "rootUri": null, "capabilities": {} }));
        server.notify("initialized", &json!({}));
        Some(server)
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.input.flush().unwrap();
    }

    fn notify(&mut self, method: &str, parameters: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters }));
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "the server has stopped");
            match line.trim().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().unwrap(),
                None if line.trim().is_empty() => break,
                None => {}
            }
        }
        let mut bytes = vec![0; length];
        self.output.read_exact(&mut bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    /// The answer to a request; what the server asks in between gets an empty answer.
    fn request(&mut self, method: &str, parameters: &Value) -> Value {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }));
        loop {
            let message = self.receive();
            if message["id"] == json!(id) && message.get("method").is_none() {
                return message["result"].clone();
            }
            self.answer(&message);
        }
    }

    fn answer(&mut self, message: &Value) {
        if let (Some(id), Some(_)) = (message.get("id"), message.get("method")) {
            let result = json!([{ "validate": true, "completion": true, "hover": true }]);
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
        }
    }

    /// Opens a text, and gives what the server has to say of it.
    fn open(&mut self, name: &str, text: &str) -> (String, Vec<Value>) {
        let uri = format!("file://{}/examples/{name}", root().display());
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.notify("textDocument/didOpen", &json!({ "textDocument": document }));
        loop {
            let message = self.receive();
            if message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == json!(uri)
            {
                let found = message["params"]["diagnostics"].as_array().unwrap().clone();
                return (uri, found);
            }
            self.answer(&message);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn with_schema(text: &str) -> String {
    format!("# yaml-language-server: $schema={}/schemas/app.v1alpha1.json\n{text}", root().display())
}

#[test]
fn an_editor_completes_explains_and_finds_mistakes() {
    let Some(mut server) = Server::start() else { return };
    let storefront = std::fs::read_to_string(root().join("examples/storefront/app.yaml")).unwrap();
    let body = storefront.split_once('\n').unwrap().1;
    let (_, found) = server.open("storefront/editor.yaml", &with_schema(body));
    assert_eq!(found, Vec::<Value>::new(), "the example is fine");

    let broken = with_schema(
        "apiVersion: pelago.dev/v1alpha1\nkind: App\nmetadata: {name: a}\nspec:\n  deployment:\n    replcias: 3\n",
    );
    let (_, found) = server.open("broken.yaml", &broken);
    let told: Vec<&str> = found.iter().map(|diagnostic| diagnostic["message"].as_str().unwrap()).collect();
    assert_eq!(told, ["Property replcias is not allowed."]);
    assert_eq!(found[0]["range"]["start"], json!({ "line": 6, "character": 4 }));

    let unfinished = with_schema(
        "apiVersion: pelago.dev/v1alpha1\nkind: App\nmetadata: {name: a}\nspec:\n  deployment:\n    repl\n",
    );
    let (uri, _) = server.open("unfinished.yaml", &unfinished);
    let place = json!({ "textDocument": { "uri": uri }, "position": { "line": 6, "character": 8 } });
    let completion = server.request("textDocument/completion", &place);
    let items = completion["items"].as_array().unwrap();
    let replicas = items.iter().find(|item| item["label"] == "replicas").expect("`replicas` is offered");
    let documentation = replicas["documentation"].to_string();
    assert!(documentation.contains("How many pods"), "{documentation}");

    let hovered = with_schema(
        "apiVersion: pelago.dev/v1alpha1\nkind: App\nmetadata: {name: a}\nspec:\n  deployment: {replicas: 3}\n",
    );
    let (uri, _) = server.open("hovered.yaml", &hovered);
    let place = json!({ "textDocument": { "uri": uri }, "position": { "line": 5, "character": 18 } });
    let hover = server.request("textDocument/hover", &place).to_string();
    assert!(hover.contains("How many pods"), "{hover}");
}
