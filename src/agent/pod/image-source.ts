/** Images of a pod's containers: present, pulled, or waited for with a growing back-off. */

import type { Clock } from "#base";
import type { Live } from "#api";
import type { Container, Pod } from "#api/core/v1";
import type { EventRecorder } from "#client";
import type { ImageRuntime, RegistryCredentials } from "../runtime.ts";
import type { SandboxConfig } from "../runtime-config.ts";
import type { ImageFacts } from "../runtime-state.ts";
import type { Waiting } from "./plan.ts";

export interface ImageDeps {
  readonly images: ImageRuntime;
  readonly clock: Clock;
  readonly recorder: EventRecorder;
  /** Credentials of the pod's pull secrets for a registry, best first. */
  readonly credentialsFor: (
    pod: Live<Pod>,
    image: string,
    signal: AbortSignal,
  ) => Promise<readonly RegistryCredentials[]>;
}

export interface ReadyImage {
  readonly ref: string;
  readonly facts: ImageFacts | undefined;
}

/** The container cannot start, for a reason that its status tells; worth trying again later. */
export class StartRefusal extends Error {
  readonly waiting: Waiting;
  readonly retryAfterMs: number;

  constructor(waiting: Waiting, retryAfterMs: number) {
    super(waiting.message ?? waiting.reason);
    this.name = "StartRefusal";
    this.waiting = waiting;
    this.retryAfterMs = retryAfterMs;
  }
}

const backoffFirstMs = 10_000;
const backoffMaxMs = 300_000;
/** Failed pulls remembered at most; the oldest is forgotten first. */
const failuresMax = 1_000;

interface PullFailure {
  readonly delayMs: number;
  readonly sinceMs: number;
  readonly message: string;
}

export class ImageSource {
  readonly #deps: ImageDeps;
  readonly #failures = new Map<string, PullFailure>();

  constructor(deps: ImageDeps) {
    this.#deps = deps;
  }

  /** Makes the container's image ready; throws `StartRefusal` when that has to wait. */
  async ensure(
    pod: Live<Pod>,
    container: Container,
    sandbox: SandboxConfig,
    signal: AbortSignal,
  ): Promise<ReadyImage> {
    const image = container.image ?? "";
    const policy = container.imagePullPolicy ?? "IfNotPresent";
    const present = await this.#deps.images.find(image, signal);
    if (present !== undefined && policy !== "Always") {
      this.#report(pod, container, "Normal", {
        reason: "Pulled",
        message: `Container image "${image}" already present on machine`,
      });
      return { ref: present.id, facts: present };
    }
    if (policy === "Never") {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      this.#report(pod, container, "Warning", { reason: "ErrImageNeverPull", message });
      throw new StartRefusal({ reason: "ErrImageNeverPull", message }, backoffFirstMs);
    }
    this.#assertNotBackingOff(pod, container, image);
    return this.#pull(pod, container, sandbox, signal);
  }

  async #pull(
    pod: Live<Pod>,
    container: Container,
    sandbox: SandboxConfig,
    signal: AbortSignal,
  ): Promise<ReadyImage> {
    const image = container.image ?? "";
    const startedMs = this.#deps.clock.elapsedMs();
    const message = `Pulling image "${image}"`;
    this.#report(pod, container, "Normal", { reason: "Pulling", message });
    try {
      const ref = await this.#pullWithAny(pod, image, sandbox, signal);
      const facts = await this.#deps.images.find(ref, signal);
      this.#failures.delete(failureKey(pod, image));
      this.#reportPulled(pod, container, facts, this.#deps.clock.elapsedMs() - startedMs);
      return { ref, facts };
    } catch (error) {
      if (signal.aborted) throw error;
      throw this.#noteFailure(pod, container, image, error);
    }
  }

  async #pullWithAny(
    pod: Live<Pod>,
    image: string,
    sandbox: SandboxConfig,
    signal: AbortSignal,
  ): Promise<string> {
    const candidates = await this.#deps.credentialsFor(pod, image, signal);
    let failure: unknown = new Error(`no way to pull ${image}`);
    for (const credentials of [...candidates, undefined]) {
      try {
        return await this.#deps.images.pull({ image, credentials, sandbox }, signal);
      } catch (error) {
        // The next credentials may be the right ones; the last failure is the one to tell.
        if (signal.aborted) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  #assertNotBackingOff(pod: Live<Pod>, container: Container, image: string): void {
    const failure = this.#failures.get(failureKey(pod, image));
    if (failure === undefined) return;
    const remainingMs = failure.sinceMs + failure.delayMs - this.#deps.clock.elapsedMs();
    if (remainingMs <= 0) return;
    const message = `Back-off pulling image "${image}"`;
    this.#report(pod, container, "Normal", { reason: "BackOff", message });
    const waiting = { reason: "ImagePullBackOff", message: `${message}: ${failure.message}` };
    throw new StartRefusal(waiting, remainingMs);
  }

  #noteFailure(pod: Live<Pod>, container: Container, image: string, error: unknown): StartRefusal {
    const key = failureKey(pod, image);
    const before = this.#failures.get(key);
    const delayMs = Math.min((before?.delayMs ?? backoffFirstMs / 2) * 2, backoffMaxMs);
    const message = `${error instanceof Error ? error.message : String(error)}`;
    this.#failures.delete(key);
    this.#failures.set(key, { delayMs, sinceMs: this.#deps.clock.elapsedMs(), message });
    if (this.#failures.size > failuresMax) {
      for (const oldest of this.#failures.keys()) {
        this.#failures.delete(oldest);
        break;
      }
    }
    const sentence = `Failed to pull image "${image}": ${message}`;
    this.#report(pod, container, "Warning", { reason: "Failed", message: sentence });
    this.#report(pod, container, "Warning", { reason: "Failed", message: "Error: ErrImagePull" });
    // Seen as ErrImagePull first; the next look finds the back-off and says so.
    return new StartRefusal({ reason: "ErrImagePull", message }, 1_000);
  }

  #reportPulled(
    pod: Live<Pod>,
    container: Container,
    facts: ImageFacts | undefined,
    tookMs: number,
  ): void {
    const took = tookMs < 1000 ? `${Math.round(tookMs)}ms` : `${(tookMs / 1000).toFixed(3)}s`;
    const size = facts === undefined ? "" : ` Image size: ${facts.sizeBytes} bytes.`;
    const message = `Successfully pulled image "${container.image ?? ""}" in ${took} (${took} including waiting).${size}`;
    this.#report(pod, container, "Normal", { reason: "Pulled", message });
  }

  #report(
    { metadata }: Live<Pod>,
    container: Container,
    type: "Normal" | "Warning",
    { reason, message }: { readonly reason: string; readonly message: string },
  ): void {
    const fieldPath = `spec.containers{${container.name}}`;
    const subject = { apiVersion: "v1", kind: "Pod", metadata, fieldPath };
    this.#deps.recorder.record(subject, { type, reason, message });
  }
}

function failureKey({ metadata }: Live<Pod>, image: string): string {
  return `${metadata.uid} ${image}`;
}
