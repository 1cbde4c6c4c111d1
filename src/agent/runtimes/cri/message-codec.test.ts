import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtobufWriter } from "#base";
import { unlimitedResources } from "../../runtime-config.ts";
import { driverOfConfig } from "./cgroup-driver.ts";
import { containerConfig, sandboxConfig } from "./config-messages.ts";
import { boxed, choice, integer, integers, list, message, text, textMap } from "./message-codec.ts";
import { containerStats, containerStatus, sandboxStatus } from "./state-messages.ts";
import { containerConfigOf, sandboxConfigOf } from "../../testing.ts";

test("configurations survive encoding and decoding", () => {
  const sandbox = sandboxConfigOf({ labels: { app: "web" }, hostname: "web-0" });
  assert.deepEqual(plain(sandboxConfig.decode(sandboxConfig.encode(sandbox))), sandbox);
  const container = containerConfigOf({
    command: ["sh", "-c", ""],
    envs: [{ key: "GREETING", value: "grüß dich" }],
    stopSignal: "SIGUSR1",
  });
  assert.deepEqual(plain(containerConfig.decode(containerConfig.encode(container))), container);
});

test("root is written although its number is zero, and nobody is not", () => {
  const box = message<{ user: number | undefined }>({ user: [3, boxed(1, integer)] });
  assert.deepEqual([...box.encode({ user: 0 })], [0x1a, 0x00]);
  assert.deepEqual([...box.encode({ user: undefined })], []);
  assert.deepEqual(box.decode(Uint8Array.of(0x1a, 0x00)), { user: 0 });
  assert.deepEqual(box.decode(new Uint8Array(0)), { user: undefined });
});

test("an unlimited quota keeps its sign", () => {
  const config = containerConfigOf({});
  const linux = { ...config.linux, resources: { ...unlimitedResources, cpuQuota: -1 } };
  const decoded = containerConfig.decode(containerConfig.encode({ ...config, linux }));
  assert.equal(decoded.linux.resources.cpuQuota, -1);
});

test("an enumeration's unknown number reads as its first name", () => {
  const row = message<{ mode: "pod" | "node" }>({ mode: [1, choice("pod", "node")] });
  assert.deepEqual(row.decode(Uint8Array.of(0x08, 0x09)), { mode: "pod" });
});

test("integers are understood packed and one by one", () => {
  const row = message<{ groups: readonly number[] }>({ groups: [5, integers] });
  assert.deepEqual(row.decode(Uint8Array.of(0x2a, 3, 1, 0x80, 1)), { groups: [1, 128] });
  assert.deepEqual(row.decode(Uint8Array.of(0x28, 1, 0x28, 2)), { groups: [1, 2] });
});

test("two messages decoded in turn share nothing", () => {
  const row = message<{ names: readonly { name: string }[]; labels: Record<string, string> }>({
    names: [1, list(message<{ name: string }>({ name: [1, text] }))],
    labels: [2, textMap],
  });
  const bytes = row.encode({ names: [{ name: "a" }, { name: "b" }], labels: { x: "1" } });
  const first = row.decode(bytes);
  const second = row.decode(bytes);
  assert.deepEqual(plain([first, second, row.decode(new Uint8Array(0))]), [
    { names: [{ name: "a" }, { name: "b" }], labels: { x: "1" } },
    { names: [{ name: "a" }, { name: "b" }], labels: { x: "1" } },
    { names: [], labels: {} },
  ]);
});

test("a label named like a property of objects is only a label", () => {
  const row = message<{ labels: Readonly<Record<string, string>> }>({ labels: [1, textMap] });
  const writer = new ProtobufWriter();
  const mark = writer.begin(1);
  writer.string(1, "__proto__");
  writer.string(2, "x");
  writer.end(mark);
  const { labels } = row.decode(writer.finish());
  assert.deepEqual(Object.entries(labels), [["__proto__", "x"]]);
});

test("a pod's addresses come as one list, and none as none", () => {
  const status = sandboxStatus.decode(new Uint8Array(0));
  const withIps = { ...status, ips: ["10.42.0.2", "fd00::2"] };
  assert.deepEqual(sandboxStatus.decode(sandboxStatus.encode(withIps)).ips, withIps.ips);
  assert.deepEqual(status.ips, []);
});

test("what an old runtime does not tell is undefined and not zero", () => {
  const status = containerStatus.decode(new Uint8Array(0));
  assert.deepEqual([status.resources, status.user], [undefined, undefined]);
  assert.equal(containerStats.decode(new Uint8Array(0)).cpu, undefined);
});

test("nanoseconds become milliseconds with their fraction", () => {
  const status = containerStatus.decode(new Uint8Array(0));
  const createdAtMs = 1_795_345_552_123.456;
  const decoded = containerStatus.decode(containerStatus.encode({ ...status, createdAtMs }));
  assert.ok(Math.abs(decoded.createdAtMs - createdAtMs) < 0.001);
});

test("systemd's driver is found in the configuration, wherever it stands", () => {
  const config = (on: boolean) => ({
    containerd: { runtimes: { runc: { options: { SystemdCgroup: on } } } },
  });
  const drivers = [config(true), config(false), {}].map((one) =>
    driverOfConfig(JSON.stringify(one)),
  );
  assert.deepEqual(drivers, ["systemd", "cgroupfs", "cgroupfs"]);
});

/** Maps decode without a prototype, which is a difference only to the assertion. */
function plain(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
