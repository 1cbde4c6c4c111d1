/** Makes pods leave nodes whose `NoExecute` taints they do not tolerate (any longer). */

import { hasReason } from "#api";
import { node, pod } from "#api/core/v1";
import { keyOfObject, revisitAfter, settled } from "#client";
import { type Controller, type ControllerDeps, keyedController } from "../controller.ts";
import { nodeIndex } from "../pod-feed.ts";
import { planEviction } from "./plan.ts";

export function taintEvictionController(deps: ControllerDeps): Controller {
  const nodes = deps.informers.of(node);
  const pods = deps.informers.of(pod);
  return keyedController(deps, {
    name: "taint-eviction-controller",
    queue: "noexec_taint_node",
    feed: (add) => [
      nodes.onChange(({ before, after }) => {
        if (after === undefined) return;
        if (JSON.stringify(before?.spec.taints) === JSON.stringify(after.spec.taints)) return;
        for (const found of pods.cache.byIndex(nodeIndex, after.metadata.name)) {
          add(keyOfObject(found));
        }
      }),
      pods.onChange(({ before, after }) => {
        const isPlaced = (after?.spec.nodeName ?? "") !== "";
        const isNews = before?.spec !== after?.spec;
        if (after !== undefined && isPlaced && isNews) add(keyOfObject(after));
      }),
    ],
    async reconcile({ client, clock, recorder, metrics }, key, signal) {
      const found = pods.cache.find(key);
      if (found === undefined || found.metadata.deletionTimestamp !== undefined) return settled;
      const home = nodes.cache.find({ namespace: "", name: found.spec.nodeName ?? "" });
      const taints = home?.spec.taints ?? [];
      const waitMs = planEviction(taints, found.spec.tolerations ?? [], clock.nowMs());
      if (waitMs === undefined) return settled;
      if (waitMs > 0) return revisitAfter(waitMs);
      const subject = { apiVersion: "v1", kind: "Pod", metadata: found.metadata };
      recorder.record(subject, {
        type: "Normal",
        reason: "TaintManagerEviction",
        message: `Marking for deletion Pod ${key.namespace}/${key.name}`,
      });
      try {
        const preconditions = { uid: found.metadata.uid };
        await client.of(pod).delete(key, { preconditions }, signal);
        metrics.taintEvictions.add();
      } catch (error) {
        // Gone already is what was wanted.
        if (!hasReason(error, "NotFound") && !hasReason(error, "Conflict")) throw error;
      }
      return settled;
    },
  });
}
