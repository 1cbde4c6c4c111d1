import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyMediaType, negotiate } from "./negotiation.ts";

const json = "application/json";
const yaml = "application/yaml";
const protobuf = "application/vnd.kubernetes.protobuf";
const offered = [json, yaml, protobuf];
const table = "application/json;as=Table;v=v1;g=meta.k8s.io";

// What the client accepts; what it gets, with the parameters that came along.
const cases: readonly (readonly [why: string, accept: string | undefined, want: string])[] = [
  ["no header means anything", undefined, json],
  ["an empty header means anything", "", json],
  ["an exact type is taken", yaml, yaml],
  ["case does not matter", "Application/YAML", yaml],
  ["the first of equals is taken", `${protobuf},${json}`, protobuf],
  ["quality decides", `${yaml};q=0.5, ${protobuf};q=0.9, text/html`, protobuf],
  ["quality 0 excludes", `${yaml};q=0, */*;q=0.1`, json],
  ["the more specific goes first", `*/*, application/*, ${yaml}`, yaml],
  ["a range takes the best offered", "application/*", json],
  ["unknown types are passed over", `application/cbor, ${yaml}`, yaml],
  ["a table is asked for by parameters", table, `${json} as=Table v=v1 g=meta.k8s.io`],
  ["an unknown view is passed over", `${json};as=Picture, ${json}`, json],
  ["a watch stream in protobuf", `${protobuf};stream=watch`, `${protobuf} stream=watch`],
  ["quoted parameters are read", `${json};pretty="1"`, `${json} pretty=1`],
  ["nonsense is passed over", `;;;, ${yaml}`, yaml],
  ["nothing fits", "text/html", "406"],
  ["a view that nobody offers", `${json};as=Picture`, "406"],
];

for (const [why, accept, want] of cases) {
  test(`negotiation: ${why}`, () => assert.equal(show(accept), want));
}

function show(accept: string | undefined): string {
  try {
    const found = negotiate(accept, offered, (parameters) => parameters.get("as") !== "Picture");
    const parameters = [...found.parameters].filter(([name]) => name !== "q");
    return [found.mediaType, ...parameters.map(([name, value]) => `${name}=${value}`)].join(" ");
  } catch (error) {
    return error instanceof Error && "status" in error ? String(error.status) : String(error);
  }
}

test("the refusal lists what there is", () => {
  assert.throws(() => negotiate("text/html", [json, yaml], () => true), {
    reason: "NotAcceptable",
    message: "only the following media types are accepted: application/json, application/yaml",
  });
});

test("a request body without a type is of the first, and parameters do not matter", () => {
  const types = [undefined, "", "application/json; charset=utf-8", yaml];
  assert.deepEqual(
    types.map((type) => bodyMediaType(type, offered)),
    [json, json, json, yaml],
  );
  assert.throws(() => bodyMediaType("text/plain", [json, yaml]), {
    status: 415,
    message:
      "the body of the request was in an unknown format - accepted media types include: " +
      "application/json, application/yaml",
  });
});
