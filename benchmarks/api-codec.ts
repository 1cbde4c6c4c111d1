/**
 * What it costs to read and write one pod and one deployment, beside the engine's own JSON:
 *
 *   node benchmarks/api-codec.ts
 */
import { bench, group, run } from "mitata";
import {
  decodeJson,
  decodeProtobuf,
  decodeStoredJson,
  encodeJson,
  encodeProtobuf,
  openApiV2Of,
  servedKinds,
} from "#api";
import { pod } from "#api/core/v1";

const container = (name: string) => ({
  name,
  image: "registry.example.com/team/web:1.2.3",
  ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
  env: Array.from({ length: 12 }, (_, index) => ({ name: `VARIABLE_${index}`, value: "value" })),
  resources: {
    requests: { cpu: "250m", memory: "128Mi" },
    limits: { cpu: "1", memory: "512Mi" },
  },
  volumeMounts: [{ name: "token", mountPath: "/var/run/secrets/token", readOnly: true }],
});

const ordinaryPod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "web-5d4f8c7b9-abcde",
    namespace: "default",
    uid: "4c9f3a1e-5f0b-4a39-9d56-8a1a3e9f4a10",
    resourceVersion: "123456",
    creationTimestamp: "2024-01-01T00:00:00Z",
    labels: { app: "web", "pod-template-hash": "5d4f8c7b9" },
  },
  spec: { nodeName: "node-1", containers: [container("web"), container("sidecar")] },
  status: { phase: "Running", podIP: "10.42.0.7", startTime: "2024-01-01T00:00:01Z" },
};

const json = encodeJson(pod, ordinaryPod);
const protobuf = encodeProtobuf(pod, ordinaryPod);
const text = new TextDecoder().decode(json);

group(`a pod of ${json.length} bytes of JSON, ${protobuf.length} of protobuf`, () => {
  bench("JSON.parse", () => JSON.parse(text));
  bench("decode a stored object", () => decodeStoredJson(json));
  bench("decode a request, strict", () => decodeJson(pod, json, { mode: "strict" }));
  bench("decode a protobuf request", () => decodeProtobuf(pod, protobuf));
  bench("JSON.stringify", () => JSON.stringify(ordinaryPod));
  bench("encode JSON", () => encodeJson(pod, ordinaryPod));
  bench("encode protobuf", () => encodeProtobuf(pod, ordinaryPod));
});

bench("build the OpenAPI version 2 document", () => openApiV2Of(servedKinds));

await run();
