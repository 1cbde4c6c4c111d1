import assert from "node:assert/strict";
import { test } from "node:test";
import { configMap } from "../core/v1/config-map.ts";
import { deployment } from "../apps/v1/deployment.ts";
import type { JsonValue } from "../schema/schema.ts";
import { hasReason } from "../status-error.ts";
import { decodeYaml } from "./decode-yaml.ts";
import { formatYaml, parseYaml } from "./yaml.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

test("scalars are read as kubectl reads them", () => {
  const cases: readonly (readonly [string, JsonValue])[] = [
    ["y", true],
    ["Yes", true],
    ["on", true],
    ["off", false],
    ["N", false],
    ["yEs", "yEs"],
    ["~", null],
    ["", null],
    ["null", null],
    ["0644", 420],
    ["0o644", 420],
    ["0x1F", 31],
    ["0b11", 3],
    ["1_000", 1000],
    ["+12", 12],
    ["-0x10", -16],
    ["08", 8],
    ["1e3", 1000],
    [".5", 0.5],
    ["1.", 1],
    ["1:30", "1:30"],
    ["12:30:45", "12:30:45"],
    ["2024-01-01", "2024-01-01"],
    ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"],
    ["9007199254740993", 9007199254740993n],
    ["'1'", "1"],
    ['"yes"', "yes"],
    ["1.2.3", "1.2.3"],
    ["100m", "100m"],
    ["!!binary aGVsbG8=", "hello"],
    ["!!str 1", "1"],
  ];
  for (const [text, want] of cases) {
    assert.deepEqual(parseYaml(`v: ${text}`)[0]?.value, { v: want }, text);
  }
});

test("keys are text, merges are merged, documents are many", () => {
  assert.deepEqual(parseYaml("y: 1\n2: 3")[0]?.value, { true: 1, 2: 3 });
  const merged = parseYaml("base: &b {a: 1, c: 2}\nall: {<<: *b, a: 3}")[0];
  assert.deepEqual(merged, {
    value: { base: { a: 1, c: 2 }, all: { a: 3, c: 2 } },
    problem: undefined,
  });
  const documents = parseYaml("a: 1\n---\nb: 2\n---\n");
  assert.deepEqual(
    documents.map(({ value }) => value),
    [{ a: 1 }, { b: 2 }, null],
  );
});

test("an object in YAML decodes like JSON", () => {
  const body = bytesOf("kind: ConfigMap\ndata:\n  a: 'x'\n  \"b\": |\n    text\n");
  assert.deepEqual(decodeYaml(configMap, body, { mode: "strict" }).object.data, {
    a: "x",
    b: "text\n",
  });
});

test("duplicate keys are reported, the last one wins", () => {
  const body = bytesOf("spec:\n  replicas: 1\n  replicas: 2\n  foo: 3\n");
  assert.deepEqual(decodeYaml(deployment, body, { mode: "warn" }).warnings, [
    "yaml: unmarshal errors:\n  line 3: key already set in map",
    'unknown field "spec.foo"',
  ]);
  assert.equal(decodeYaml(deployment, body, { mode: "ignore" }).object.spec?.replicas, 2);
  assert.throws(
    () => decodeYaml(deployment, body, { mode: "strict" }),
    /strict decoding error: yaml/,
  );
});

test("hostile and broken documents are refused", () => {
  const levels = "abcdefghijklmnop".split("");
  const bomb = levels
    .map((name, index) => {
      const previous = levels[index - 1];
      return `${name}: &${name} [${Array(10)
        .fill(previous === undefined ? "x" : `*${previous}`)
        .join(", ")}]`;
    })
    .join("\n");
  const refused = [bomb, "a: &a [*a]", "a: [", "\ta: 1", `a: ${"[".repeat(10_000)}`, "a: .nan"];
  for (const text of refused) {
    assert.throws(
      () => decodeYaml(configMap, bytesOf(text), { mode: "strict" }),
      (error) => hasReason(error, "BadRequest"),
      text.slice(0, 40),
    );
  }
});

test("written YAML reads back as the same value", () => {
  const value = {
    list: [{ b: 1, a: "yes" }, "1:30", "2024-01-01", "0644", "null", "", "a: b", "1e3", "~"],
    big: 9007199254740993n,
    text: "line\nline\n",
    nothing: null,
    float: 1.5,
    yes: true,
  };
  const text = formatYaml(value);
  assert.deepEqual(parseYaml(text)[0]?.value, value);
  assert.match(text, /^big: 9007199254740993\nfloat: 1.5\nlist:\n- a: ['"]yes['"]\n {2}b: 1\n/);
});
