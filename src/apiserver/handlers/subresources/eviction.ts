/** `pods/{name}/eviction`: a deletion that disruption budgets may put off. */

import {
  asJsonObject,
  compileLabelSelector,
  formatTime,
  type JsonObject,
  matchesLabels,
  StatusError,
} from "#api";
import { type Pod, pod } from "#api/core/v1";
import { eviction, type PodDisruptionBudget, podDisruptionBudget } from "#api/policy/v1";
import { validateAll } from "../../admission.ts";
import { decodedAs } from "../../objects/decode-stored.ts";
import { metadataOf } from "../../objects/metadata.ts";
import { updateStored } from "../../objects/object-writer.ts";
import type { StoredObject } from "../../objects/stored-object.ts";
import { decodeBody } from "../../request/body.ts";
import type { Handler, RequestContext, ServerParts } from "../../request/request-context.ts";
import { deletionOptionsOf, parseWriteOptions } from "../../request/write-options.ts";
import { admissionRequest } from "../admission-request.ts";
import { deleteAdmitted } from "../delete.ts";
import {
  type BudgetVerdict,
  judgeDisruption,
  needsNoBudget,
  spendDisruption,
} from "./disruption.ts";
import { writeTo } from "../write-place.ts";
import { answerSuccess } from "./success.ts";

export const evictPod: Handler = async (parts, context) => {
  const { request, target, signal } = context;
  const options = parseWriteOptions(target.query, "CreateOptions");
  const { object } = await decodeBody(request, eviction, options.fieldValidation, "any");
  const asked = { operation: "CREATE", key: target, oldObject: undefined, kind: eviction } as const;
  const { dryRun } = options;
  await validateAll(
    parts.admission,
    admissionRequest(context, { ...asked, object, dryRun }),
    signal,
  );

  const current = await parts.reader.get(context.resource, target);
  const found = decodedAs(pod, current.value);
  if (!needsNoBudget(found)) await spendBudget(parts, context, found, dryRun);

  const wished = decodedAs(eviction, object).deleteOptions ?? {};
  const deletion = deletionOptionsOf(wished);
  const uid = deletion.uid ?? metadataOf(current.value).uid;
  if (dryRun === "none") await markDisrupted(parts, current);
  const dry = dryRun === "all" ? dryRun : deletion.dryRun;
  await deleteAdmitted(parts, context, target, { ...deletion, uid, dryRun: dry });
  return answerSuccess(201);
};

async function spendBudget(
  parts: ServerParts,
  { target }: RequestContext,
  found: Pod,
  dryRun: "all" | "none",
): Promise<void> {
  const budgets = await budgetsOf(parts, target.namespace, found);
  if (budgets.length > 1) {
    throw new StatusError(
      "InternalError",
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    );
  }
  const [budget] = budgets;
  if (budget === undefined) return;
  const { clock, catalog } = parts;
  const resource = catalog.get(podDisruptionBudget);
  const write = writeTo(parts, { resource, key: budget.key, dryRun });
  await updateStored(write, async (current) => {
    const object = decodedAs(podDisruptionBudget, current.value);
    const verdict = judgeDisruption(object, found);
    if (verdict.kind === "refused") throw refusal(object, verdict);
    if (verdict.kind === "free") return { kind: "leave" };
    const spent = spendDisruption(object, found.metadata?.name ?? "", clock.nowMs());
    return { kind: "put", object: asJsonObject(spent) };
  });
}

async function budgetsOf(
  { reader, catalog }: ServerParts,
  namespace: string,
  found: Pod,
): Promise<readonly StoredObject[]> {
  const resource = catalog.get(podDisruptionBudget);
  const everything = { resource, namespace, startAfter: "", limit: 0, revision: undefined };
  const { objects } = await reader.range(everything);
  return objects.filter(({ value }) => {
    const { selector } = decodedAs(podDisruptionBudget, value).spec ?? {};
    return matchesLabels(compileLabelSelector(selector), found.metadata?.labels);
  });
}

/** Tells the pod's owner that it did not fail but was moved. */
async function markDisrupted(parts: ServerParts, { resource, key }: StoredObject): Promise<void> {
  const nowMs = parts.clock.nowMs();
  await updateStored(writeTo(parts, { resource, key, dryRun: "none" }), async ({ value }) => ({
    kind: "put",
    object: withDisruption(value, nowMs),
  }));
}

function withDisruption(value: JsonObject, nowMs: number): JsonObject {
  const object = decodedAs(pod, value);
  const others = (object.status?.conditions ?? []).filter(
    ({ type }) => type !== "DisruptionTarget",
  );
  const condition = {
    type: "DisruptionTarget",
    status: "True",
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
    lastTransitionTime: formatTime(nowMs),
  };
  const status = { ...object.status, conditions: [...others, condition] };
  return asJsonObject({ ...object, status });
}

function refusal(
  budget: PodDisruptionBudget,
  { message, retryAfterSeconds }: Extract<BudgetVerdict, { kind: "refused" }>,
): StatusError {
  const name = budget.metadata?.name ?? "";
  return new StatusError(
    "TooManyRequests",
    "Cannot evict pod as it would violate the pod's disruption budget.",
    {
      details: {
        name,
        causes: [{ reason: "DisruptionBudget", message }],
        ...(retryAfterSeconds === 0 ? {} : { retryAfterSeconds }),
      },
    },
  );
}
