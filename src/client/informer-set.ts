import type { Fields, KindSchema, TypeOf } from "#api";
import type { Informer, InformerOptions } from "./client.ts";
import { decodeInformer } from "./decode.ts";
import { createInformer, type InformerDeps } from "./informer.ts";

interface Runnable {
  run(signal: AbortSignal): Promise<void>;
  synced(signal: AbortSignal): Promise<void>;
}

/**
 * One informer per kind for everybody in a process. Ask for all informers first, then run the set:
 * indexes of a kind must be given where it is first asked for.
 */
export class InformerSet {
  readonly #deps: InformerDeps;
  readonly #informers = new Map<unknown, Runnable>();

  constructor(deps: InformerDeps) {
    this.#deps = deps;
  }

  /** The set's informer for `kind`, made at the first call. */
  of<F extends Fields>(
    kind: KindSchema<F>,
    options: InformerOptions<TypeOf<KindSchema<F>>> = {},
  ): Informer<TypeOf<KindSchema<F>>> {
    const existing = this.#informers.get(kind);
    if (existing !== undefined) return decodeInformer(existing);
    const informer = createInformer(this.#deps, kind, options);
    this.#informers.set(kind, informer);
    return informer;
  }

  /** Runs all informers until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.run(signal)));
  }

  /** Resolves when every informer has its first complete state. */
  async synced(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.synced(signal)));
  }
}
