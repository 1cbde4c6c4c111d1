/** The sandboxes and containers of one simulated node: state, and the timers that change it. */
import { type Clock, type Random, uuid } from "#base";
import { type ContainerFilter, RuntimeError, type SandboxFilter } from "../../runtime.ts";
import type {
  ContainerConfig,
  ContainerResources,
  SandboxConfig,
  TextMap,
} from "../../runtime-config.ts";
import type {
  ContainerStatus,
  ContainerSummary,
  SandboxStatus,
  SandboxSummary,
} from "../../runtime-state.ts";
import type { AddressPool } from "./address-pool.ts";
import { type Behavior, behaviorOf } from "./behavior.ts";
import type { EventFeed } from "./event-feed.ts";

export interface SimulatedContainer {
  readonly status: ContainerStatus;
  readonly sandboxId: string;
  readonly behavior: Behavior;
}

export interface SimulatedPodsDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventFeed;
}

export class SimulatedPods {
  readonly #deps: SimulatedPodsDeps;
  readonly #sandboxes = new Map<string, SandboxStatus>();
  readonly #containers = new Map<string, SimulatedContainer>();
  readonly #timers = new Map<string, Disposable>();
  readonly #logDirectories = new Map<string, string>();

  constructor(deps: SimulatedPodsDeps) {
    this.#deps = deps;
  }

  runSandbox(config: SandboxConfig, handler: string, addresses: AddressPool | undefined): string {
    const isHostNetwork = config.linux.securityContext.namespaces.network === "node";
    if (!isHostNetwork && addresses === undefined) {
      throw new RuntimeError("unavailable", "the node has no pod range yet");
    }
    const id = this.#newId();
    this.#logDirectories.set(id, config.logDirectory);
    this.#sandboxes.set(id, {
      id,
      metadata: config.metadata,
      state: "ready",
      createdAtMs: this.#deps.clock.nowMs(),
      labels: config.labels,
      annotations: config.annotations,
      runtimeHandler: handler,
      ips: isHostNetwork || addresses === undefined ? [] : [addresses.take()],
      namespaces: config.linux.securityContext.namespaces,
    });
    return id;
  }

  stopSandbox(id: string, addresses: AddressPool | undefined): void {
    const sandbox = this.#sandboxes.get(id);
    if (sandbox === undefined) return;
    for (const address of sandbox.ips) addresses?.giveBack(address);
    this.#sandboxes.set(id, { ...sandbox, state: "notReady", ips: [] });
    for (const { status } of this.#containersIn(id)) this.stopContainer(status.id);
  }

  removeSandbox(id: string, addresses: AddressPool | undefined): void {
    this.stopSandbox(id, addresses);
    for (const { status } of this.#containersIn(id)) this.removeContainer(status.id);
    this.#sandboxes.delete(id);
    this.#logDirectories.delete(id);
  }

  findSandbox(id: string): SandboxStatus | undefined {
    return this.#sandboxes.get(id);
  }

  listSandboxes(filter: SandboxFilter): readonly SandboxSummary[] {
    return [...this.#sandboxes.values()].filter(
      (sandbox) =>
        (filter.id === undefined || filter.id === sandbox.id) &&
        (filter.state === undefined || filter.state === sandbox.state) &&
        hasLabels(sandbox.labels, filter.labels),
    );
  }

  createContainer(sandboxId: string, config: ContainerConfig): string {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (sandbox === undefined) throw notFound("sandbox", sandboxId);
    const annotations = { ...sandbox.annotations, ...config.annotations };
    const behavior = behaviorOf(annotations, config.metadata.name);
    const id = this.#newId();
    const { metadata, image, labels, mounts } = config;
    this.#put({
      sandboxId,
      behavior,
      status: {
        id,
        metadata,
        state: "created",
        createdAtMs: this.#deps.clock.nowMs(),
        startedAtMs: 0,
        finishedAtMs: 0,
        exitCode: 0,
        image,
        imageRef: image.image,
        reason: "",
        message: "",
        labels,
        annotations: config.annotations,
        mounts,
        logPath: `${this.#logDirectories.get(sandboxId)}/${config.logPath}`,
        resources: config.linux.resources,
        user: undefined,
      },
    });
    this.#tell("created", id);
    return id;
  }

  startContainer(id: string): void {
    const container = this.getContainer(id);
    const { state } = container.status;
    if (state !== "created") throw new RuntimeError("failedPrecondition", `container is ${state}`);
    const startedAtMs = this.#deps.clock.nowMs();
    this.#put({ ...container, status: { ...container.status, state: "running", startedAtMs } });
    const { runMs, exitCode } = container.behavior;
    if (runMs !== undefined) {
      const timer = this.#deps.clock.schedule(runMs, () => this.#end(id, exitCode));
      this.#timers.set(id, timer);
    }
    this.#tell("started", id);
  }

  /** Asked to stop, a simulated process ends at once, as a good one does. */
  stopContainer(id: string): void {
    if (this.#containers.has(id)) this.#end(id, 0);
  }

  removeContainer(id: string): void {
    this.stopContainer(id);
    this.#containers.delete(id);
  }

  /** What a model uses does not depend on what it may use. */
  updateResources(id: string, resources: ContainerResources): void {
    const container = this.getContainer(id);
    this.#put({ ...container, status: { ...container.status, resources } });
  }

  /** Throws `notFound`. */
  getContainer(id: string): SimulatedContainer {
    const container = this.#containers.get(id);
    if (container === undefined) throw notFound("container", id);
    return container;
  }

  findContainer(id: string): SimulatedContainer | undefined {
    return this.#containers.get(id);
  }

  listContainers(filter: ContainerFilter): readonly SimulatedContainer[] {
    return [...this.#containers.values()].filter(
      ({ status, sandboxId }) =>
        (filter.id === undefined || filter.id === status.id) &&
        (filter.sandboxId === undefined || filter.sandboxId === sandboxId) &&
        (filter.state === undefined || filter.state === status.state) &&
        hasLabels(status.labels, filter.labels),
    );
  }

  /** Stops every timer, as the end of the node would. */
  [Symbol.dispose](): void {
    for (const timer of this.#timers.values()) timer[Symbol.dispose]();
    this.#timers.clear();
  }

  #containersIn(sandboxId: string): readonly SimulatedContainer[] {
    return this.listContainers({ sandboxId });
  }

  #put(container: SimulatedContainer): void {
    this.#containers.set(container.status.id, container);
  }

  #end(id: string, exitCode: number): void {
    this.#timers.get(id)?.[Symbol.dispose]();
    this.#timers.delete(id);
    const container = this.getContainer(id);
    if (container.status.state !== "running") return;
    const finishedAtMs = this.#deps.clock.nowMs();
    const reason = exitCode === 0 ? "Completed" : "Error";
    const ended = { state: "exited", finishedAtMs, exitCode, reason } as const;
    this.#put({ ...container, status: { ...container.status, ...ended } });
    this.#tell("stopped", id);
  }

  #tell(type: "created" | "started" | "stopped", id: string): void {
    const { status, sandboxId } = this.getContainer(id);
    this.#deps.events.tell({
      containerId: id,
      type,
      atMs: this.#deps.clock.nowMs(),
      sandbox: this.#sandboxes.get(sandboxId),
      containers: [status],
    });
  }

  /** 64 hexadecimal digits, as runtimes give. */
  #newId(): string {
    const halves = [uuid(this.#deps.random), uuid(this.#deps.random)];
    return halves.join("").replaceAll("-", "");
  }
}

/** What a list shows of a container. */
export function summaryOf({ status, sandboxId }: SimulatedContainer): ContainerSummary {
  const { id, metadata, image, imageRef, state, createdAtMs, labels, annotations } = status;
  return { id, sandboxId, metadata, image, imageRef, state, createdAtMs, labels, annotations };
}

function hasLabels(labels: TextMap, wanted: TextMap | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([name, value]) => labels[name] === value);
}

function notFound(what: string, id: string): RuntimeError {
  return new RuntimeError("notFound", `no ${what} "${id}"`);
}
