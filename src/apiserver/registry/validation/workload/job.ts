import { dns1123LabelProblems } from "#api";
import { type Job, type JobSpec, podFailurePolicy, successPolicy } from "#api/batch/v1";
import { podTemplateSpec } from "#api/core/v1";
import { fixedProblems, immutableProblems } from "../immutable.ts";
import { labelSelectorProblems } from "../labels.ts";
import { negativeProblems } from "../numbers.ts";
import { selectsLabels, templateProblems, unselectedProblems } from "../pod/template.ts";
import {
  invalidValue,
  notSupported,
  optionalChoiceProblems,
  type Problems,
  required,
} from "../problems.ts";
import { selectorChangeProblems } from "./selector.ts";

const indexed = "Indexed";
const parallelismMax = 100_000;

export function* jobProblems({ metadata, spec }: Job): Problems {
  if (spec === undefined) return yield required("spec.template.spec.containers");
  yield* jobSpecProblems("spec", spec);
  const { selector, template, completions = 0 } = spec;
  if (selector === undefined) yield required("spec.selector");
  else {
    yield* generatedLabelsProblems({ metadata, spec });
    yield* labelSelectorProblems("spec.selector", selector);
    yield* unselectedProblems("spec.template", template, selector);
  }
  const name = metadata?.name ?? "";
  const lastHost = `${name}-${completions - 1}`;
  if (spec.completionMode === indexed && completions > 0) {
    if (dns1123LabelProblems(lastHost).length === 0) return;
    const why = `will not able to create pod with invalid DNS label: ${lastHost}`;
    yield invalidValue("metadata.name", name, why);
  }
}

export function* jobChangeProblems(job: Job, current: Job): Problems {
  yield* jobProblems(job);
  const { spec: after } = job;
  const { spec: before } = current;
  if (after === undefined || before === undefined) return;
  yield* completionsChangeProblems(after, before);
  yield* selectorChangeProblems(after.selector, before.selector);
  yield* immutableProblems("spec.template", podTemplateSpec, {
    after: after.template,
    before: before.suspend === true ? withDirectivesOf(before, after) : before.template,
  });
  yield* fixedProblems("spec.completionMode", after.completionMode, before.completionMode);
  yield* immutableProblems("spec.podFailurePolicy", podFailurePolicy, {
    after: after.podFailurePolicy,
    before: before.podFailurePolicy,
  });
  const { backoffLimitPerIndex } = after;
  const field = "spec.backoffLimitPerIndex";
  yield* fixedProblems(field, backoffLimitPerIndex, before.backoffLimitPerIndex);
  yield* fixedProblems("spec.managedBy", after.managedBy, before.managedBy);
  yield* immutableProblems("spec.successPolicy", successPolicy, {
    after: after.successPolicy,
    before: before.successPolicy,
  });
}

/** Unless its author takes care of it, a Job finds its pods by its own identifier and name. */
function* generatedLabelsProblems({ metadata, spec }: Pick<Job, "metadata" | "spec">): Problems {
  if (spec === undefined || spec.manualSelector === true) return;
  const { uid = "", name = "" } = metadata ?? {};
  const expected: Readonly<Record<string, string>> = {
    "controller-uid": uid,
    "job-name": name,
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
  };
  const labels = spec.template.metadata?.labels ?? {};
  for (const [key, value] of Object.entries(expected)) {
    const field = `spec.template.metadata.labels[${key}]`;
    if (labels[key] === undefined) yield required(field, `must be '${value}'`);
    else if (labels[key] !== value) yield invalidValue(field, labels, `must be '${value}'`);
  }
  if (!selectsLabels(spec.selector, expected)) {
    yield invalidValue("spec.selector", spec.selector, "`selector` not auto-generated");
  }
}

/** While a Job is suspended, its pods may be sent elsewhere and given other resources. */
function withDirectivesOf(
  { template }: JobSpec,
  { template: after }: JobSpec,
): JobSpec["template"] {
  if (template.spec === undefined || after.spec === undefined) return template;
  const { nodeSelector, tolerations, schedulingGates, affinity } = after.spec;
  const containers = template.spec.containers.map((container, index) => ({
    ...container,
    resources: after.spec?.containers[index]?.resources,
  }));
  const nodeAffinity = affinity?.nodeAffinity;
  return {
    metadata: after.metadata,
    spec: {
      ...template.spec,
      containers,
      nodeSelector,
      tolerations,
      schedulingGates,
      ...(affinity === undefined
        ? { affinity }
        : { affinity: { ...template.spec.affinity, nodeAffinity } }),
    },
  };
}

function* completionsChangeProblems(after: JobSpec, before: JobSpec): Problems {
  const field = "spec.completions";
  if (after.completionMode !== indexed) {
    yield* fixedProblems(field, after.completions, before.completions);
  } else if (
    after.completions !== before.completions &&
    after.completions !== undefined &&
    after.completions !== after.parallelism
  ) {
    const why = "can only be modified in tandem with spec.parallelism";
    yield invalidValue(field, after.completions, why);
  }
}

const counts = [
  "parallelism",
  "completions",
  "activeDeadlineSeconds",
  "backoffLimit",
  "ttlSecondsAfterFinished",
  "backoffLimitPerIndex",
  "maxFailedIndexes",
] as const;

export function* jobSpecProblems(path: string, spec: JobSpec): Problems {
  for (const name of counts) yield* negativeProblems(`${path}.${name}`, spec[name]);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    yield required(`${path}.backoffLimitPerIndex`, "when maxFailedIndexes is specified");
  }
  yield* indexProblems(path, spec);
  yield* successProblems(`${path}.successPolicy`, spec);
  yield* replacementProblems(`${path}.podReplacementPolicy`, spec);
  yield* failureProblems(`${path}.podFailurePolicy`, spec);
  yield* templateProblems(`${path}.template`, spec.template);
  yield* restartProblems(`${path}.template.spec.restartPolicy`, spec);
}

function* indexProblems(path: string, spec: JobSpec): Problems {
  const { completionMode, completions, parallelism, maxFailedIndexes, backoffLimitPerIndex } = spec;
  const modes = ["NonIndexed", indexed];
  yield* optionalChoiceProblems(`${path}.completionMode`, completionMode, modes);
  if (completionMode === indexed) {
    if (completions === undefined) {
      yield required(`${path}.completions`, "when completion mode is Indexed");
    } else if (maxFailedIndexes !== undefined && maxFailedIndexes > completions) {
      const why = "must be less than or equal to completions";
      yield invalidValue(`${path}.maxFailedIndexes`, maxFailedIndexes, why);
    }
    if (parallelism !== undefined && parallelism > parallelismMax) {
      const why = `must be less than or equal to ${parallelismMax} when completion mode is Indexed`;
      yield invalidValue(`${path}.parallelism`, parallelism, why);
    }
    return;
  }
  for (const [name, value] of [
    ["backoffLimitPerIndex", backoffLimitPerIndex],
    ["maxFailedIndexes", maxFailedIndexes],
  ] as const) {
    if (value === undefined) continue;
    yield invalidValue(`${path}.${name}`, value, "requires indexed completion mode");
  }
}

function* successProblems(path: string, spec: JobSpec): Problems {
  const policy = spec.successPolicy;
  if (policy === undefined) return;
  if (spec.completionMode !== indexed) {
    return yield invalidValue(path, policy, "requires indexed completion mode");
  }
  const { rules } = policy;
  if (rules.length === 0) {
    const why = "at least one rules must be specified when the successPolicy is specified";
    yield required(`${path}.rules`, why);
  }
  for (const [index, { succeededCount, succeededIndexes }] of rules.entries()) {
    const at = `${path}.rules[${index}]`;
    if (succeededCount === undefined && succeededIndexes === undefined) {
      yield required(at, "at least one of succeededCount or succeededIndexes must be specified");
    }
    yield* negativeProblems(`${at}.succeededCount`, succeededCount);
    const completions = spec.completions ?? 0;
    if (succeededCount !== undefined && succeededCount > completions) {
      const why = `must be less than or equal to ${completions} (the number of specified completions)`;
      yield invalidValue(`${at}.succeededCount`, succeededCount, why);
    }
  }
}

function* replacementProblems(field: string, spec: JobSpec): Problems {
  const { podReplacementPolicy: policy, podFailurePolicy: failures } = spec;
  if (policy === undefined) return;
  if (failures === undefined) {
    yield* optionalChoiceProblems(field, policy, ["Failed", "TerminatingOrFailed"]);
  } else if (policy !== "Failed") yield notSupported(field, policy, ["Failed"]);
}

const actions = ["Count", "FailIndex", "FailJob", "Ignore"];

function* failureProblems(path: string, spec: JobSpec): Problems {
  for (const [index, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    const at = `${path}.rules[${index}]`;
    const { action, onExitCodes, onPodConditions = [] } = rule;
    if (action === "") {
      yield required(`${at}.action`, 'valid values: ["Count" "FailIndex" "FailJob" "Ignore"]');
    } else if (action === "FailIndex" && spec.backoffLimitPerIndex === undefined) {
      const why = "requires the backoffLimitPerIndex to be set";
      yield invalidValue(`${at}.action`, action, why);
    } else if (!actions.includes(action)) yield notSupported(`${at}.action`, action, actions);
    if (onExitCodes) yield* exitCodesProblems(`${at}.onExitCodes`, onExitCodes, spec);
    const count = (onExitCodes === undefined ? 0 : 1) + (onPodConditions.length > 0 ? 1 : 0);
    if (count === 1) continue;
    const why =
      count === 0
        ? "specifying one of OnExitCodes and OnPodConditions is required"
        : "specifying both OnExitCodes and OnPodConditions is not supported";
    const message = `Invalid value: ${why}`;
    yield { field: at, reason: "FieldValueInvalid", message };
  }
}

type FailureRule = NonNullable<JobSpec["podFailurePolicy"]>["rules"][number];

function* exitCodesProblems(
  path: string,
  { containerName, operator, values }: NonNullable<FailureRule["onExitCodes"]>,
  spec: JobSpec,
): Problems {
  const operators = ["In", "NotIn"];
  if (operator === "") yield required(`${path}.operator`, 'valid values: ["In" "NotIn"]');
  else yield* optionalChoiceProblems(`${path}.operator`, operator, operators);
  const { containers = [], initContainers = [] } = spec.template.spec ?? {};
  const names = [...containers, ...initContainers].map(({ name }) => name);
  if (containerName !== undefined && !names.includes(containerName)) {
    const why = "must be one of the container or initContainer names in the pod template";
    yield invalidValue(`${path}.containerName`, containerName, why);
  }
  if (values.length === 0) {
    yield invalidValue(`${path}.values`, values, "at least one value is required");
  }
  if (operator === "In" && values.includes(0)) {
    const why = "must not be 0 for the In operator";
    yield invalidValue(`${path}.values[${values.indexOf(0)}]`, 0, why);
  }
}

/** Pods of a Job end, so that they cannot be started for ever. */
function* restartProblems(field: string, spec: JobSpec): Problems {
  const { restartPolicy: policy = "Always" } = spec.template.spec ?? {};
  if (policy === "Always" || policy === "") {
    yield required(field, 'valid values: "OnFailure", "Never"');
  } else if (policy !== "OnFailure" && policy !== "Never") {
    yield notSupported(field, policy, ["OnFailure", "Never"]);
  } else if (spec.podFailurePolicy !== undefined && policy !== "Never") {
    const why = 'only "Never" is supported when podFailurePolicy is specified';
    yield invalidValue(field, policy, why);
  }
}

/** What a template of Jobs may not say, because each Job gets its own. */
export function* templateOnlyProblems(path: string, spec: JobSpec): Problems {
  if (spec.selector !== undefined) {
    yield invalidValue(`${path}.selector`, spec.selector, "`selector` will be auto-generated");
  }
  if (spec.manualSelector === true) {
    yield notSupported(`${path}.manualSelector`, true, ["nil", "false"]);
  }
}
