/**
 * Deploys a stack that was looked at: applies what differs, service by service as their dependencies
 * allow, waits until everything is as it should be, and then removes what is no longer wanted.
 */
import type { Clock } from "#base";
import { sleep } from "#base";
import { ComposeError } from "#compose";
import type { JsonObject } from "#api";
import type { ObjectClient } from "#client";
import { kindIn, metadataOf } from "../cluster/decode.ts";
import { stackKind } from "../cluster/kinds.ts";
import type { DeployedService, DeployedStack, PlannedObject } from "../plan.ts";
import { explainFailure } from "../progress/explain-failure.ts";
import { type Move, nextMove, trackSettled } from "../progress/next-move.ts";
import { observeStack } from "../progress/observe.ts";
import { progressOfAll, type ServiceProgress } from "../progress/service-progress.ts";
import {
  applied,
  applyObject,
  type ApplyScene,
  deleteIfPresent,
  isRefusal,
  takeBack,
} from "./apply.ts";
import { nameOf } from "./change.ts";
import type { Look } from "./look.ts";
import { type PlaceFinder, refusalOf } from "./refusals.ts";

export interface DeployDeps {
  readonly objects: ObjectClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told after each look at the cluster, the services in the order of the stack. */
  readonly onProgress: (services: readonly ServiceProgress[]) => void;
  /** Told what is worth a line of its own. */
  readonly note: (line: string) => void;
}

export interface DeployOptions {
  /** `started`: does not wait longer than dependencies make it. */
  readonly until: "stable" | "started";
  readonly timeoutMs: number;
  /** What was deployed before; what rolling back leads to. */
  readonly previous: DeployedStack | undefined;
  readonly findPlace: PlaceFinder;
}

export interface DeployOutcome {
  readonly kind: "deployed" | "failed";
  /** What is deployed now: services that were rolled back are as they were before. */
  readonly stack: DeployedStack;
}

const pollMs = 500;

/** Throws a `ComposeError` when the server refuses something; what was applied is taken back then. */
export async function deployStack(
  deps: DeployDeps,
  stack: DeployedStack,
  look: Look,
  options: DeployOptions,
): Promise<DeployOutcome> {
  const rollout = new Rollout(deps, stack, look, options);
  const outcome = await rollout.run();
  if (outcome.kind === "deployed" && !rollout.hasRolledBack) {
    await removeObjects(deps.objects, look.leftovers, deps.signal);
  }
  return outcome;
}

/** Deletes objects with what they made, without waiting for it. */
export async function removeObjects(
  objects: ObjectClient,
  leftovers: readonly JsonObject[],
  signal: AbortSignal,
): Promise<void> {
  for (const object of leftovers) {
    const { name, namespace = "" } = metadataOf(object);
    await deleteIfPresent(objects, stackKind(kindIn(object)), { namespace, name }, signal);
  }
}

/** One deployment under way. */
class Rollout {
  readonly #deps: DeployDeps;
  readonly #options: DeployOptions;
  readonly #scene: ApplyScene;
  readonly #changed: ReadonlySet<string>;
  readonly #unapplied: Set<string>;
  readonly #abandoned = new Set<string>();
  /** Services that were put back to what they were. */
  readonly #restored = new Set<string>();
  readonly #done: PlannedObject[] = [];
  readonly #startMs: number;
  #progress: ReadonlyMap<string, ServiceProgress> = new Map();
  #settledSinceMs: ReadonlyMap<string, number> = new Map();
  #hasFailed = false;

  constructor(deps: DeployDeps, stack: DeployedStack, look: Look, options: DeployOptions) {
    this.#deps = deps;
    this.#options = options;
    const changes = new Map(look.changes.map((change) => [change.object, change]));
    this.#scene = {
      objects: deps.objects,
      stack,
      live: look.live,
      changes,
      previous: options.previous,
    };
    this.#unapplied = new Set(stack.services.map(({ name }) => name));
    this.#changed = new Set(
      stack.services
        .filter(({ workload }) => workload !== undefined && changes.has(nameOf(workload)))
        .map(({ name }) => name),
    );
    this.#startMs = deps.clock.elapsedMs();
  }

  get hasRolledBack(): boolean {
    return this.#restored.size > 0;
  }

  async run(): Promise<DeployOutcome> {
    const { stack } = this.#scene;
    await this.#apply(stack.objects.filter((planned) => !isWorkload(planned, stack.services)));
    while (true) {
      const move = await this.#look();
      switch (move.kind) {
        case "start":
          await this.#start(move.services);
          break;
        case "wait":
          await sleep(this.#deps.clock, pollMs, this.#deps.signal);
          break;
        case "done":
          return this.#outcome(this.#hasFailed ? "failed" : "deployed");
        case "failed":
          if (!(await this.#fail(move))) return this.#outcome("failed");
      }
    }
  }

  async #look(): Promise<Move> {
    const { stack, objects } = this.#scene;
    const snapshot = await observeStack(objects, stack, this.#deps.signal);
    const progress = progressOfAll(stack.services, snapshot);
    const nowMs = this.#deps.clock.elapsedMs() - this.#startMs;
    this.#settledSinceMs = trackSettled(this.#settledSinceMs, progress, this.#progress, nowMs);
    this.#progress = new Map(progress.map((service) => [service.service, service]));
    this.#deps.onProgress(progress);
    return nextMove({
      services: stack.services,
      progress: this.#progress,
      unapplied: this.#unapplied,
      changed: this.#changed,
      abandoned: this.#abandoned,
      settledSinceMs: this.#settledSinceMs,
      nowMs,
      deadlineMs: this.#options.timeoutMs,
      until: this.#options.until,
    });
  }

  async #start(names: readonly string[]): Promise<void> {
    const { stack } = this.#scene;
    for (const name of names) {
      const { workload } = getService(stack, name);
      const planned = stack.objects.find(
        (object) => workload !== undefined && nameOf(object) === nameOf(workload),
      );
      await this.#apply(planned === undefined ? [] : [planned]);
      this.#unapplied.delete(name);
    }
  }

  /** Applies in order. When one is refused, everything applied so far is taken back. */
  async #apply(objects: readonly PlannedObject[]): Promise<void> {
    const { signal, note } = this.#deps;
    for (const planned of objects) {
      try {
        await applyObject(this.#scene, planned, signal);
        this.#done.push(planned);
      } catch (error) {
        // The server took it when it was tried: a quota that is used up by now, most likely.
        if (!isRefusal(error)) throw error;
        note("taking back what was applied");
        await takeBack(this.#scene, this.#done, signal);
        throw new ComposeError([refusalOf(planned, error, this.#options.findPlace)], {
          cause: error,
        });
      }
    }
  }

  /** Tells why services failed and does what they say; whether to go on. */
  async #fail({ services, reason }: Extract<Move, { kind: "failed" }>): Promise<boolean> {
    const { stack } = this.#scene;
    this.#hasFailed = true;
    let goesOn = reason === "failed";
    for (const name of services) {
      const service = getService(stack, name);
      await this.#explain(service, reason);
      const action = this.#restored.has(name) ? "pause" : service.update.onFailure;
      if (action === "continue") this.#abandoned.add(name);
      else if (action === "rollback" && (await this.#rollBack(service))) this.#restored.add(name);
      else goesOn = false;
    }
    return goesOn;
  }

  async #explain(service: DeployedService, reason: "failed" | "timeout"): Promise<void> {
    const { objects, stack } = this.#scene;
    const { note, signal } = this.#deps;
    const progress = this.#progress.get(service.name);
    if (progress === undefined) return;
    if (this.#unapplied.has(service.name)) {
      const waits = service.waits.map((wait) => `"${wait.service}"`).join(", ");
      note(`service "${service.name}" was not started: it waits for ${waits}`);
      return;
    }
    if (reason === "timeout") note(`service "${service.name}" took too long`);
    const facts = { service, progress };
    for (const line of await explainFailure(objects, stack.namespace, facts, signal)) note(line);
  }

  /** Puts a service back to what it was before; false when it was not there. */
  async #rollBack({ name }: DeployedService): Promise<boolean> {
    const { objects, previous, stack } = this.#scene;
    const former = previous?.objects.filter((planned) => planned.service === name) ?? [];
    const service = previous?.services.find((known) => known.name === name);
    const isSame = service?.workload?.name === getService(stack, name).workload?.name;
    if (former.length === 0 || !isSame) {
      this.#deps.note(`service "${name}" cannot be rolled back: there is no version before`);
      return false;
    }
    this.#deps.note(`rolling back service "${name}"`);
    for (const planned of former) {
      await objects.apply(stackKind(planned.kind), planned.object, applied, this.#deps.signal);
    }
    return true;
  }

  #outcome(kind: DeployOutcome["kind"]): DeployOutcome {
    const { stack, previous } = this.#scene;
    if (!this.hasRolledBack || previous === undefined) return { kind, stack };
    const isKept = ({ service }: PlannedObject) =>
      service === undefined || !this.#restored.has(service);
    const kept = stack.objects.filter(isKept);
    const names = new Set(kept.map(nameOf));
    const former = previous.objects.filter(
      (planned) =>
        !names.has(nameOf(planned)) && (!isKept(planned) || planned.service === undefined),
    );
    const services = stack.services.map((service) =>
      this.#restored.has(service.name)
        ? (previous.services.find(({ name }) => name === service.name) ?? service)
        : service,
    );
    const common = former.filter(({ service }) => service === undefined);
    const own = former.filter(({ service }) => service !== undefined);
    return { kind, stack: { ...stack, objects: [...common, ...kept, ...own], services } };
  }
}

function getService({ services }: DeployedStack, name: string): DeployedService {
  const found = services.find((service) => service.name === name);
  if (found === undefined) throw new Error(`the stack has no service "${name}"`);
  return found;
}

function isWorkload(planned: PlannedObject, services: readonly DeployedService[]): boolean {
  return services.some(
    ({ workload }) => workload !== undefined && nameOf(planned) === nameOf(workload),
  );
}
