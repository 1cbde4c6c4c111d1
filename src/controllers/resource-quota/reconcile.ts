/**
 * Counts what namespaces with quotas use. The API server books what it lets in; this controller books
 * out what goes, and counts everything anew every five minutes, as upstream's does.
 */

import {
  asJsonObject,
  asObjectOf,
  type JsonObject,
  kindCounts,
  type Live,
  type ObjectKey,
  servedKinds,
} from "#api";
import {
  persistentVolumeClaim,
  pod,
  type ResourceQuota,
  resourceQuota,
  service,
} from "#api/core/v1";
import { type Informer, keyOfObject, type Outcome, revisitAfter, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { canonicalText } from "../pod-template.ts";
import { freesRoom, statusOfQuota } from "./usage.ts";

const recountMs = 5 * 60_000;

/** Those whose use can change while they are there. */
const changingKinds = [pod, service, persistentVolumeClaim] as const;

const countedKinds = servedKinds.filter(
  ({ resource, kind }) =>
    resource.namespaced &&
    resource.verbs.includes("watch") &&
    resource.verbs.includes("create") &&
    kind !== "Event",
);

interface Sources {
  readonly quotas: Informer<ResourceQuota>;
  readonly counted: readonly CountedKind[];
}

type CountedKind = ReturnType<typeof countedKind>;

export function resourceQuotaController(deps: ControllerDeps): Controller {
  const quotas = deps.informers.of(resourceQuota);
  const counted = countedKinds.map((kind) => countedKind(deps, kind));
  const sources: Sources = { quotas, counted };
  return keyedController(deps, {
    name: "resourcequota-controller",
    queue: "resourcequota_primary",
    workerCount: 5,
    feed: (add) => [
      quotas.onChange(({ before, after }) => {
        if (after === undefined) return;
        if (before === undefined || !isInEffect(after)) add(keyOfObject(after));
      }),
      ...counted.map(({ kind, informer }) =>
        informer.onChange(({ before, after }) => {
          if (before === undefined) return;
          const concerned = quotas.cache.list(namespaceOf(before));
          if (concerned.length === 0) return;
          const isChanging = changingKinds.some((changing) => changing === kind);
          if (after !== undefined && !isChanging) return;
          const is = after === undefined ? undefined : asJsonObject(after);
          if (!freesRoom(kind, asJsonObject(before), is, deps.clock.nowMs())) return;
          for (const quota of concerned) add(keyOfObject(quota));
        }),
      ),
    ],
    reconcile: (context, key, signal) => recount(context, sources, key, signal),
  });
}

function countedKind({ informers }: ControllerDeps, kind: (typeof countedKinds)[number]) {
  return { kind, names: kindCounts(kind), informer: informers.of(kind) };
}

/** Metadata is the same in every kind. */
function namespaceOf(object: object): string {
  return asObjectOf(resourceQuota, asJsonObject(object)).metadata?.namespace ?? "";
}

/** Whether the bounds that admission goes by are those that are wanted. */
function isInEffect({ spec, status }: Live<ResourceQuota>): boolean {
  return canonicalText(spec.hard ?? {}) === canonicalText(status.hard ?? {});
}

async function recount(
  { client, clock }: ReconcileContext,
  { quotas, counted }: Sources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const quota = quotas.cache.find(key);
  if (quota === undefined) return settled;
  const bounded = Object.keys(quota.spec.hard ?? {});
  const objects = counted
    .filter((one) => concerns(one, bounded))
    .map(({ kind, informer }) => ({ kind, objects: objectsIn(informer, key.namespace) }));
  const status = statusOfQuota(quota, objects, clock.nowMs());
  if (canonicalText(status) !== canonicalText(quota.status)) {
    await client.of(resourceQuota).updateStatus({ ...quota, status }, {}, signal);
  }
  return revisitAfter(recountMs);
}

function objectsIn(informer: CountedKind["informer"], namespace: string): readonly JsonObject[] {
  return informer.cache.list(namespace).map(asJsonObject);
}

/** Pods, services and claims use more than their number. */
function concerns({ kind, names }: CountedKind, bounded: readonly string[]): boolean {
  return changingKinds.some((one) => one === kind) || names.some((name) => bounded.includes(name));
}
