import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ComposeError } from "./compose-error.ts";
import { formatProject } from "./format-project.ts";
import { loadFiles } from "./testing.ts";

const seeds = [
  "services: {a: {image: x}}",
  "x-a: &a {image: x}\nservices: {b: {<<: *a, ports: ['80-90:80-90/udp']}}",
  "services:\n  a:\n    image: ${X:-${Y:-z}}\n    command: echo 'a b'\n    volumes: ['./a:/b:ro,z']",
  "include: [other.yaml]\nservices: {a: {extends: {file: other.yaml, service: b}}}",
  "services: {a: {image: x, environment: !reset [A], labels: !override {a: 1}}}",
  "name: p\nservices: {a: {build: {context: ., args: {A: }}, deploy: {replicas: 3}}}\n---\nservices: {a: {scale: 3}}",
  "services: {a: {image: x, healthcheck: {test: x, interval: 1m30s}, mem_limit: 1.5g, ulimits: {a: 1}}}",
];

// What once went wrong, and must not again.
const regressions = [
  "? [a]\n: b",
  "services: {a: {image: x, ports: ['0x10:80']}}",
  "services: {__proto__: {image: x}}",
  "services: {constructor: {image: x, environment: {__proto__: 1}}}",
  "services: {a: {image: x, x-__proto__: {__proto__: {a: 1}}}}",
  "<<: {services: {a: {image: x}}}",
  "services: &s\n  a: {image: x, x-all: *s}",
  "services: {a: {image: !!binary aGk=}}",
  "services: {a: !reset {image: x}}",
  "!reset services: {a: {image: x}}",
  "services: {a: {image: x, tmpfs: [!reset /a]}}",
  "services: {a: {image: x, depends_on: [[b]]}}",
  "services: {a: {image: x, sysctls: [1]}}",
  "\uFEFFservices: {a: {image: x}}",
  "services: {a: {image: x, volumes: [{type: bind, target: /x}]}}",
  "services: {a: {image: x, extends: 5}}",
  "include: 5",
  "include: [{path: []}]",
  "services: {a: {image: x, env_file: [{}]}}",
  "networks: {n: {external: {name: 5}}}\nservices: {a: {image: x}}",
  "networks: {n: {ipam: {config: [5]}}}\nservices: {a: {image: x}}",
  "services: {a: {image: x, command: 'a\\'}}",
];

const others = { "other.yaml": "services: {b: {image: y}}" };

/** Loads, or refuses with an error for people; what was loaded prints, and loads again. */
async function check(text: string): Promise<void> {
  try {
    const project = await loadFiles({ ...others, "compose.yaml": text });
    const printed = formatProject(project, { format: "yaml", variables: "replaced" });
    const again = await loadFiles({ "compose.yaml": printed }, { profiles: ["*"] });
    assert.equal(formatProject(again, { format: "yaml", variables: "replaced" }), printed);
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
  }
}

for (const text of [...seeds, ...regressions]) {
  test(`loads or refuses: ${JSON.stringify(text)}`, async () => {
    await assert.doesNotReject(check(text));
  });
}

const scraps = [
  "\n",
  "  ",
  "- ",
  ": ",
  "{",
  "}",
  "[",
  "]",
  "'",
  '"',
  "*a",
  "&a",
  "$",
  "${",
  "!reset ",
  "null",
  "\t",
  "0",
  "#",
  "<<",
  "services",
  "image",
];

const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(fc.tuple(fc.nat(200), fc.nat(5), fc.constantFrom(...scraps)), { maxLength: 4 }),
  )
  .map(([seed, edits]) =>
    edits.reduce((text, [at, cut, scrap]) => {
      const index = at % (text.length + 1);
      return text.slice(0, index) + scrap + text.slice(index + cut);
    }, seed),
  );

test("whatever is done to a file, it loads or is refused", async () => {
  await fc.assert(fc.asyncProperty(mutated, check), { numRuns: 250, seed: 23 });
});

const anyJson = fc.json({ maxDepth: 4 });

test("any JSON under any attribute loads or is refused", async () => {
  const names = [
    "ports",
    "volumes",
    "deploy",
    "build",
    "environment",
    "depends_on",
    "networks",
    "healthcheck",
    "secrets",
    "env_file",
    "extends",
    "gpus",
    "develop",
    "ulimits",
    "logging",
  ];
  const file = fc
    .tuple(fc.constantFrom(...names), anyJson)
    .map(([name, value]) => `services: {a: {image: x, ${name}: ${value}}}`);
  await fc.assert(fc.asyncProperty(file, check), { numRuns: 200, seed: 29 });
});
