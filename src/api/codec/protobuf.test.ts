import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtobufWriter } from "#base";
import { deployment } from "../apps/v1/deployment.ts";
import { secret } from "../core/v1/secret.ts";
import { service } from "../core/v1/service.ts";
import { deleteOptions } from "../meta/v1/options.ts";
import { hasReason } from "../status-error.ts";
import { decodeProtobuf } from "./decode-protobuf.ts";
import { encodeProtobuf } from "./encode-protobuf.ts";

/** An envelope around a message that `write` fills. */
function body(apiVersion: string, kind: string, write: (writer: ProtobufWriter) => void) {
  const writer = new ProtobufWriter();
  writer.raw(new Uint8Array([0x6b, 0x38, 0x73, 0]));
  const typeMeta = writer.begin(1);
  writer.string(1, apiVersion);
  writer.string(2, kind);
  writer.end(typeMeta);
  const raw = writer.begin(2);
  write(writer);
  writer.end(raw);
  return writer.finish();
}

test("what an object leaves open is implied on the wire", () => {
  const sparse = { metadata: { name: "a" }, spec: { ports: [{ port: 80 }] } };
  const read = decodeProtobuf(service, encodeProtobuf(service, sparse));
  assert.deepEqual(read, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "a" },
    spec: { ports: [{ port: 80, targetPort: 0 }] },
    status: { loadBalancer: {} },
  });
});

test("a present zero stays, an implied zero does not appear", () => {
  const object = { spec: { replicas: 0, paused: false, minReadySeconds: 3 } };
  const read = decodeProtobuf(deployment, encodeProtobuf(deployment, object));
  assert.equal(read.spec?.replicas, 0);
  assert.equal(read.spec?.paused, undefined);
  assert.equal(read.spec?.minReadySeconds, 3);
});

test("maps are written sorted, bytes travel raw", () => {
  const left = { data: { b: "AAE=", a: "" } };
  const right = { data: { a: "", b: "AAE=" } };
  assert.deepEqual(encodeProtobuf(secret, left), encodeProtobuf(secret, right));
  assert.deepEqual(decodeProtobuf(secret, encodeProtobuf(secret, left)).data, right.data);
});

test("delete options come under every group's version", () => {
  const options = decodeProtobuf(
    deleteOptions,
    body("apps/v1", "DeleteOptions", (writer) => {
      writer.integer(1, 0);
      writer.string(4, "Orphan");
    }),
  );
  assert.equal(options.gracePeriodSeconds, 0);
  assert.equal(options.propagationPolicy, "Orphan");
});

test("unknown fields are passed over, an empty type is the expected one", () => {
  const read = decodeProtobuf(
    service,
    body("", "", (writer) => {
      writer.string(99, "later");
      writer.integer(100, 7);
    }),
  );
  assert.equal(read.kind, "Service");
});

test("what is no protobuf or another kind is refused", () => {
  const refuse = (bytes: Uint8Array, message: RegExp) =>
    assert.throws(
      () => decodeProtobuf(service, bytes),
      (error) => hasReason(error, "BadRequest") && message.test(error.message),
    );
  refuse(new TextEncoder().encode("{}"), /does not appear to be a protobuf message/);
  refuse(new Uint8Array([0x6b, 0x38, 0x73, 0, 0x12, 0xff]), /unexpected end/);
  refuse(
    body("v1", "Pod", () => {}),
    /Pod in version "v1" cannot be handled as a Service/,
  );
  refuse(
    body("v2", "Service", () => {}),
    /does not match the expected API version \(v1\)/,
  );
  refuse(
    body("v1", "Service", (writer) => writer.integer(2, 1)),
    /cannot be handled as a Service/,
  );
});
