import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRequestTarget } from "./request-target.ts";

// "verb group/version resource[/subresource] namespace name [rest]", "-" for what is empty.
const cases: readonly (readonly [sent: string, want: string])[] = [
  ["GET /api/v1/pods", "list -/v1 pods - -"],
  ["GET /api/v1/namespaces/a/pods", "list -/v1 pods a -"],
  ["GET /api/v1/namespaces/a/pods/x", "get -/v1 pods a x"],
  ["HEAD /api/v1/namespaces/a/pods/x", "get -/v1 pods a x"],
  ["GET /apis/apps/v1/namespaces/a/deployments/x/scale", "get apps/v1 deployments/scale a x"],
  ["POST /apis/apps/v1/namespaces/a/deployments", "create apps/v1 deployments a -"],
  ["PUT /api/v1/namespaces/a/pods/x/status", "update -/v1 pods/status a x"],
  ["PATCH /api/v1/nodes/n", "patch -/v1 nodes - n"],
  ["DELETE /api/v1/nodes/n", "delete -/v1 nodes - n"],
  ["DELETE /api/v1/nodes", "deletecollection -/v1 nodes - -"],
  ["GET /api/v1/pods?watch=true", "watch -/v1 pods - -"],
  ["GET /api/v1/pods?watch", "watch -/v1 pods - -"],
  ["GET /api/v1/pods?watch=0", "list -/v1 pods - -"],
  ["GET /api/v1/watch/namespaces/a/pods", "watch -/v1 pods a -"],
  ["GET /api/v1/watch/namespaces/a/pods/x", "watch -/v1 pods a x"],
  ["GET /api/v1/namespaces", "list -/v1 namespaces - -"],
  ["GET /api/v1/namespaces/a", "get -/v1 namespaces a a"],
  ["PUT /api/v1/namespaces/a/finalize", "update -/v1 namespaces/finalize a a"],
  ["GET /api/v1/namespaces/a/status", "get -/v1 namespaces/status a a"],
  ["GET /api/v1/nodes/n/proxy/logs/", "get -/v1 nodes/proxy - n /logs/"],
  ["GET /api/v1/namespaces/a/pods/x/proxy", "get -/v1 pods/proxy a x"],
  ["GET /api/v1/namespaces/a/services/http%3Ax/proxy/", "get -/v1 services/proxy a http:x /"],
  ["GET /api/v1/namespaces/a/pods/", "list -/v1 pods a -"],
  ["GET /apis/", "path get /apis"],
  ["GET /apis/apps/v1", "path get /apis/apps/v1"],
  ["GET /api/v1/", "path get /api/v1"],
  ["GET /healthz?verbose", "path get /healthz"],
  ["GET /", "path get /"],
];

for (const [sent, want] of cases) {
  test(`${sent} is ${want}`, () => assert.equal(show(sent), want));
}

test("a broken escape in a path is a bad request", () => {
  assert.throws(() => parseRequestTarget("GET", "/api/v1/nodes/%zz"), { reason: "BadRequest" });
});

function show(sent: string): string {
  const [method = "", path = ""] = sent.split(" ");
  const target = parseRequestTarget(method, path);
  if (target.kind === "path") return `path ${target.verb} ${target.path}`;
  const resource =
    target.subresource === "" ? target.resource : `${target.resource}/${target.subresource}`;
  const parts = [`${target.group || "-"}/${target.version}`, resource];
  parts.push(target.namespace || "-", target.name || "-");
  return [target.verb, ...parts, target.rest].filter((part) => part !== "").join(" ");
}
