/** Nodes of groups: each runs from the moment its object is there until it is gone. */
import type { Live } from "#api";
import type { Node } from "#api/core/v1";
import type { Logger } from "#base";
import type { Informer } from "#client";
import { groupLabel } from "#nodegroups";
import { runParts, type RunningPart } from "../run-parts.ts";

export interface GroupNodesDeps {
  readonly nodes: Informer<Node>;
  /** What makes a node of an object. */
  readonly partsOf: (node: Live<Node>) => readonly RunningPart[];
  readonly log: Logger;
}

interface RunningNode {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** Runs all nodes of groups until aborted; throws when one of them fails. */
export async function followGroupNodes(
  { nodes, partsOf, log }: GroupNodesDeps,
  signal: AbortSignal,
): Promise<void> {
  const running = new Map<string, RunningNode>();
  const failed = Promise.withResolvers<never>();
  const start = (node: Live<Node>) => {
    log.info("node joins", { node: node.metadata.name });
    const stop = new AbortController();
    const ended = runParts(partsOf(node), stop.signal).catch(failed.reject);
    running.set(node.metadata.uid, { stop, ended });
  };
  using _feed = nodes.onChange(({ before, after }) => {
    const gone = before !== undefined && before.metadata.uid !== after?.metadata.uid;
    if (gone) {
      running.get(before.metadata.uid)?.stop.abort();
      running.delete(before.metadata.uid);
    }
    if (after === undefined || running.has(after.metadata.uid)) return;
    if (after.metadata.labels?.[groupLabel] !== undefined) start(after);
  });
  try {
    await Promise.race([failed.promise, aborted(signal)]);
  } finally {
    for (const { stop } of running.values()) stop.abort();
    await Promise.all([...running.values()].map(({ ended }) => ended));
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
