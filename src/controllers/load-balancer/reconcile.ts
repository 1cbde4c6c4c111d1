/** Gives Services of type LoadBalancer the addresses of the nodes. */

import type { Live, ObjectKey } from "#api";
import { type Node, node, type Service, service } from "#api/core/v1";
import { type Informer, keyOfObject, type Outcome, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { hasAddresses, isOurs, planBalancer } from "./plan.ts";

interface BalancerSources {
  readonly services: Informer<Service>;
  readonly nodes: Informer<Node>;
}

export function loadBalancerController(deps: ControllerDeps): Controller {
  const sources = { services: deps.informers.of(service), nodes: deps.informers.of(node) };
  return keyedController(deps, {
    name: "load-balancer-controller",
    queue: "service",
    feed: (add) => {
      const addAll = () => {
        for (const found of sources.services.cache.list()) {
          if (isOurs(found)) add(keyOfObject(found));
        }
      };
      return [
        sources.services.onChange(({ before, after }) => {
          if (after !== undefined) add(keyOfObject(after));
          // A port that one service lets go is free for another that waits for it.
          if (before !== undefined && isOurs(before)) addAll();
        }),
        sources.nodes.onChange(({ before, after }) => {
          if (facesOf(before) !== facesOf(after)) addAll();
        }),
      ];
    },
    reconcile: (context, key, signal) => reconcileBalancer(context, sources, key, signal),
  });
}

/** What of a node counts here: its heartbeats change it every few seconds and mean nothing. */
function facesOf(found: Live<Node> | undefined): string {
  const { addresses, conditions } = found?.status ?? {};
  const ready = conditions?.find(({ type }) => type === "Ready")?.status;
  return JSON.stringify([addresses, ready, found?.metadata.labels]);
}

async function reconcileBalancer(
  { client }: ReconcileContext,
  { services, nodes }: BalancerSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const found = services.cache.find(key);
  if (found === undefined) return settled;
  const wanted = planBalancer(found, services.cache.list(), nodes.cache.list());
  if (wanted === undefined || hasAddresses(found, wanted)) return settled;
  const ingress = wanted.length === 0 ? null : wanted.map((address) => ({ ...address }));
  const patch = { type: "merge", body: { status: { loadBalancer: { ingress } } } } as const;
  await client.of(service).patchStatus(key, patch, {}, signal);
  return settled;
}
