import type { Fields, KindSchema, TypeOf } from "#api";
import type { Informer, InformerOptions } from "./client.ts";
import { decodeInformer } from "./decode.ts";
import { createInformer, type InformerDeps, type IndexableInformer } from "./informer.ts";

interface Runnable {
  run(signal: AbortSignal): Promise<void>;
  synced(signal: AbortSignal): Promise<void>;
}

/** One informer per kind for everybody in a process, whenever they ask for it. */
export class InformerSet {
  readonly #deps: InformerDeps;
  readonly #informers = new Map<unknown, Runnable>();
  /** Set while the set runs: starts an informer that was asked for only now. */
  #start: ((informer: Runnable) => void) | undefined;

  constructor(deps: InformerDeps) {
    this.#deps = deps;
  }

  /** The set's informer for `kind`, made at the first call; later calls may add indexes. */
  of<F extends Fields>(
    kind: KindSchema<F>,
    options: InformerOptions<TypeOf<KindSchema<F>>> = {},
  ): Informer<TypeOf<KindSchema<F>>> {
    const existing = this.#informers.get(kind);
    if (existing !== undefined) {
      const informer = decodeInformer<IndexableInformer<TypeOf<KindSchema<F>>>>(existing);
      informer.addIndexes(options.indexes ?? {});
      return informer;
    }
    const informer = createInformer(this.#deps, kind, options);
    this.#informers.set(kind, informer);
    this.#start?.(informer);
    return informer;
  }

  /** Runs all informers, also those that are asked for later, until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const runs: Promise<void>[] = [];
    const ended = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => ended.resolve(), { once: true });
    if (signal.aborted) ended.resolve();
    this.#start = (informer) => {
      const run = informer.run(signal);
      run.catch(ended.reject);
      runs.push(run);
    };
    for (const informer of this.#informers.values()) this.#start(informer);
    try {
      await ended.promise;
    } finally {
      this.#start = undefined;
    }
    await Promise.all(runs);
  }

  /** Resolves when every informer has its first complete state. */
  async synced(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.synced(signal)));
  }
}
