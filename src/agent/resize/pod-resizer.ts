/** Carries out what `PodResizes` has granted; what fails is told, and tried again. */

import type { Logger } from "#base";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import type { ContainerResize } from "./plan-resize.ts";
import type { PodResizes } from "./pod-resizes.ts";
import { type ResizeDeps, resizePod } from "./resize-pod.ts";

export interface PodResizerDeps extends ResizeDeps {
  readonly resizes: PodResizes;
  readonly log: Logger;
}

const retryAfterMs = 10_000;

export class PodResizer {
  readonly #deps: PodResizerDeps;
  readonly #nodeMemoryBytes: number;

  constructor(deps: PodResizerDeps, nodeMemoryBytes: number) {
    this.#deps = deps;
    this.#nodeMemoryBytes = nodeMemoryBytes;
  }

  /** Resolves with when to try again, where it could not be done now. */
  async resize(
    pod: Live<Pod>,
    updates: readonly ContainerResize[],
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const { resizes, log } = this.#deps;
    const resize = {
      pod,
      inEffect: resizes.beforeResize(pod, updates),
      updates,
      nodeMemoryBytes: this.#nodeMemoryBytes,
      onUpdated: resizes.noteInEffect.bind(resizes),
    };
    try {
      await resizePod(this.#deps, resize, signal);
      resizes.notePodInEffect(pod);
      return undefined;
    } catch (error) {
      if (signal.aborted) throw error;
      const message = error instanceof Error ? error.message : String(error);
      log.warn("resizing pod", { pod: pod.metadata.name, message });
      resizes.noteFailure(pod, message);
      return retryAfterMs;
    }
  }
}
