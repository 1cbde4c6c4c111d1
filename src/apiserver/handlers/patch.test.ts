import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "js-yaml";
import { asJsonObject, formatGoValue, type JsonObject, textAt, valueAt } from "#api";
import { openTestApiServer, type TestApiServer } from "../testing.ts";

const collection = "/apis/apps/v1/namespaces/default/deployments";
const web = `${collection}/web`;
const media = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
};
const template =
  "selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}";
const created = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 1, ${template}}}`;

type Kind = keyof typeof media;

// Each row: the patch's type, the query, its body in flow YAML, and the replicas after it or the error.
const rows: readonly (readonly [Kind, string, string, string])[] = [
  ["merge", "", "{spec: {replicas: 2}}", "200 2"],
  ["strategic", "", "{spec: {replicas: 3}}", "200 3"],
  ["json", "", "[{op: replace, path: /spec/replicas, value: 4}]", "200 4"],
  [
    "json",
    "",
    "[{op: test, path: /spec/replicas, value: 9}]",
    "422 the server rejected our request due to an error in our request",
  ],
  [
    "json",
    "",
    "{}",
    "400 error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
  ],
  [
    "merge",
    "",
    "[]",
    "400 error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
  ],
  [
    "merge",
    "",
    "{metadata: {name: other}}",
    "400 the name of the object (other) does not match the name on the URL (web)",
  ],
  [
    "merge",
    "",
    "{metadata: {resourceVersion: '999'}}",
    '409 Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
  ],
  [
    "strategic",
    "",
    "{spec: {replicas: x}}",
    '422  "" is invalid: patch: Invalid value: "map[spec:map[replicas:x]]": Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    "strategic",
    "fieldValidation=Strict",
    "{spec: {spam: 1}}",
    '422  "" is invalid: patch: Invalid value: "map[spec:map[spam:1]]": strict decoding error: unknown field "spec.spam"',
  ],
  ["strategic", "fieldValidation=Ignore", "{spec: {spam: 1, replicas: 5}}", "200 5"],
  ["merge", "", "{spec: {spam: 1, replicas: 6}}", '200 6 299 - "unknown field \\"spec.spam\\""'],
  [
    "json",
    "",
    "[{op: add, path: /spec/replicas, value: 7, spam: 1}]",
    '200 7 299 - "json patch unknown field \\"[0].spam\\""',
  ],
  [
    "merge",
    "force=true",
    "{}",
    '422 PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
  ],
  [
    "apply",
    "",
    created,
    '422 PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  ],
  [
    "apply",
    "fieldManager=m",
    "{apiVersion: v1, kind: Pod, metadata: {name: web}}",
    "400 invalid object type: /v1, Kind=Pod",
  ],
  [
    "apply",
    "fieldManager=m",
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {spam: 1}}",
    "500 failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.spam: field not declared in schema",
  ],
];
for (const [kind, query, body, want] of rows) {
  test(`PATCH ${kind} ${query} ${body} answers ${want}`, async () => {
    await using api = await openTestApiServer();
    await send(api, { method: "POST", target: `${collection}?fieldManager=test`, body: created });
    const { status, object, warning } = await patch(api, kind, query, body);
    const told = status < 300 ? formatGoValue(valueAt(object, "spec", "replicas") ?? null) : "";
    const message = status < 300 ? told : textAt(object, "message");
    assert.equal([status, message, warning].filter((part) => part !== "").join(" "), want);
  });
}

test("an apply creates, does nothing twice, and conflicts with who owns another value", async () => {
  await using api = await openTestApiServer();
  const first = await patch(api, "apply", "fieldManager=a", created);
  const second = await patch(api, "apply", "fieldManager=a", created);
  assert.deepEqual([first.status, second.status], [201, 200]);
  assert.deepEqual(second.object, first.object);

  const other =
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2}}";
  const refused = await patch(api, "apply", "fieldManager=b", other);
  assert.equal(refused.status, 409);
  assert.deepEqual(refused.object["details"], {
    causes: [
      {
        reason: "FieldManagerConflict",
        message: 'conflict with "a"',
        field: ".spec.replicas",
      },
    ],
  });
  const forced = await patch(api, "apply", "fieldManager=b&force=true", other);
  assert.equal(valueAt(forced.object, "spec", "replicas"), 2);
});

test("the status endpoint applies the status and nothing else", async () => {
  await using api = await openTestApiServer();
  await patch(api, "apply", "fieldManager=a", created);
  const body =
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 9}, status: {replicas: 1}}";
  const applied = await send(api, {
    method: "PATCH",
    target: `${web}/status?fieldManager=s`,
    body,
    type: media.apply,
  });
  assert.equal(valueAt(applied.object, "spec", "replicas"), 1);
  assert.equal(valueAt(applied.object, "status", "replicas"), 1);
});

interface Sent {
  readonly method: string;
  readonly target: string;
  readonly body: string;
  readonly type?: string;
}

interface Answer {
  readonly status: number;
  readonly object: JsonObject;
  readonly warning: string;
}

function patch(api: TestApiServer, kind: Kind, query: string, body: string): Promise<Answer> {
  return send(api, { method: "PATCH", target: `${web}?${query}`, body, type: media[kind] });
}

async function send(api: TestApiServer, sent: Sent): Promise<Answer> {
  const { method, target, type = "application/json" } = sent;
  const response = await api.transport.send(
    {
      method,
      target,
      headers: { "content-type": type, accept: "application/json" },
      body: new TextEncoder().encode(JSON.stringify(load(sent.body))),
    },
    new AbortController().signal,
  );
  assert.ok(response.body instanceof Uint8Array);
  const object = asJsonObject(JSON.parse(new TextDecoder().decode(response.body)));
  const warning = response.headers["warning"] ?? "";
  return { status: response.status, object, warning: String(warning) };
}
