import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRequestTarget } from "./request-target.ts";
import { requestedAccess } from "./requested-access.ts";

// "verb resource[/subresource] namespace name", "-" for what is empty.
for (const [sent, want] of [
  ["GET /api/v1/namespaces/a/pods?fieldSelector=metadata.name%3Dx", "list pods a x"],
  ["GET /api/v1/namespaces/a/pods?watch=1&fieldSelector=metadata.name%3D%3Dx", "watch pods a x"],
  ["GET /api/v1/namespaces/a/pods?fieldSelector=metadata.name!%3Dx", "list pods a -"],
  ["GET /api/v1/namespaces/a/pods?fieldSelector=spec.nodeName%3Dx", "list pods a -"],
  ["DELETE /api/v1/namespaces/a/pods?fieldSelector=metadata.name%3Dx", "deletecollection pods a -"],
  ["GET /api/v1/namespaces/a", "get namespaces a a"],
  ["POST /api/v1/namespaces/a/pods/x/exec", "create pods/exec a x"],
  ["GET /healthz", "get /healthz"],
] as const) {
  test(`${sent} asks to ${want}`, () => {
    const [method = "", target = ""] = sent.split(" ");
    const access = requestedAccess(parseRequestTarget(method, target));
    if (access.kind === "path") return assert.equal(`${access.verb} ${access.path}`, want);
    const { verb, resource, subresource, namespace, name } = access;
    const full = subresource === "" ? resource : `${resource}/${subresource}`;
    assert.equal([verb, full, namespace || "-", name || "-"].join(" "), want);
  });
}
