/** Keeps the Endpoints object of every Service that has a selector. */

import { hasReason, type ObjectKey } from "#api";
import { type Endpoints, endpoints, type Pod, pod, type Service, service } from "#api/core/v1";
import { type Informer, keyOfObject, type Outcome, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { canonicalText } from "../pod-template.ts";
import { isBeingDeleted } from "../pod-facts.ts";
import { endpointsOf, feedServices, selectorOfService } from "../service-endpoints.ts";
import { planSubsets } from "./plan.ts";

interface EndpointsSources {
  readonly services: Informer<Service>;
  readonly pods: Informer<Pod>;
  readonly endpoints: Informer<Endpoints>;
}

const managedByLabel = "endpoints.kubernetes.io/managed-by";
const headlessLabel = "service.kubernetes.io/headless";

export function endpointsController(deps: ControllerDeps): Controller {
  const sources: EndpointsSources = {
    services: deps.informers.of(service),
    pods: deps.informers.of(pod),
    endpoints: deps.informers.of(endpoints),
  };
  return keyedController(deps, {
    name: "endpoint-controller",
    queue: "endpoint",
    feed: (add) => [
      ...feedServices(sources.services, sources.pods, add),
      sources.endpoints.onChange(({ before, after }) => {
        const object = after ?? before;
        if (object !== undefined) add(keyOfObject(object));
      }),
    ],
    reconcile: (context, key, signal) => reconcileEndpoints(context, sources, key, signal),
  });
}

async function reconcileEndpoints(
  context: ReconcileContext,
  sources: EndpointsSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const found = sources.services.cache.find(key);
  if (found === undefined) return removeOurs(context, sources, key, signal);
  if (isBeingDeleted(found) || selectorOfService(found) === undefined) return settled;

  const family = found.spec.ipFamilies?.[0] === "IPv6" ? "IPv6" : "IPv4";
  const pods = sources.pods.cache.list(key.namespace);
  const subsets = planSubsets(endpointsOf(found, pods, family));
  const present = sources.endpoints.cache.find(key);
  const labels = {
    ...found.metadata.labels,
    ...(found.spec.clusterIP === "None" ? { [headlessLabel]: "" } : {}),
    [managedByLabel]: "endpoint-controller",
  };
  const resource = context.client.of(endpoints);
  if (present === undefined) {
    await resource.create({ metadata: { ...key, labels }, subsets }, {}, signal);
    return settled;
  }
  const isSame =
    canonicalText([present.metadata.labels, present.subsets ?? []]) ===
    canonicalText([labels, subsets]);
  if (isSame) return settled;
  const wanted = { ...present, metadata: { ...present.metadata, labels }, subsets };
  await resource.update(wanted, {}, signal);
  return settled;
}

/** Endpoints that we made go with their Service; those that a person made stay. */
async function removeOurs(
  context: ReconcileContext,
  sources: EndpointsSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const present = sources.endpoints.cache.find(key);
  if (present?.metadata.labels?.[managedByLabel] === undefined) return settled;
  try {
    await context.client.of(endpoints).delete(key, {}, signal);
  } catch (error) {
    // Gone already is what was wanted.
    if (!hasReason(error, "NotFound")) throw error;
  }
  return settled;
}
