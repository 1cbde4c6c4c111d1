/** Gives every node its share of the pod range. */

import { type Node, node } from "#api/core/v1";
import { keyOfObject, settled } from "#client";
import { type Controller, type ControllerDeps, keyedController } from "../controller.ts";
import { type PodRange, planPodCidr } from "./plan.ts";
import type { Live } from "#api";

export function nodeIpamController(deps: ControllerDeps, range: PodRange): Controller {
  const nodes = deps.informers.of(node);
  /** Shares given out that the cache does not show yet, by node name. */
  const given = new Map<string, string>();
  return keyedController(deps, {
    name: "node-ipam-controller",
    queue: "cidrallocator_node",
    // One at a time, so that no share is given twice.
    workerCount: 1,
    feed: (add) => [
      nodes.onChange(({ before, after }) => {
        if (after === undefined) given.delete(before?.metadata.name ?? "");
        else if (after.spec.podCIDR === undefined) add(keyOfObject(after));
        else given.delete(after.metadata.name);
      }),
    ],
    async reconcile({ client, recorder }, key, signal) {
      const found = nodes.cache.find(key);
      if (found === undefined || found.spec.podCIDR !== undefined) return settled;
      const taken = new Set([...given.values(), ...nodes.cache.list().flatMap(sharesOf)]);
      const podCIDR = given.get(key.name) ?? planPodCidr(range, taken);
      if (podCIDR === undefined) {
        const message = `Node ${key.name} status is now: CIDRNotAvailable`;
        const subject = { apiVersion: "v1", kind: "Node", metadata: found.metadata };
        recorder.record(subject, { type: "Warning", reason: "CIDRNotAvailable", message });
        return settled;
      }
      given.set(key.name, podCIDR);
      const body = { spec: { podCIDR, podCIDRs: [podCIDR] } };
      await client.of(node).patch(key, { type: "merge", body }, {}, signal);
      return settled;
    },
  });
}

function sharesOf({ spec }: Live<Node>): readonly string[] {
  return spec.podCIDR === undefined ? [] : [spec.podCIDR];
}
