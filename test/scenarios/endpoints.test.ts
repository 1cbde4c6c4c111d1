/** Endpoints and EndpointSlices of Services, as their pods come, change and go. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import { endpoints, type Pod, type PodSpec, pod, type ServiceSpec, service } from "#api/core/v1";
import { endpointSlice } from "#api/discovery/v1";
import { keyOfObject } from "#client";
import { type ControlPlane, withControlPlane } from "./control-plane.ts";

const key = { namespace: "default", name: "web" };
const labels = { app: "web" };

test("a Service leads to its pods while they are ready", () =>
  withControlPlane(async (plane) => {
    await createService(plane, {});
    assert.deepEqual(await slices(plane), ["[]"]);
    const first = await startPod(plane, "a", 1);
    await startPod(plane, "b", 2);
    assert.deepEqual(await slices(plane), ["[8080] 10.42.0.1 10.42.0.2"]);
    assert.equal(await subsets(plane), "[8080] 10.42.0.1 10.42.0.2");

    await setReady(plane, first, "False");
    assert.deepEqual(await slices(plane), ["[8080] 10.42.0.1(unready) 10.42.0.2"]);
    assert.equal(await subsets(plane), "[8080] 10.42.0.2 not 10.42.0.1");
    await setReady(plane, first, "True");
    assert.equal(await subsets(plane), "[8080] 10.42.0.1 10.42.0.2");
  }));

test("a pod on its way out still serves, and gets no new connections", () =>
  withControlPlane(async (plane) => {
    await createService(plane, {});
    const going = await startPod(plane, "a", 1);
    await plane.client.of(pod).delete(keyOfObject(going), {}, plane.signal);
    await plane.settle();
    assert.deepEqual(await slices(plane), ["[8080] 10.42.0.1(unready serving terminating)"]);
    assert.equal(await subsets(plane), "");

    const now = { gracePeriodSeconds: 0 };
    await plane.client.of(pod).delete(keyOfObject(going), now, plane.signal);
    await plane.settle();
    assert.deepEqual(await slices(plane), ["[]"]);
  }));

test("a pod that has ended, or has no address yet, is nobody's endpoint", () =>
  withControlPlane(async (plane) => {
    await createService(plane, {});
    const ended = await startPod(plane, "a", 1);
    await plane.report(ended, { phase: "Succeeded" });
    const wanted = { metadata: { namespace: "default", name: "b", labels }, spec: specOf(8080) };
    await plane.client.of(pod).create(wanted, {}, plane.signal);
    await plane.settle();
    assert.deepEqual(await slices(plane), ["[]"]);
  }));

test("pods that call different ports by one name get slices of their own", () =>
  withControlPlane(async (plane) => {
    await createService(plane, { ports: [{ port: 80, targetPort: "http" }] });
    await startPod(plane, "a", 1, specOf(8080));
    await startPod(plane, "b", 2, specOf(9090));
    await startPod(plane, "c", 3, specOf(8080));
    assert.deepEqual(await slices(plane), ["[8080] 10.42.0.1 10.42.0.3", "[9090] 10.42.0.2"]);
    assert.equal(await subsets(plane), "[8080] 10.42.0.1 10.42.0.3; [9090] 10.42.0.2");
  }));

test("a headless Service names its pods, and one that publishes early has them from the start", () =>
  withControlPlane(async (plane) => {
    await createService(plane, { clusterIP: "None", publishNotReadyAddresses: true });
    const spec = { ...specOf(8080), hostname: "first", subdomain: "web" };
    const early = await startPod(plane, "a", 1, spec);
    await setReady(plane, early, "False");
    assert.deepEqual(await slices(plane), ["[8080] 10.42.0.1=first"]);
  }));

test("a hundred endpoints fill a slice, and few changes touch few slices", () =>
  withControlPlane(async (plane) => {
    await createService(plane, {});
    for (let number = 1; number <= 230; number++) {
      await reportPod(plane, `p${number}`, number, specOf(8080));
    }
    await plane.settle(1_000);
    const before = await list(plane);
    assert.deepEqual(sizes(before), [30, 100, 100]);

    await plane.client.of(pod).delete({ namespace: "default", name: "p1" }, grace0, plane.signal);
    await plane.settle(1_000);
    const after = await list(plane);
    assert.deepEqual(sizes(after), [30, 99, 100]);
    const known = new Set(before.map(({ metadata }) => metadata.resourceVersion));
    assert.equal(after.filter(({ metadata }) => !known.has(metadata.resourceVersion)).length, 1);
  }));

test("slices of others are left alone, and a Service takes its own along", () =>
  withControlPlane(async (plane) => {
    await createService(plane, {});
    await startPod(plane, "a", 1);
    const metadata = { namespace: "default", name: "manual", labels: { [serviceName]: "web" } };
    const manual = { metadata, addressType: "IPv4", endpoints: [{ addresses: ["192.0.2.1"] }] };
    await plane.client.of(endpointSlice).create(manual, {}, plane.signal);
    await plane.settle();
    assert.deepEqual(await slices(plane), ["[8080] 10.42.0.1", "[] 192.0.2.1"]);
    await plane.client.of(service).delete(key, {}, plane.signal);
    await plane.settle(2_000);
    assert.deepEqual(await slices(plane), ["[] 192.0.2.1"]);
    const { items } = await plane.client.of(endpoints).list({ namespace: "default" }, plane.signal);
    assert.deepEqual(items, []);
  }));

const serviceName = "kubernetes.io/service-name";
const grace0 = { gracePeriodSeconds: 0 };

async function createService(plane: ControlPlane, spec: Partial<ServiceSpec>): Promise<void> {
  const ports = [{ port: 80, targetPort: 8080 }];
  const wanted = { metadata: key, spec: { selector: labels, ports, ...spec } };
  await plane.client.of(service).create(wanted, {}, plane.signal);
  await plane.settle();
}

function specOf(containerPort: number): PodSpec {
  const ports = [{ name: "http", containerPort }];
  return { nodeName: "node-1", containers: [{ name: "app", image: "a", ports }] };
}

async function startPod(
  plane: ControlPlane,
  name: string,
  number: number,
  spec = specOf(8080),
): Promise<Live<Pod>> {
  const started = await reportPod(plane, name, number, spec);
  await plane.settle();
  return started;
}

/** A pod on a node that has given it the address 10.42.0.N. */
async function reportPod(
  plane: ControlPlane,
  name: string,
  number: number,
  spec: PodSpec,
): Promise<Live<Pod>> {
  const wanted = { metadata: { namespace: "default", name, labels }, spec };
  const created = await plane.client.of(pod).create(wanted, {}, plane.signal);
  const podIP = `10.42.0.${number}`;
  const conditions = [{ type: "Ready", status: "True" }];
  await plane.report(created, { phase: "Running", podIP, podIPs: [{ ip: podIP }], conditions });
  return created;
}

async function setReady(plane: ControlPlane, of: Live<Pod>, status: string): Promise<void> {
  await plane.report(of, { conditions: [{ type: "Ready", status }] });
  await plane.settle();
}

async function list({ client, signal }: ControlPlane) {
  const { items } = await client.of(endpointSlice).list({ namespace: "default" }, signal);
  return items;
}

function sizes(found: Awaited<ReturnType<typeof list>>): readonly number[] {
  return found.map((slice) => slice.endpoints?.length ?? 0).sort((left, right) => left - right);
}

/** Each slice as its ports and endpoints, what is unusual about those in parentheses. */
async function slices(plane: ControlPlane): Promise<readonly string[]> {
  const found = await list(plane);
  const shown = found.map(({ ports = [], endpoints: members = [] }) => {
    const endpointTexts = members.map(({ addresses, conditions = {}, hostname }) => {
      const { ready, serving, terminating } = conditions;
      const marks = [
        ...(ready === false ? ["unready"] : []),
        ...(ready === false && serving === true ? ["serving"] : []),
        ...(terminating === true ? ["terminating"] : []),
      ];
      const named = `${addresses.join("+")}${hostname === undefined ? "" : `=${hostname}`}`;
      return marks.length === 0 ? named : `${named}(${marks.join(" ")})`;
    });
    return [`[${ports.map(({ port }) => port).join(" ")}]`, ...endpointTexts.sort()].join(" ");
  });
  return shown.sort();
}

async function subsets({ client, signal }: ControlPlane): Promise<string> {
  const { subsets: found = [] } = await client.of(endpoints).get(key, signal);
  const shown = found.map(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const numbers = `[${ports.map(({ port }) => port).join(" ")}]`;
    const unready = notReadyAddresses.map(({ ip }) => ` not ${ip}`).join("");
    return `${numbers} ${addresses.map(({ ip }) => ip).join(" ")}${unready}`;
  });
  return shown.sort().join("; ");
}
