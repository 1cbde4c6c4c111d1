/** Keeps the autoscaler of a ScaledObject. */

import { asJsonObject, hasReason, type Live, StatusError, type StatusReason } from "#api";
import {
  type HorizontalPodAutoscaler,
  horizontalPodAutoscaler as autoscalerKind,
} from "#api/autoscaling/v2";
import type { GroupVersionKindResource } from "#api/keda/v1alpha1";
import { findControllerUid } from "#client";
import { autoscalerStep, CheckError } from "./check.ts";
import { covers } from "./covers.ts";
import type { Pass } from "./pass.ts";
import { autoscalerName, plannedAutoscaler } from "./planned-autoscaler.ts";
import type { Trigger } from "./trigger.ts";

/**
 * Makes the autoscaler, or makes it as it is to be; gives the one that was there. Throws a `CheckError`
 * when it cannot be made.
 */
export async function ensureAutoscaler(
  pass: Pass,
  { group, version, kind }: GroupVersionKindResource,
  triggers: readonly Trigger[],
): Promise<Live<HorizontalPodAutoscaler> | undefined> {
  const { context, parts, scaledObject, namespace, steering, signal } = pass;
  const autoscalers = context.client.of(autoscalerKind);
  const apiVersion = group === "" ? version : `${group}/${version}`;
  const target = { apiVersion, kind };
  const wanted = plannedAutoscaler({ scaledObject, target, triggers, steering });
  const name = autoscalerName(scaledObject);
  const former = scaledObject.status?.hpaName ?? name;
  if (former !== name) await deleteAutoscaler(pass, former);
  const found = parts.autoscalers.cache.find({ namespace, name });
  try {
    if (found === undefined) {
      await autoscalers.create(wanted, {}, signal);
    } else if (!isAsWanted(found, wanted)) {
      const { resourceVersion } = found.metadata;
      const metadata = { ...wanted.metadata, resourceVersion };
      await autoscalers.update({ ...wanted, metadata }, {}, signal);
    }
  } catch (error) {
    // What cannot be is the object's mistake; conflicts are tried again.
    const isRefusal = error instanceof StatusError && !again.has(error.reason);
    if (!isRefusal) throw error;
    throw new CheckError(autoscalerStep, error.message);
  }
  return found;
}

/** The cache was behind: the next pass knows better. */
const again: ReadonlySet<StatusReason> = new Set(["Conflict", "AlreadyExists"]);

function isAsWanted(
  found: Live<HorizontalPodAutoscaler>,
  wanted: HorizontalPodAutoscaler,
): boolean {
  const { labels = {}, annotations = {} } = wanted.metadata ?? {};
  const isRuled = (one: { readonly spec: HorizontalPodAutoscaler["spec"] }) =>
    one.spec?.behavior !== undefined;
  return (
    isRuled(found) === isRuled(wanted) &&
    covers(asJsonObject(found.spec), asJsonObject(wanted.spec ?? {})) &&
    covers({ ...found.metadata.labels }, { ...labels }) &&
    covers({ ...found.metadata.annotations }, { ...annotations })
  );
}

/** Only when it is the object's own. */
export async function deleteAutoscaler(
  { context, parts, scaledObject, namespace, signal }: Pass,
  name: string,
): Promise<void> {
  const key = { namespace, name };
  const found = parts.autoscalers.cache.find(key);
  if (found === undefined || findControllerUid(found) !== scaledObject.metadata.uid) return;
  try {
    await context.client.of(autoscalerKind).delete(key, {}, signal);
  } catch (error) {
    // Somebody else has removed it first.
    if (!hasReason(error, "NotFound")) throw error;
  }
}
