/** What agents of group nodes would do: a node that was made is ready when its start is over. */

import { formatTime, hasReason, type Live, parseDuration } from "#api";
import { type Node, node as nodeKind } from "#api/core/v1";
import type { Clock } from "#base";
import { type Client, type Informer, keyOfObject } from "#client";
import { groupLabel, startupAnnotation } from "#nodegroups";

export interface NodeDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly nodes: Informer<Node>;
  readonly signal: AbortSignal;
}

export class ModelledNodes implements Disposable {
  readonly #deps: NodeDeps;
  readonly #feed: Disposable;
  /** By uid: those that start. */
  readonly #timers = new Map<string, Disposable>();
  readonly #writes = new Set<Promise<void>>();

  /** Follows the nodes from now on, until disposed of. */
  constructor(deps: NodeDeps) {
    this.#deps = deps;
    this.#feed = deps.nodes.onChange(({ before, after }) => {
      if (after !== undefined) this.#follow(after);
      else if (before !== undefined) this.#forget(before.metadata.uid);
    });
  }

  [Symbol.dispose](): void {
    this.#feed[Symbol.dispose]();
    for (const timer of this.#timers.values()) timer[Symbol.dispose]();
    this.#timers.clear();
  }

  /** Resolves once nothing is being written any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#writes);
  }

  #forget(uid: string): void {
    this.#timers.get(uid)?.[Symbol.dispose]();
    this.#timers.delete(uid);
  }

  #follow(node: Live<Node>): void {
    const { uid, labels = {}, annotations = {} } = node.metadata;
    if (labels[groupLabel] === undefined || this.#timers.has(uid)) return;
    const startupMs = parseDuration(annotations[startupAnnotation] ?? "0s");
    const timer = this.#deps.clock.schedule(startupMs, () => {
      const write = this.#start(node).finally(() => this.#writes.delete(write));
      this.#writes.add(write);
    });
    this.#timers.set(uid, timer);
  }

  async #start(node: Live<Node>): Promise<void> {
    const { client, clock, signal } = this.#deps;
    const resource = client.of(nodeKind);
    const key = keyOfObject(node);
    const lastTransitionTime = formatTime(clock.nowMs());
    const ready = { type: "Ready", status: "True", lastTransitionTime };
    const taints = (node.spec.taints ?? []).filter(
      (taint) => !taint.key.startsWith("node.kubernetes.io/"),
    );
    const spec = { spec: { taints: structuredClone(taints) } };
    try {
      const status = { status: { conditions: [ready] } };
      await resource.patchStatus(key, { type: "strategic", body: status }, {}, signal);
      await resource.patch(key, { type: "merge", body: spec }, {}, signal);
    } catch (error) {
      // Given back before it was there; and at the end of a run nothing needs to be written.
      if (!signal.aborted && !hasReason(error, "NotFound")) throw error;
    }
  }
}
