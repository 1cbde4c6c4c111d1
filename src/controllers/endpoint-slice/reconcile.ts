/** Keeps the EndpointSlices of every Service that has a selector. */

import { hasReason, type Live, type ObjectKey } from "#api";
import { type Pod, pod, type Service, service } from "#api/core/v1";
import { type EndpointSlice, endpointSlice } from "#api/discovery/v1";
import { formatKey, type Informer, keyOfObject, type Outcome, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { Expectations } from "../expectations.ts";
import { isBeingDeleted } from "../pod-facts.ts";
import type { EndpointSliceMetrics } from "../metrics.ts";
import {
  endpointsOf,
  feedServices,
  selectorOfService,
  type ServiceEndpoint,
} from "../service-endpoints.ts";
import {
  managedByLabel,
  managedByUs,
  planSlices,
  serviceNameLabel,
  type SlicePlan,
} from "./plan.ts";

interface SliceSources {
  readonly services: Informer<Service>;
  readonly pods: Informer<Pod>;
  readonly slices: Informer<EndpointSlice>;
  readonly expectations: Expectations;
}

const serviceIndex = "service";

export function endpointSliceController(deps: ControllerDeps): Controller {
  const sources: SliceSources = {
    services: deps.informers.of(service),
    pods: deps.informers.of(pod),
    slices: deps.informers.of(endpointSlice, {
      indexes: { [serviceIndex]: (slice) => serviceKeyText(slice) },
    }),
    expectations: new Expectations(),
  };
  deps.metrics.endpointSlices.show(() => {
    const slices = sources.slices.cache.list().filter(isOurs);
    const endpoints = slices.reduce((sum, slice) => sum + (slice.endpoints ?? []).length, 0);
    return { slices: slices.length, endpoints };
  });
  return keyedController(deps, {
    name: "endpoint-slice-controller",
    queue: "endpoint_slice",
    feed: (add) => [
      ...feedServices(sources.services, sources.pods, add),
      sources.slices.onChange(({ before, after }) => {
        const slice = after ?? before;
        const name = slice?.metadata.labels?.[serviceNameLabel];
        if (slice === undefined || name === undefined) return;
        sources.expectations.observe(slice.metadata.uid, after === undefined);
        add({ namespace: slice.metadata.namespace ?? "", name });
      }),
    ],
    reconcile: async (context, key, signal) => {
      const { syncs } = context.metrics.endpointSlices;
      let result = "error";
      try {
        const outcome = await reconcileSlices(context, sources, key, signal);
        result = "success";
        return outcome;
      } finally {
        syncs.with(result).add();
      }
    },
  });
}

function serviceKeyText({ metadata }: Live<EndpointSlice>): readonly string[] {
  const name = metadata.labels?.[serviceNameLabel];
  if (name === undefined || !isOurs({ metadata })) return [];
  return [formatKey({ namespace: metadata.namespace ?? "", name })];
}

function isOurs({ metadata }: Pick<Live<EndpointSlice>, "metadata">): boolean {
  return metadata.labels?.[managedByLabel] === managedByUs;
}

async function reconcileSlices(
  context: ReconcileContext,
  sources: SliceSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const found = sources.services.cache.find(key);
  // A deleted Service takes its slices along, through the garbage collector.
  if (found === undefined || isBeingDeleted(found)) return settled;
  if (selectorOfService(found) === undefined) return settled;
  const keyText = formatKey(key);
  if (!sources.expectations.areMet(keyText, context.clock.nowMs())) return settled;

  const pods = sources.pods.cache.list(key.namespace);
  const present = sources.slices.cache.byIndex(serviceIndex, keyText);
  for (const family of familiesOf(found)) {
    const endpoints = endpointsOf(found, pods, family);
    const ofFamily = present.filter(({ addressType }) => addressType === family);
    const plan = planSlices(found, family, endpoints, ofFamily);
    observePlan(context.metrics.endpointSlices, { plan, endpoints, present: ofFamily });
    await applyPlan(context, sources, { keyText, plan }, signal);
  }
  return settled;
}

function observePlan(
  metrics: EndpointSliceMetrics,
  seen: {
    readonly plan: SlicePlan;
    readonly endpoints: readonly ServiceEndpoint[];
    readonly present: readonly Live<EndpointSlice>[];
  },
): void {
  const { create, update, remove } = seen.plan;
  const wanted = new Set(seen.endpoints.map(({ address }) => address));
  const known = new Set(
    seen.present.flatMap(({ endpoints = [] }) => endpoints.flatMap(({ addresses }) => addresses)),
  );
  metrics.added.observe(countBeyond(wanted, known));
  metrics.removed.observe(countBeyond(known, wanted));
  metrics.changedSlices.observe(create.length + update.length + remove.length);
  for (const [operation, changes] of Object.entries({ create, update, delete: remove })) {
    if (changes.length > 0) metrics.changes.with(operation).add(changes.length);
  }
}

/** How many of `some` are not among `others`. */
function countBeyond(some: ReadonlySet<string>, others: ReadonlySet<string>): number {
  return [...some].filter((one) => !others.has(one)).length;
}

function familiesOf({ spec }: Live<Service>): readonly ("IPv4" | "IPv6")[] {
  const families = spec.ipFamilies ?? ["IPv4"];
  return families.map((family) => (family === "IPv6" ? "IPv6" : "IPv4"));
}

async function applyPlan(
  context: ReconcileContext,
  { slices, expectations }: SliceSources,
  work: { readonly keyText: string; readonly plan: ReturnType<typeof planSlices> },
  signal: AbortSignal,
): Promise<void> {
  const resource = context.client.of(endpointSlice);
  for (const wanted of work.plan.create) {
    const created = await resource.create(wanted, {}, signal);
    const isVisible = slices.cache.find(keyOfObject(created)) !== undefined;
    const nowMs = context.clock.nowMs();
    expectations.expectCreation(work.keyText, created.metadata.uid, isVisible, nowMs);
  }
  for (const wanted of work.plan.update) await resource.update(wanted, {}, signal);
  for (const slice of work.plan.remove) {
    // What went meanwhile is not seen going any more.
    const { uid } = slice.metadata;
    const isThere = slices.cache.find(keyOfObject(slice))?.metadata.uid === uid;
    if (isThere) expectations.expectDeletion(work.keyText, uid, context.clock.nowMs());
    try {
      await resource.delete(keyOfObject(slice), { preconditions: { uid } }, signal);
    } catch (error) {
      // Gone already is what was wanted.
      if (hasReason(error, "NotFound")) continue;
      expectations.observe(uid, true);
      throw error;
    }
  }
}
