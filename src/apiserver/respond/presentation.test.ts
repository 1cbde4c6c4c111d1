import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyKind } from "#api";
import { serviceMonitor } from "#api/monitoring/v1";
import { HttpError } from "#http";
import { presentationOf } from "./presentation.ts";

const protobuf = "application/vnd.kubernetes.protobuf";
const table = "application/json;as=Table;v=v1;g=meta.k8s.io";
const partial = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
const partialList = "application/json;as=PartialObjectMetadataList;v=v1beta1;g=meta.k8s.io";

for (const [accept, shape, want] of [
  ["", "single", "json whole"],
  ["*/*", "single", "json whole"],
  ["application/yaml", "single", "yaml whole"],
  [`${protobuf},application/json`, "single", "json whole"],
  [`${protobuf}, */*`, "list", "json whole"],
  [protobuf, "single", "protobuf whole"],
  [
    `${table},application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json`,
    "list",
    "json table",
  ],
  [partial, "single", "json metadata"],
  [partial, "list", "406"],
  [partialList, "list", "json metadata v1beta1"],
  [
    `${protobuf};as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,${partialList}`,
    "list",
    "json metadata v1beta1",
  ],
  ["application/json;as=Table;v=v2;g=meta.k8s.io", "list", "406"],
  ["application/json;as=Graph;v=v1;g=meta.k8s.io,application/json", "list", "json whole"],
  ["text/html", "single", "406"],
] as const) {
  test(`a ${shape} for "${accept}" is ${want}`, () => assert.equal(show(accept, shape), want));
}

test("people get their answers indented, programs when they ask", () => {
  const layout = (agent: string, query: string) =>
    presentationOf(request("", agent), { verb: "get", query: new URLSearchParams(query) }).layout;
  assert.deepEqual(
    [
      layout("curl/8", ""),
      layout("kubectl/1", ""),
      layout("kubectl/1", "pretty=true"),
      layout("curl/8", "pretty=0"),
    ],
    ["pretty", "compact", "pretty", "compact"],
  );
});

test("custom resources are not in protobuf", () => {
  assert.deepEqual(
    [protobuf, `${protobuf},application/json`, "application/yaml"].map((accept) =>
      show(accept, "single", serviceMonitor),
    ),
    ["406", "json whole", "yaml whole"],
  );
});

function show(accept: string, shape: "list" | "single", kind?: AnyKind): string {
  try {
    const verb = shape === "list" ? "list" : "get";
    const target = { verb, query: new URLSearchParams() };
    const shown = presentationOf(request(accept, "kubectl"), target, kind);
    const type = shown.mediaType.replace(/^.*[/.]/, "");
    const version = shown.viewVersion.endsWith("v1") ? "" : " v1beta1";
    return `${type} ${shown.view}${version}`;
  } catch (error) {
    if (error instanceof HttpError) return String(error.status);
    throw error;
  }
}

function request(accept: string, agent: string) {
  const peer = { address: undefined, certificate: undefined };
  const headers = { ...(accept === "" ? {} : { accept }), "user-agent": agent };
  return { method: "GET", target: "/", headers, body: undefined, peer };
}
