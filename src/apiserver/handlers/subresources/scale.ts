/** `…/scale`: how many replicas a workload is to have and has, in the same form for all of them. */

import {
  asJsonObject,
  compileLabelSelector,
  formatLabelSelector,
  type JsonObject,
  labelSelectorOf,
  objectAt,
  valueAt,
  withValueAt,
} from "#api";
import { scale } from "#api/autoscaling/v1";
import { decodedSelector, decodedLabels } from "../../objects/decode-stored.ts";
import { metadataOf } from "../../objects/metadata.ts";
import { decodeBody } from "../../request/body.ts";
import type { Handler, RequestContext, ServerParts } from "../../request/request-context.ts";
import { parseWriteOptions, type WriteOptions } from "../../request/write-options.ts";
import type { ValueAnswer } from "../../respond/answer.ts";
import { patcherOf, readPatch } from "../patch.ts";
import { checkName, updateAdmitted } from "../update.ts";

export const getScale: Handler = async ({ reader }, { resource, target }) =>
  answerScale((await reader.get(resource, target)).value);

export const updateScale: Handler = async (parts, context) => {
  const { request, target } = context;
  const options = parseWriteOptions(target.query, "UpdateOptions");
  const { object, warnings } = await decodeBody(request, scale, options.fieldValidation);
  for (const warning of warnings) context.warn(warning);
  checkName(object, target);
  return changeScale(parts, context, options, () => object);
};

export const patchScale: Handler = async (parts, context) => {
  const options = parseWriteOptions(context.target.query, "PatchOptions");
  const patch = await readPatch(context, options);
  return changeScale(parts, context, options, patcherOf(context, scale, options, patch));
};

async function changeScale(
  parts: ServerParts,
  context: RequestContext,
  options: WriteOptions,
  changed: (current: JsonObject) => JsonObject,
): Promise<ValueAnswer> {
  const outcome = await updateAdmitted(parts, context, {
    scope: "scale",
    options,
    unversioned: "replaces",
    ownership: "tracked",
    apply: (current) => withScale(current, changed(scaleOf(current))),
  });
  return answerScale(outcome.object.value);
}

/** The workload with the replicas of a Scale, and of the version for which that was made. */
function withScale(workload: JsonObject, wanted: JsonObject): JsonObject {
  const replicas = valueAt(wanted, "spec", "replicas") ?? 0;
  const { resourceVersion } = metadataOf(wanted);
  const versioned = withValueAt(workload, ["metadata", "resourceVersion"], resourceVersion);
  return withValueAt(versioned, ["spec", "replicas"], replicas);
}

/** A workload as a Scale. */
function scaleOf(workload: JsonObject): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadataOf(workload);
  return asJsonObject({
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: valueAt(workload, "spec", "replicas") ?? 0 },
    status: {
      replicas: valueAt(workload, "status", "replicas") ?? 0,
      selector: selectorText(workload),
    },
  });
}

/** A ReplicationController selects by a plain map of labels, all others by a LabelSelector. */
function selectorText(workload: JsonObject): string {
  const selector = objectAt(workload, "spec", "selector");
  const compiled =
    workload["kind"] === "ReplicationController"
      ? labelSelectorOf(decodedLabels(selector))
      : compileLabelSelector(decodedSelector(selector));
  return formatLabelSelector(compiled);
}

function answerScale(workload: JsonObject): ValueAnswer {
  return { kind: "value", status: 200, schema: scale, value: scaleOf(workload) };
}
