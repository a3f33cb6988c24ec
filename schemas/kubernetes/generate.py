#!/usr/bin/env python3
"""Writes kinds.txt and fields.txt: Kubernetes' own kinds and their fields, all versions in one table.

    pip download --no-deps kubernetes-validate==1.37.0
    unzip -d wheel kubernetes_validate-1.37.0-py3-none-any.whl
    python3 schemas/kubernetes/generate.py wheel/kubernetes_validate/kubernetes-json-schema

The folder has one JSON schema of all types a version. Enumerations are not in there; they come from enums.txt beside
this file, which says where they are from. The same input gives the same bytes.

Shape of kinds.txt: a kind and its type, sorted by bytes.

    apps/v1 Deployment apps.v1.Deployment

Shape of fields.txt, lines beginning with "#" being comments:

    = apps.v1.DeploymentSpec                           a type, sorted by bytes, then its fields, sorted by bytes
    paused b                                           name and type
    template! @core.v1.PodTemplateSpec                 "!" marks a required field
    ports [@core.v1.ContainerPort key=containerPort    the field that tells the items of the list apart
    setHostnameAsFQDN b 29-                            only from 1.29 on; "25-28" until 1.28
    spec @x.Spec 25-36 | ! @x.Spec 37-                 otherwise in other versions

A kind or a type with a range in its line is in those versions only; a field without one is in all versions of its type.
Types: s string, e:A,B string of these, b boolean, i32 i64 i integers, n number, bytes base64, time RFC 3339, q quantity,
int integer or string, any JSON, obj any object, @T object of type T, [T list, {T map.
"""

import json
import pathlib
import sys

FIRST, LAST = 25, 37
HERE = pathlib.Path(__file__).parent

PREFIXES = (
    ("io.k8s.api.", ""),
    ("io.k8s.apimachinery.pkg.apis.", ""),
    ("io.k8s.apiextensions-apiserver.pkg.apis.", ""),
    ("io.k8s.kube-aggregator.pkg.apis.", ""),
    ("io.k8s.apimachinery.pkg.", "pkg."),
)

SPECIAL = {
    "pkg.api.resource.Quantity": "q",
    "pkg.util.intstr.IntOrString": "int",
    "meta.v1.Time": "time",
    "meta.v1.MicroTime": "time",
}

USED = set()

INTEGERS = {"int32": "i32", "int64": "i64", None: "i"}


def short(name):
    for prefix, substitute in PREFIXES:
        if name.startswith(prefix):
            return substitute + name[len(prefix) :]
    raise SystemExit(f"unknown prefix: {name}")


def scalar_type(schema):
    kind = schema.get("type")
    return next(name for name in kind if name != "null") if isinstance(kind, list) else kind


def is_object_type(schema):
    return "properties" in schema


def type_code(schema, types):
    """The code of one field's type; `types` are all types of this version."""
    if "$ref" in schema:
        name = short(schema["$ref"].rsplit("/", 1)[1])
        if name in SPECIAL:
            return SPECIAL[name]
        if is_object_type(types[name]):
            return "@" + name
        return "obj" if scalar_type(types[name]) == "object" else "any"
    kind = scalar_type(schema)
    if kind == "string":
        if len(schema.get("enum", [])) == 1:  # apiVersion and kind; DeleteOptions lists those of all groups
            return "e:" + ",".join(sorted(schema["enum"]))
        return {"byte": "bytes", "date-time": "time"}.get(schema.get("format"), "s")
    if kind == "array":
        return "[" + type_code(schema["items"], types)
    if kind == "object":
        values = schema.get("additionalProperties")
        return "{" + type_code(values, types) if isinstance(values, dict) else "obj"
    return {"boolean": "b", "number": "n", "integer": INTEGERS.get(schema.get("format"), "i")}[kind]


def list_key(schema):
    """The one field that tells items apart: what strategic merging uses, otherwise a single list-map key."""
    keys = schema.get("x-kubernetes-list-map-keys", [])
    key = schema.get("x-kubernetes-patch-merge-key") or (keys[0] if len(keys) == 1 else None)
    return f" key={key}" if key and scalar_type(schema) == "array" else ""


def references(code):
    code = code.lstrip("[{")
    return code[1:] if code.startswith("@") else None


def read_version(folder, minor, enums):
    """Kinds, and the fields of all types reachable from them, as text: (required mark, type and key)."""
    path = folder / f"v1.{minor}.0-local-strict" / "_definitions.json"
    types = {short(name): schema for name, schema in json.loads(path.read_text("utf-8"))["$defs"].items()}
    kinds = {}
    for name, schema in types.items():
        for gvk in schema.get("x-kubernetes-group-version-kind", []):
            if not name.startswith("meta."):
                group_version = f"{gvk['group']}/{gvk['version']}" if gvk["group"] else gvk["version"]
                kinds[f"{group_version} {gvk['kind']}"] = name
    fields, open_types = {}, sorted(set(kinds.values()))
    while open_types:
        name = open_types.pop()
        if name in fields:
            continue
        schema, fields[name] = types[name], {}
        for field, field_schema in schema.get("properties", {}).items():
            code = type_code(field_schema, types)
            if code.lstrip("[") == "s" and f"{name}.{field}" in enums:
                code = code.replace("s", "e:" + enums[f"{name}.{field}"])
                USED.add(f"{name}.{field}")
            mark = "!" if field in schema.get("required", []) else ""
            fields[name][field] = (mark, code + list_key(field_schema))
            if references(code):
                open_types.append(references(code))
    return kinds, fields


def runs(value_by_version):
    """Joins neighbouring versions with equal values: [(first, last, value)]."""
    result = []
    for version in sorted(value_by_version):
        value = value_by_version[version]
        if result and result[-1][1] == version - 1 and result[-1][2] == value:
            result[-1] = (result[-1][0], version, value)
        else:
            result.append((version, version, value))
    return result


def span(first, last):
    if (first, last) == (FIRST, LAST):
        return ""
    return f" {first}-" if last == LAST else f" {first}-{last}"


def type_lines(name, by_version):
    """A type, whose presence may have gaps, and its fields."""
    present = runs({version: "" for version in by_version})
    yield "= " + name + "".join(span(first, last) for first, last, _ in present)
    for field in sorted({field for fields in by_version.values() for field in fields}):
        versions = {version: fields[field] for version, fields in by_version.items() if field in fields}
        if len(versions) == len(by_version) and len(set(versions.values())) == 1:
            mark, code = next(iter(versions.values()))
            yield f"{field}{mark} {code}"
            continue
        segments = [f"{mark} {code}{span(first, last)}" for first, last, (mark, code) in runs(versions)]
        yield field + " | ".join(segments)


def read_enums():
    lines = (HERE / "enums.txt").read_text("utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))


def main():
    folder = pathlib.Path(sys.argv[1])
    enums = read_enums()
    versions = {minor: read_version(folder, minor, enums) for minor in range(FIRST, LAST + 1)}
    lines = []
    for kind in sorted({kind for kinds, _ in versions.values() for kind in kinds}):
        by_version = {minor: kinds[kind] for minor, (kinds, _) in versions.items() if kind in kinds}
        for first, last, name in runs(by_version):
            lines.append(f"{kind} {name}{span(first, last)}")
    write("kinds.txt", lines)
    lines = ["# Generated by generate.py, which explains the shape. Do not edit."]
    for name in sorted({name for _, fields in versions.values() for name in fields}):
        lines.extend(type_lines(name, {minor: fields[name] for minor, (_, fields) in versions.items() if name in fields}))
    write("fields.txt", lines)
    unused = sorted(key for key in enums if key not in USED)
    if unused:
        raise SystemExit(f"enums.txt names fields that do not exist: {unused}")


def write(name, lines):
    (HERE / name).write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


main()
