import { type Job, type JobSpec, job } from "#api/batch/v1";
import { type BehaviorEntry, defineBehavior } from "../behavior.ts";

export const jobBehavior: BehaviorEntry = defineBehavior(job, { prepareForCreate: withSelector });

const uidLabel = "batch.kubernetes.io/controller-uid";

/**
 * Gives a Job the labels and the selector by which its pods are its own and nobody else's, unless its
 * author takes care of that by hand. A label that is there already stays: validation compares.
 */
function withSelector(object: Job): Job {
  const { metadata = {}, spec } = object;
  if (spec === undefined || spec.manualSelector === true) return object;
  const { name = "", uid = "" } = metadata;
  const generated = {
    "job-name": name,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    [uidLabel]: uid,
  };
  const matchLabels = { [uidLabel]: uid, ...spec.selector?.matchLabels };
  const template: JobSpec["template"] = {
    ...spec.template,
    metadata: {
      ...spec.template.metadata,
      labels: { ...generated, ...spec.template.metadata?.labels },
    },
  };
  return { ...object, spec: { ...spec, selector: { ...spec.selector, matchLabels }, template } };
}
