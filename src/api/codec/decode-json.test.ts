import assert from "node:assert/strict";
import { test } from "node:test";
import { deployment } from "../apps/v1/deployment.ts";
import { configMap } from "../core/v1/config-map.ts";
import { pod } from "../core/v1/pod.ts";
import { service } from "../core/v1/service.ts";
import { lease } from "../coordination/v1/lease.ts";
import type { AnyKind } from "../schema/schema.ts";
import { hasReason } from "../status-error.ts";
import { decodeJson, type FieldValidation } from "./decode-json.ts";
import { encodeJson, encodeJsonText } from "./encode-json.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

function decode(kind: AnyKind, text: string, mode: FieldValidation = "strict") {
  return decodeJson(kind, bytesOf(text), { mode });
}

/** The message with which `text` is refused. */
function refusal(kind: AnyKind, text: string): string {
  try {
    decode(kind, text);
  } catch (error) {
    assert.ok(hasReason(error, "BadRequest"), String(error));
    return error.message;
  }
  return "accepted";
}

test("what is implied is filled in, what is zero is dropped", () => {
  const { object } = decode(service, '{"spec":{"ports":[{"port":80,"name":""}],"selector":null}}');
  assert.deepEqual(object, {
    apiVersion: "v1",
    kind: "Service",
    metadata: {},
    spec: { ports: [{ port: 80, targetPort: 0 }] },
    status: { loadBalancer: {} },
  });
});

test("explicit zeros stay", () => {
  const { object } = decode(deployment, '{"spec":{"replicas":0,"paused":false}}');
  assert.equal(encodeJsonText(undefined, object["spec"] as object).includes('"replicas":0'), true);
  assert.equal(JSON.stringify(object).includes("paused"), false);
});

test("scalars come out canonical", () => {
  const resources = { limits: { cpu: 0.5, memory: "1024Mi" } };
  const body = {
    metadata: { creationTimestamp: "2024-01-01T01:00:00.5+01:00" },
    spec: { containers: [{ name: "a", resources }] },
  };
  const { object } = decode(pod, JSON.stringify(body));
  assert.deepEqual(object["metadata"], { creationTimestamp: "2024-01-01T00:00:00Z" });
  assert.deepEqual(object["spec"], {
    containers: [{ name: "a", resources: { limits: { cpu: "500m", memory: "1Gi" } } }],
  });
});

test("integers are exact beyond 2^53", () => {
  const { object } = decode(pod, '{"metadata":{"generation":9007199254740993}}');
  assert.deepEqual(object["metadata"], { generation: 9007199254740993n });
  assert.match(
    new TextDecoder().decode(encodeJson(pod, object)),
    /"generation":9007199254740993[,}]/,
  );
  assert.match(
    refusal(pod, '{"metadata":{"generation":9223372036854775808}}'),
    /cannot unmarshal number/,
  );
});

test("unknown and duplicate fields are reported in encounter order", () => {
  const text =
    '{"bogus":1,"spec":{"replicas":1,"foo":{"replicas":2},"replicas":2,"template":{"spec":{"containers":[{"nope":1,"name":"a"}]}}},"metadata":{"labels":{"a":"1","a":"2"}}}';
  const problems = [
    'unknown field "bogus"',
    'unknown field "spec.foo"',
    'duplicate field "spec.replicas"',
    'unknown field "spec.template.spec.containers[0].nope"',
    'duplicate field "metadata.labels.a"',
  ];
  assert.equal(
    refusal(deployment, text),
    `Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: ${problems.join(", ")}`,
  );
  assert.deepEqual(decode(deployment, text, "warn").warnings, problems);
  assert.deepEqual(decode(deployment, text, "ignore").warnings, []);
});

test("errors are told in upstream's words", () => {
  const wrapped = (why: string) =>
    `Deployment in version "v1" cannot be handled as a Deployment: ${why}`;
  const cases: readonly (readonly [string, string])[] = [
    [
      '{"spec":{"replicas":"1"}}',
      wrapped(
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
      ),
    ],
    [
      '{"spec":{"replicas":1.5}}',
      wrapped(
        "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
      ),
    ],
    [
      '{"spec":{"template":{"spec":{"containers":{}}}}}',
      wrapped(
        "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container",
      ),
    ],
    [
      '{"spec":{"template":{"spec":{"containers":[{"env":[{"value":1}]}]}}}}',
      wrapped(
        "json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string",
      ),
    ],
    [
      '{"spec":{"template":{"spec":{"overhead":{"cpu":"1x"}}}}}',
      wrapped(
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      ),
    ],
    [
      "",
      "the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
    ],
    [
      '{"spec":}',
      `the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse error: invalid character '}' looking for beginning of value ({"spec":})`,
    ],
    [
      '{"apiVersion":"apps/v1beta1","kind":"Deployment"}',
      "the API version in the data (apps/v1beta1) does not match the expected API version (apps/v1)",
    ],
    [
      '{"apiVersion":"v1","kind":"Pod"}',
      'Pod in version "v1" cannot be handled as a Deployment: no kind "Pod" is registered for version "v1"',
    ],
  ];
  for (const [text, message] of cases) assert.equal(refusal(deployment, text), message, text);
});

test("bad syntax is refused wherever it stands", () => {
  const texts = [
    "{",
    '{"a"',
    '{"a":1,}',
    "[1,]",
    '"\\x"',
    '"\\u12g4"',
    "01",
    "1.",
    "-",
    "tru",
    "nullx",
    '{"a":1}x',
    "\ufeff{}",
    '"\n"',
    "{'a':1}",
  ];
  for (const text of texts) {
    assert.match(refusal(pod, text), /json parse error|cannot unmarshal/, text);
  }
});

test("a body nested too deeply is refused, and quickly", () => {
  const deep = `{"x":${"[".repeat(1_000_000)}`;
  assert.match(refusal(pod, deep), /exceeded max depth/);
});

test("__proto__ is a key like any other", () => {
  const { object } = decode(configMap, '{"data":{"__proto__":"x","constructor":"y"}}');
  const data = object["data"] as object;
  assert.equal(Object.getPrototypeOf(data), Object.prototype);
  assert.deepEqual(Object.entries(data), [
    ["__proto__", "x"],
    ["constructor", "y"],
  ]);
  assert.match(encodeJsonText(configMap, object), /"__proto__":"x"/);
  assert.match(refusal(configMap, '{"__proto__":{"data":{}}}'), /unknown field "__proto__"/);
  assert.match(refusal(configMap, '{"toString":1}'), /unknown field "toString"/);
});

test("escapes, surrogates and malformed UTF-8 read as in Go", () => {
  const { object } = decode(configMap, '{"data":{"k":"\\u00e9\\n\\/\\ud83d\\ude00\\ud83d"}}');
  assert.deepEqual(object["data"], { k: "é\n/😀\ufffd" });
  const malformed = new Uint8Array([...bytesOf('{"data":{"k":"'), 0xff, ...bytesOf('"}}')]);
  assert.deepEqual(decodeJson(configMap as AnyKind, malformed, { mode: "strict" }).object["data"], {
    k: "\ufffd",
  });
});

test("a micro time without six digits is refused", () => {
  assert.match(refusal(lease, '{"spec":{"renewTime":"2024-01-01T00:00:00Z"}}'), /parsing time/);
});
