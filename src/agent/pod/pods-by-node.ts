/** One watch of all pods, shared out to many nodes in one process. */

import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import type { Informer, ObjectChange } from "#client";

/** The index that the informer must have; see `nodeNameIndex`. */
const indexName = "nodeName";

/** To be given to the informer of pods that `PodsByNode` stands on. */
export const nodeNameIndex = {
  [indexName]: ({ spec }: Live<Pod>): readonly string[] =>
    spec.nodeName === undefined || spec.nodeName === "" ? [] : [spec.nodeName],
};

export type PodSelection = Pick<Informer<Pod>, "onChange" | "synced" | "cache">;

type ChangeHandler = (change: ObjectChange<Pod>) => void;

/** A change costs the same however many nodes there are: only the pod's own node hears of it. */
export class PodsByNode implements Disposable {
  readonly #pods: PodSelection;
  readonly #handlers = new Map<string, Set<ChangeHandler>>();
  readonly #following: Disposable;

  /** @param pods an informer made with `nodeNameIndex` among its indexes */
  constructor(pods: PodSelection) {
    this.#pods = pods;
    this.#following = pods.onChange((change) => this.#dispatch(change));
  }

  [Symbol.dispose](): void {
    this.#following[Symbol.dispose]();
  }

  /** The pods of one node, as an informer that follows only these would show them. */
  of(nodeName: string): PodSelection {
    const pods = this.#pods;
    const list = () => pods.cache.byIndex(indexName, nodeName);
    return {
      synced: (signal) => pods.synced(signal),
      onChange: (handler) => this.#listen(nodeName, handler),
      cache: {
        find(key) {
          const found = pods.cache.find(key);
          return found?.spec.nodeName === nodeName ? found : undefined;
        },
        list: (namespace) =>
          list().filter(
            ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
          ),
        byIndex: (name, value) =>
          pods.cache.byIndex(name, value).filter(({ spec }) => spec.nodeName === nodeName),
        get size() {
          return list().length;
        },
      },
    };
  }

  #listen(nodeName: string, handler: ChangeHandler): Disposable {
    const handlers = this.#handlers.get(nodeName) ?? new Set();
    handlers.add(handler);
    this.#handlers.set(nodeName, handlers);
    return { [Symbol.dispose]: () => handlers.delete(handler) };
  }

  #dispatch(change: ObjectChange<Pod>): void {
    // A pod never moves: once bound, it has its node for good.
    const nodeName = (change.after ?? change.before)?.spec.nodeName ?? "";
    for (const handler of this.#handlers.get(nodeName) ?? []) handler(change);
  }
}
