import assert from "node:assert/strict";
import { test } from "node:test";
import { type HttpResponse, silentLogger, uncounted } from "#base";
import { promisesSettled, VirtualClock } from "#base/testing";
import type { Live } from "#api";
import type { Container, Pod, Probe } from "#api/core/v1";
import { RuntimeError } from "../runtime.ts";
import { ProbeMetrics } from "../metrics/probe-metrics.ts";
import { containerNameLabel } from "../pod/labels.ts";
import type { ObservedPod } from "../pod/observed.ts";
import { containerStatusOf } from "../testing.ts";
import { PodProber } from "./pod-prober.ts";

const http: Probe = { httpGet: { path: "/healthz", port: "web" }, periodSeconds: 10 };

test("a container is ready when its probe says so, and no longer after enough failures", async () => {
  const world = new World({ readinessProbe: { ...http, failureThreshold: 2 } });
  world.track();
  assert.equal(world.show(), "started, not ready");
  await world.clock.advance(1);
  assert.equal(world.show(), "started, ready");
  world.status = 503;
  await world.clock.advance(10_000);
  assert.equal(world.show(), "started, ready");
  await world.clock.advance(10_000);
  assert.equal(world.show(), "started, not ready");
  assert.deepEqual(world.events, [
    "Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 503",
    "Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 503",
  ]);
  assert.equal(world.wakes, 2);
  assert.deepEqual(new Set(world.asked), new Set(["http 10.42.0.5:8080 /healthz"]));
  await world.end();
});

test("a container is not ready before it is tracked", async () => {
  const world = new World({ readinessProbe: http });
  assert.equal(world.show(), "started, not ready");
  await world.end();
});

test("liveness waits for the start, condemns once, and then leaves the container alone", async () => {
  const startupProbe = { ...http, initialDelaySeconds: 5, failureThreshold: 10 };
  const world = new World({ startupProbe, livenessProbe: { ...http, failureThreshold: 1 } });
  world.status = 500;
  world.track();
  await world.clock.advance(4_999);
  assert.deepEqual(world.asked, []);
  await world.clock.advance(1);
  assert.equal(world.show(), "not started, not ready");
  world.status = 200;
  await world.clock.advance(10_000);
  assert.equal(world.show(), "started, ready");
  world.status = 500;
  await world.clock.advance(10_000);
  assert.equal(world.show(), "started, ready, liveness failed");
  const count = world.asked.length;
  await world.clock.advance(100_000);
  assert.equal(world.asked.length, count);
  await world.end();
});

test("a redirect to elsewhere counts as success, with a warning", async () => {
  const world = new World({ readinessProbe: http });
  world.status = 302;
  world.location = "http://example.com/";
  world.track();
  await world.clock.advance(1);
  assert.equal(world.show(), "started, ready");
  assert.deepEqual(world.events, [
    "ProbeWarning Readiness probe warning: Probe terminated redirects, Response body: ",
  ]);
  await world.end();
});

test("a server that does not answer in time has failed", async () => {
  const world = new World({ livenessProbe: { ...http, failureThreshold: 1, timeoutSeconds: 3 } });
  world.hangs = true;
  world.track();
  await world.clock.advance(3_000);
  assert.deepEqual(world.events, [
    'Unhealthy Liveness probe failed: Get "http://10.42.0.5:8080/healthz": context deadline ' +
      "exceeded (Client.Timeout exceeded while awaiting headers)",
  ]);
  await world.end();
});

test("a command fails by its status and by its time, not by a runtime that does not work", async () => {
  const exec = { command: ["check", "it"] };
  const world = new World({ readinessProbe: { exec, failureThreshold: 1, periodSeconds: 1 } });
  world.track();
  await world.clock.advance(1);
  assert.equal(world.show(), "started, ready");
  world.exec = () => Promise.reject(new RuntimeError("unavailable", "gone"));
  await world.clock.advance(1_000);
  assert.equal(world.show(), "started, ready");
  world.exec = async () => resultOf(1, "broken");
  await world.clock.advance(1_000);
  assert.equal(world.show(), "started, not ready");
  assert.deepEqual(world.events, [
    "Unhealthy Readiness probe errored and resulted in unknown state: gone",
    "Unhealthy Readiness probe failed: broken",
  ]);
  await world.end();
});

test("what was ready when the agent was started again stays so until a probe tells otherwise", async () => {
  const world = new World({ readinessProbe: http, startupProbe: http });
  const [known] = [{ name: "app", containerID: "containerd://c1", ready: true, started: true }];
  world.track({ containerStatuses: [{ ...known, image: "", imageID: "", restartCount: 0 }] });
  assert.equal(world.show(), "started, ready");
  await world.end();
});

function resultOf(exitCode: number, text: string) {
  const stderr = new Uint8Array();
  return { exitCode, stdout: new TextEncoder().encode(text), stderr };
}

class World {
  readonly clock = new VirtualClock();
  readonly events: string[] = [];
  readonly asked: string[] = [];
  wakes = 0;
  status = 200;
  location: string | undefined;
  hangs = false;
  exec = async () => resultOf(0, "");
  readonly #container: Container;
  readonly #prober: PodProber;

  constructor(probes: Partial<Container>) {
    this.#container = { name: "app", ports: [{ name: "web", containerPort: 8080 }], ...probes };
    const unused = () => Promise.reject(new Error("not expected"));
    const network = {
      dialer: { connectTcp: unused },
      openGrpc: unused,
      openHttp: async ({ scheme, host, port }: { scheme: string; host: string; port: number }) => ({
        send: (request: { target: string }, signal: AbortSignal) => {
          this.asked.push(`${scheme} ${host}:${port} ${request.target}`);
          return this.#answer(signal);
        },
        upgrade: unused,
        [Symbol.asyncDispose]: async () => {},
      }),
    };
    this.#prober = new PodProber(
      {
        runtime: { containers: { execSync: () => this.exec() } },
        network,
        clock: this.clock,
        recorder: { record: (_, { reason, message }) => this.events.push(`${reason} ${message}`) },
        log: silentLogger,
        metrics: new ProbeMetrics(uncounted),
        wake: () => this.wakes++,
      },
      { addresses: ["192.0.2.1"] },
    );
  }

  track(status: Partial<Pod["status"]> = {}): void {
    const pod = { metadata: { name: "p", uid: "u" }, spec: { containers: [this.#container] } };
    this.#prober.track({ ...pod, status } as unknown as Live<Pod>, this.#observed());
  }

  show(): string {
    const failure = this.#prober.findFailure("c1");
    return [
      this.#prober.hasStarted("c1") ? "started" : "not started",
      this.#prober.isReady("c1") ? "ready" : "not ready",
      ...(failure === undefined ? [] : [`${failure.probe} failed`]),
    ].join(", ");
  }

  /** Nothing may be left behind. */
  async end(): Promise<void> {
    this.#prober.forget("u");
    await promisesSettled();
    assert.equal(this.clock.timerCount, 0);
  }

  async #answer(signal: AbortSignal): Promise<HttpResponse> {
    if (this.hangs) {
      await new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    }
    const headers = this.location === undefined ? {} : { location: this.location };
    return { status: this.status, headers, body: undefined };
  }

  #observed(): ObservedPod {
    const labels = { [containerNameLabel]: "app" };
    const startedAtMs = this.clock.nowMs();
    const running = containerStatusOf({ id: "c1", state: "running", labels, startedAtMs });
    const sandbox = { ips: ["10.42.0.5"] } as unknown as ObservedPod["sandboxes"][number];
    return { sandboxes: [sandbox], containers: new Map([["app", [running]]]) };
  }
}
