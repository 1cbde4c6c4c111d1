import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeJson } from "../../codec/decode-json.ts";
import { encodeJson } from "../../codec/encode-json.ts";
import { objectAt } from "../../json-value.ts";
import { asJsonObject } from "../../schema/schema.ts";
import { customResourceDefinition } from "./custom-resource-definition.ts";

test("a schema within a schema keeps what it says", () => {
  const openAPIV3Schema = {
    type: "object",
    properties: {
      spec: {
        type: "object",
        additionalProperties: false,
        properties: { replicas: { type: "integer", minimum: 0, default: 1 } },
        items: [{ type: "string" }],
        "x-kubernetes-preserve-unknown-fields": true,
      },
    },
  };
  const body = new TextEncoder().encode(
    JSON.stringify({ spec: { versions: [{ name: "v1", schema: { openAPIV3Schema } }] } }),
  );
  const { object } = decodeJson(customResourceDefinition, body, { mode: "strict" });
  const versions = objectAt(asJsonObject(object), "spec")["versions"];
  assert.deepEqual(versions, [
    { name: "v1", served: false, storage: false, schema: { openAPIV3Schema } },
  ]);
  const again = decodeJson(customResourceDefinition, encodeJson(customResourceDefinition, object), {
    mode: "strict",
  });
  assert.deepEqual(again.object, object);
});
