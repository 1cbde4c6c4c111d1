/** Turns the names of priority classes into numbers. */

import { asJsonObject } from "#api";
import { type Pod, pod } from "#api/core/v1";
import { type PriorityClass, priorityClass } from "#api/scheduling/v1";
import { compareText } from "#base";
import type { AdmissionPlugin, AdmissionRequest } from "../../admission.ts";
import type { Objects } from "../../objects/objects.ts";
import { findReplaced, findWritten, refused } from "../admitted.ts";

const defaultPolicy = "PreemptLowerPriority";

export function priorityPlugin({ objects }: { readonly objects: Objects }): AdmissionPlugin {
  return {
    name: "Priority",
    async mutate(request) {
      const found = findWritten(request, pod);
      if (found === undefined) return request.object;
      if (request.operation === "UPDATE") {
        const before = findReplaced(request, pod);
        return before === undefined ? request.object : asJsonObject(withKept(found, before));
      }
      const chosen = await chooseClass(objects, request, found.spec?.priorityClassName ?? "");
      const problem = priorityProblem(found, chosen);
      if (problem !== undefined) throw refused(request, problem);
      return asJsonObject(withPriority(found, chosen));
    },
    async validate(request) {
      const found = findWritten(request, priorityClass);
      if (found?.globalDefault !== true) return;
      const { name } = request.key;
      const other = (await objects.list(priorityClass, "")).find(
        ({ globalDefault, metadata }) => globalDefault === true && metadata?.name !== name,
      );
      if (other === undefined) return;
      const why = `PriorityClass ${other.metadata?.name} is already marked as default. Only one default can exist`;
      throw refused(request, why);
    },
  };
}

/** What a pod's class says; without a class all pods are alike. */
export interface ChosenClass {
  readonly name: string;
  readonly value: number;
  readonly preemptionPolicy: string;
}

async function chooseClass(
  objects: Objects,
  request: AdmissionRequest,
  name: string,
): Promise<ChosenClass> {
  if (name === "") return defaultClass(await objects.list(priorityClass, ""));
  const found = await objects.find(priorityClass, { namespace: "", name });
  if (found === undefined) throw refused(request, `no PriorityClass with name ${name} was found`);
  return chosenOf(found);
}

/** The class of pods that name none: of several defaults the lowest. Pure. */
export function defaultClass(classes: readonly PriorityClass[]): ChosenClass {
  const [lowest] = classes
    .filter(({ globalDefault }) => globalDefault === true)
    .sort(
      (left, right) =>
        (left.value ?? 0) - (right.value ?? 0) ||
        compareText(left.metadata?.name ?? "", right.metadata?.name ?? ""),
    );
  if (lowest !== undefined) return chosenOf(lowest);
  return { name: "", value: 0, preemptionPolicy: defaultPolicy };
}

function chosenOf({
  metadata,
  value = 0,
  preemptionPolicy = defaultPolicy,
}: PriorityClass): ChosenClass {
  return { name: metadata?.name ?? "", value, preemptionPolicy };
}

/** Numbers that pods bring along must be those of their class. Pure. */
export function priorityProblem({ spec }: Pod, chosen: ChosenClass): string | undefined {
  const { priority, preemptionPolicy } = spec ?? {};
  const computed = "must not be provided in pod spec; priority admission controller computed";
  const source = "from the given PriorityClass name";
  if (priority !== undefined && priority !== chosen.value) {
    return `the integer value of priority (${priority}) ${computed} ${chosen.value} ${source}`;
  }
  if (preemptionPolicy !== undefined && preemptionPolicy !== chosen.preemptionPolicy) {
    return `the string value of PreemptionPolicy (${preemptionPolicy}) ${computed} ${chosen.preemptionPolicy} ${source}`;
  }
  return undefined;
}

function withPriority(found: Pod, { name, value, preemptionPolicy }: ChosenClass): Pod {
  if (found.spec === undefined) return found;
  const named = name === "" ? {} : { priorityClassName: name };
  return { ...found, spec: { ...found.spec, ...named, priority: value, preemptionPolicy } };
}

/** Clients that do not know of priorities leave them out of what they replace. */
function withKept(found: Pod, { spec: before }: Pod): Pod {
  const { spec } = found;
  if (spec === undefined || before === undefined) return found;
  const priority = spec.priority ?? before.priority;
  const preemptionPolicy = spec.preemptionPolicy ?? before.preemptionPolicy;
  return {
    ...found,
    spec: {
      ...spec,
      ...(priority === undefined ? {} : { priority }),
      ...(preemptionPolicy === undefined ? {} : { preemptionPolicy }),
    },
  };
}
