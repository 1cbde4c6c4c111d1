import assert from "node:assert/strict";
import { test } from "node:test";
import { hasHead, ItemWriter, objectHeadOf, withVersion } from "./object-bytes.ts";

const head = objectHeadOf("Deployment", "apps/v1");
const stored = bytesOf(
  '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"ü"},"spec":{}}',
);

test("the resource version becomes the first member of the metadata", () => {
  assert.equal(
    textOf(withVersion(stored, head, 42)),
    '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"resourceVersion":"42","name":"ü"},"spec":{}}',
  );
});

test("an object may stand in a frame", () => {
  const frame = { before: bytesOf('{"type":"ADDED","object":'), after: bytesOf("}\n") };
  const event: unknown = JSON.parse(textOf(withVersion(stored, head, 7, frame)));
  assert.deepEqual(event, {
    type: "ADDED",
    object: {
      kind: "Deployment",
      apiVersion: "apps/v1",
      metadata: { resourceVersion: "7", name: "ü" },
      spec: {},
    },
  });
});

test("list items leave out kind and apiVersion and grow the piece as needed", () => {
  const writer = new ItemWriter(head, 16);
  writer.writeItem(stored, 1);
  writer.write(bytesOf(","));
  writer.writeItem(stored, 2);
  assert.equal(
    textOf(writer.take()),
    '{"metadata":{"resourceVersion":"1","name":"ü"},"spec":{}},' +
      '{"metadata":{"resourceVersion":"2","name":"ü"},"spec":{}}',
  );
  assert.equal(writer.length, 0);
});

test("a head belongs to one kind", () => {
  assert.equal(hasHead(stored, head), true);
  assert.equal(hasHead(stored, objectHeadOf("ReplicaSet", "apps/v1")), false);
  assert.equal(hasHead(head.bytes, head), false);
});

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
