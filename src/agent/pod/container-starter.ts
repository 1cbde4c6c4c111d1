/** Acting on the runtime: sandboxes and containers of one pod, with the Events that tell of it. */

import type { Clock, Disk, Logger } from "#base";
import type { Live } from "#api";
import type { Container, Pod, Service } from "#api/core/v1";
import type { EventFacts, EventRecorder } from "#client";
import { type Runtime, RuntimeError } from "../runtime.ts";
import type { EnvValue } from "../runtime-config.ts";
import type { SandboxStatus } from "../runtime-state.ts";
import { containerConfigOf } from "./container-config.ts";
import { ConfigError, environmentOf, type EnvironmentSources } from "./environment.ts";
import { type ImageSource, StartRefusal } from "./image-source.ts";
import type { Action } from "./plan.ts";
import { type SandboxFacts, sandboxConfigOf } from "./sandbox-config.ts";
import type { PodVolumes } from "./volumes.ts";

/** What runs right after a container started and right before it is stopped. */
export interface LifecycleHooks {
  /** Rejects when the hook failed; the container is then killed. */
  postStart(pod: Live<Pod>, container: Container, id: string, signal: AbortSignal): Promise<void>;
  /** Resolves when the hook is done or `graceSeconds` are over; failures are reported, not thrown. */
  preStop(
    pod: Live<Pod>,
    container: Container,
    id: string,
    budget: { readonly graceSeconds: number; readonly signal: AbortSignal },
  ): Promise<void>;
}

/** Where the environment of a container comes from. */
export interface ObjectReader {
  findConfigMap(
    namespace: string,
    name: string,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, string>> | undefined>;
  /** Decoded text. */
  findSecret(
    namespace: string,
    name: string,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, string>> | undefined>;
  listServices(): readonly Live<Service>[];
}

export interface StarterDeps {
  readonly runtime: Runtime;
  readonly volumes: PodVolumes;
  readonly images: ImageSource;
  readonly objects: ObjectReader;
  readonly hooks: LifecycleHooks;
  readonly recorder: EventRecorder;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly log: Logger;
  /** Makes the pod's cgroup with its limits and resolves with its path. */
  readonly ensureCgroup: (pod: Live<Pod>, signal: AbortSignal) => Promise<string>;
  /** The runtime's name for the way of running that the pod asks for; empty for its usual one. */
  readonly runtimeHandlerOf: (pod: Live<Pod>, signal: AbortSignal) => Promise<string>;
  readonly removeCgroup: (uid: string, signal: AbortSignal) => Promise<void>;
}

export interface StarterOptions {
  readonly sandbox: Omit<SandboxFacts, "cgroupParent">;
  readonly addresses: readonly string[];
  readonly nodeMemoryBytes: number;
  readonly allocatable: Readonly<Record<string, string>>;
}

export interface StartRequest {
  readonly sandbox: SandboxStatus;
  readonly container: Container;
  readonly attempt: number;
  /** The runtime's id of the container whose process namespace this one is to join. */
  readonly targetId: string | undefined;
}

const graceSecondsDefault = 30;
const retryAfterMs = 10_000;

export function isStartRefusal(error: unknown): error is StartRefusal {
  return error instanceof StartRefusal;
}

export class ContainerStarter {
  readonly #deps: StarterDeps;
  readonly #options: StarterOptions;

  constructor(deps: StarterDeps, options: StarterOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  async createSandbox(pod: Live<Pod>, attempt: number, signal: AbortSignal): Promise<void> {
    const cgroupParent = await this.#deps.ensureCgroup(pod, signal);
    const config = sandboxConfigOf(pod, attempt, { ...this.#options.sandbox, cgroupParent });
    await this.#deps.disk.makeDirectory(config.logDirectory, { mode: 0o755 });
    const handler = await this.#deps.runtimeHandlerOf(pod, signal);
    await this.#deps.runtime.sandboxes.run(config, handler, signal);
  }

  /** Starts one container; throws `StartRefusal` when it has to wait, with what its status says. */
  async start(
    pod: Live<Pod>,
    { sandbox, container, attempt, targetId }: StartRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const cgroupParent = await this.#deps.ensureCgroup(pod, signal);
    const facts = { ...this.#options.sandbox, cgroupParent };
    const sandboxConfig = sandboxConfigOf(pod, sandbox.metadata.attempt, facts);
    const image = await this.#deps.images.ensure(pod, container, sandboxConfig, signal);
    await this.#removeHalfMade(pod, sandbox.id, container, signal);
    const id = await this.#refusing(pod, container, "CreateContainerError", async () => {
      const environment = await this.#environment(pod, container, sandbox, signal);
      const mounts = await this.#deps.volumes.mountsOf(
        pod,
        container,
        { podIps: sandbox.ips, environment, attempt },
        signal,
      );
      const config = containerConfigOf(pod, container, {
        attempt,
        imageRef: image.ref,
        image: image.facts,
        environment,
        mounts,
        targetId,
        nodeMemoryBytes: this.#options.nodeMemoryBytes,
      });
      const logs = `${sandboxConfig.logDirectory}/${container.name}`;
      await this.#deps.disk.makeDirectory(logs, { mode: 0o755 });
      return this.#deps.runtime.containers.create(sandbox.id, config, sandboxConfig, signal);
    });
    this.#report(pod, container, {
      type: "Normal",
      reason: "Created",
      message: `Created container: ${container.name}`,
    });
    await this.#refusing(pod, container, "RunContainerError", () =>
      this.#deps.runtime.containers.start(id, signal),
    );
    this.#report(pod, container, {
      type: "Normal",
      reason: "Started",
      message: `Started container ${container.name}`,
    });
    await this.#afterStart(pod, container, id, signal);
  }

  /** Ends one container: hook, stop signal, and the kill when its grace is over. */
  async kill(
    pod: Live<Pod>,
    { container, id, why }: Extract<Action, { kind: "kill" }>,
    signal: AbortSignal,
  ): Promise<void> {
    const message = why.message === "" ? `Stopping container ${container.name}` : why.message;
    this.#report(pod, container, { type: "Normal", reason: "Killing", message: message });
    const graceSeconds = graceOf(pod, why.graceSeconds);
    const startedMs = this.#deps.clock.elapsedMs();
    if (graceSeconds > 0) {
      await this.#deps.hooks.preStop(pod, container, id, { graceSeconds, signal });
    }
    const spent = Math.floor((this.#deps.clock.elapsedMs() - startedMs) / 1000);
    // A hook that used up the grace still leaves two seconds for the stop signal, as upstream does.
    const left = graceSeconds === 0 ? 0 : Math.max(2, graceSeconds - spent);
    await this.#deps.runtime.containers.stop(id, left, signal);
  }

  /** Removes what containers leave beside the runtime's own: logs and the pod's cgroup. */
  async removeTraces(uid: string, signal: AbortSignal): Promise<void> {
    const { logRoot } = this.#options.sandbox;
    if ((await this.#deps.disk.findFacts(logRoot)) !== undefined) {
      const names = await this.#deps.disk.listDirectory(logRoot);
      for (const name of names.filter((candidate) => candidate.endsWith(`_${uid}`))) {
        await this.#deps.disk.remove(`${logRoot}/${name}`);
      }
    }
    await this.#deps.removeCgroup(uid, signal);
  }

  async #afterStart(
    pod: Live<Pod>,
    container: Container,
    id: string,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await this.#deps.hooks.postStart(pod, container, id, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      const message = `PostStartHook failed: ${textOf(error)}`;
      this.#report(pod, container, {
        type: "Warning",
        reason: "FailedPostStartHook",
        message: message,
      });
      const why = { message: "FailedPostStartHook" };
      await this.kill(pod, { kind: "kill", container, id, why }, signal);
    }
  }

  /** A container that was made but never started, by a pass that was cut off, is in the way. */
  async #removeHalfMade(
    _pod: Live<Pod>,
    sandboxId: string,
    container: Container,
    signal: AbortSignal,
  ): Promise<void> {
    const filter = { sandboxId, state: "created" as const };
    const halfMade = await this.#deps.runtime.containers.list(filter, signal);
    for (const { id, metadata } of halfMade) {
      if (metadata.name === container.name) {
        await this.#deps.runtime.containers.remove(id, signal);
      }
    }
  }

  async #environment(
    pod: Live<Pod>,
    container: Container,
    sandbox: SandboxStatus,
    signal: AbortSignal,
  ): Promise<readonly EnvValue[]> {
    const namespace = pod.metadata.namespace ?? "";
    const { configMaps, secrets } = referencesOf(container);
    const foundMaps = await this.#readAll(configMaps, (name) =>
      this.#deps.objects.findConfigMap(namespace, name, signal),
    );
    const foundSecrets = await this.#readAll(secrets, (name) =>
      this.#deps.objects.findSecret(namespace, name, signal),
    );
    const { addresses, allocatable } = this.#options;
    const sources: EnvironmentSources = {
      findConfigMap: (name) => foundMaps.get(name),
      findSecret: (name) => foundSecrets.get(name),
      services: this.#deps.objects.listServices(),
      pod: {
        podIps: pod.spec.hostNetwork === true ? addresses : sandbox.ips,
        hostIps: addresses,
        allocatable,
      },
    };
    return environmentOf(pod, container, sources);
  }

  async #readAll(
    names: ReadonlySet<string>,
    read: (name: string) => Promise<Readonly<Record<string, string>> | undefined>,
  ): Promise<ReadonlyMap<string, Readonly<Record<string, string>> | undefined>> {
    const entries = await Promise.all(
      [...names].map(async (name) => [name, await read(name)] as const),
    );
    return new Map(entries);
  }

  /** Turns a failed step into what the container's status says about it. */
  async #refusing<T>(
    pod: Live<Pod>,
    container: Container,
    reason: string,
    step: () => Promise<T>,
  ): Promise<T> {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof ConfigError) && !(error instanceof RuntimeError)) throw error;
      const told = error instanceof ConfigError ? "CreateContainerConfigError" : reason;
      const message = textOf(error);
      this.#report(pod, container, {
        type: "Warning",
        reason: "Failed",
        message: `Error: ${message}`,
      });
      throw new StartRefusal({ reason: told, message }, retryAfterMs);
    }
  }

  #report({ metadata }: Live<Pod>, container: Container, facts: EventFacts): void {
    const fieldPath = `spec.containers{${container.name}}`;
    const subject = { apiVersion: "v1", kind: "Pod", metadata, fieldPath };
    this.#deps.recorder.record(subject, facts);
  }
}

function referencesOf({ env = [], envFrom = [] }: Container) {
  const configMaps = new Set<string>();
  const secrets = new Set<string>();
  for (const { configMapRef, secretRef } of envFrom) {
    if (configMapRef !== undefined) configMaps.add(configMapRef.name ?? "");
    if (secretRef !== undefined) secrets.add(secretRef.name ?? "");
  }
  for (const { valueFrom } of env) {
    if (valueFrom?.configMapKeyRef !== undefined) {
      configMaps.add(valueFrom.configMapKeyRef.name ?? "");
    }
    if (valueFrom?.secretKeyRef !== undefined) {
      secrets.add(valueFrom.secretKeyRef.name ?? "");
    }
  }
  return { configMaps, secrets };
}

/** The grace of this kill: a probe's own, a deletion's, or the pod's. */
function graceOf({ metadata, spec }: Live<Pod>, own: number | undefined): number {
  if (metadata.deletionTimestamp !== undefined) {
    return metadata.deletionGracePeriodSeconds ?? graceSecondsDefault;
  }
  return own ?? spec.terminationGracePeriodSeconds ?? graceSecondsDefault;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
