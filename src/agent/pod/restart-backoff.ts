/** How long containers that keep ending wait before they are started again. */

import type { Container } from "#api/core/v1";
import type { ContainerStatus } from "../runtime-state.ts";

const firstMs = 10_000;
const maxMs = 300_000;
/** A container that ran this long is forgiven. */
const forgivenAfterMs = 10 * 60_000;

interface Entry {
  readonly delayMs: number;
}

/** Delays by pod and container; the first restart is immediate, then 10 s doubling up to 5 min. */
export class RestartBackoff {
  readonly #entries = new Map<string, Entry>();

  /** The delay for a container that ended, and what is left of it. */
  delayOf(
    uid: string,
    container: Container,
    ended: ContainerStatus,
    nowMs: number,
  ): { readonly remainingMs: number; readonly delayMs: number } {
    const entry = this.#entries.get(keyOf(uid, container));
    if (entry === undefined) return { remainingMs: 0, delayMs: 0 };
    if (ended.finishedAtMs - ended.startedAtMs > forgivenAfterMs) {
      this.#entries.delete(keyOf(uid, container));
      return { remainingMs: 0, delayMs: 0 };
    }
    const remainingMs = Math.max(0, ended.finishedAtMs + entry.delayMs - nowMs);
    return { remainingMs, delayMs: entry.delayMs };
  }

  /** To be told of each restart. */
  noteRestart(uid: string, container: Container): void {
    const key = keyOf(uid, container);
    const entry = this.#entries.get(key);
    const delayMs = entry === undefined ? firstMs : Math.min(entry.delayMs * 2, maxMs);
    this.#entries.set(key, { delayMs });
  }

  forget(uid: string): void {
    for (const key of this.#entries.keys()) {
      if (key.startsWith(`${uid} `)) this.#entries.delete(key);
    }
  }
}

function keyOf(uid: string, { name }: Container): string {
  return `${uid} ${name}`;
}
