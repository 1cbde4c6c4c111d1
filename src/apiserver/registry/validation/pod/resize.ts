/**
 * Resizing a pod that is there: processor and memory may change, and nothing else. Source: upstream's
 * `ValidatePodResize`.
 */

import { asJsonObject, isSemanticallyEqual, qosClassOf } from "#api";
import {
  type Container,
  container,
  type Pod,
  type PodSpec,
  type ResourceRequirements,
} from "#api/core/v1";
import { forbiddenField, invalidValue, type Problems } from "../problems.ts";
import { podProblems } from "./pod.ts";

const noSpec: PodSpec = { containers: [] };
const mirrorAnnotation = "kubernetes.io/config.mirror";
const onlyCompute = "only cpu and memory resources are mutable";

export function* podResizeProblems(pod: Pod, current: Pod): Problems {
  const whose = fixedKindOf(current);
  if (whose !== undefined) return yield forbiddenField("", `${whose} pods cannot be resized`);
  yield* podProblems(pod);
  yield* classProblems(pod, current);
  if (!isResizableWhereItRuns(current)) {
    yield forbiddenField("spec", "Pod running on node without support for resize");
  }
  const [wanted = noSpec, before = noSpec] = [pod.spec, current.spec];
  yield* podLevelProblems(wanted.resources, before.resources);
  const misplaced = [...orderProblems(wanted, before)];
  yield* misplaced;
  if (misplaced.length > 0) return;
  yield* initContainerProblems(wanted.initContainers ?? [], before.initContainers ?? []);
  yield* containerProblems(wanted.containers, before.containers);
}

/** Pods that keep the size that they were made with. */
function fixedKindOf({ metadata, spec }: Pod): "static" | "windows" | undefined {
  if (metadata?.annotations?.[mirrorAnnotation] !== undefined) return "static";
  return spec?.os?.name === "windows" ? "windows" : undefined;
}

function* classProblems(pod: Pod, current: Pod): Problems {
  const classBefore = current.status?.qosClass ?? qosClassOf(current);
  if (qosClassOf(pod) === classBefore) return;
  const why = "Pod QOS Class may not change as a result of resizing";
  yield invalidValue("spec", pod.status?.qosClass ?? "", why);
}

/** A node that can resize says what resources are in effect. */
function isResizableWhereItRuns({ status }: Pod): boolean {
  const running = status?.containerStatuses?.find(({ state }) => state?.running !== undefined);
  return running === undefined || running.resources !== undefined;
}

function* podLevelProblems(
  after: ResourceRequirements | undefined,
  before: ResourceRequirements | undefined,
): Problems {
  if (before === undefined) return;
  if (after === undefined) {
    return yield forbiddenField("spec.resources", "pod-level resources cannot be removed");
  }
  yield* removalProblems("spec.resources", "pod-level resource", after, before);
  if (!isSameButCompute(after, before)) {
    yield forbiddenField("spec", `${onlyCompute} at pod-level`);
  }
}

function* orderProblems(wanted: PodSpec, current: PodSpec): Problems {
  for (const list of ["containers", "initContainers"] as const) {
    const after = wanted[list] ?? [];
    const before = current[list] ?? [];
    if (after.length !== before.length) {
      yield forbiddenField(`spec.${list}`, `${list} may not be added or removed on resize`);
      continue;
    }
    for (const [index, { name }] of before.entries()) {
      if (after[index]?.name === name) continue;
      const why = `${list} may not be renamed or reordered on resize`;
      yield forbiddenField(`spec.${list}[${index}].name`, why);
    }
  }
}

function* containerProblems(after: readonly Container[], before: readonly Container[]): Problems {
  for (const [index, old] of before.entries()) {
    const wanted = after[index] ?? old;
    yield* removalProblems(
      `spec.containers[${index}].resources`,
      "resource",
      wanted.resources,
      old.resources,
    );
    if (!isSameContainerButCompute(wanted, old)) yield forbiddenField("spec", onlyCompute);
  }
}

function* initContainerProblems(
  after: readonly Container[],
  before: readonly Container[],
): Problems {
  for (const [index, old] of before.entries()) {
    const at = `spec.initContainers[${index}]`;
    const wanted = after[index] ?? old;
    yield* removalProblems(`${at}.resources`, "resource", wanted.resources, old.resources);
    if (!isSameContainerButCompute(wanted, old)) {
      const why = "only cpu and memory resources for init or sidecar containers are mutable";
      yield forbiddenField(at, why);
    }
    if (wanted.restartPolicy === "Always" || isSameContainer(wanted, old)) continue;
    if (!(wanted.resizePolicy ?? []).some((policy) => policy.restartPolicy !== "NotRequired")) {
      continue;
    }
    const why =
      "non-sidecar init containers with a resize policy of RestartContainer cannot be resized";
    yield forbiddenField(at, why);
  }
}

function* removalProblems(
  path: string,
  what: "resource" | "pod-level resource",
  after: ResourceRequirements | undefined,
  before: ResourceRequirements | undefined,
): Problems {
  for (const list of ["requests", "limits"] as const) {
    const kept = after?.[list] ?? {};
    if (Object.keys(before?.[list] ?? {}).every((name) => kept[name] !== undefined)) continue;
    yield forbiddenField(`${path}.${list}`, `${what} ${list} cannot be removed`);
  }
}

function isSameContainerButCompute(wanted: Container, old: Container): boolean {
  const bare = (one: Container): Container => ({ ...one, resources: {} });
  return (
    isSameContainer(bare(wanted), bare(old)) && isSameButCompute(wanted.resources, old.resources)
  );
}

function isSameContainer(left: Container, right: Container): boolean {
  return isSemanticallyEqual(container, asJsonObject(left), asJsonObject(right));
}

/** Whether resources are the same, processor and memory aside. */
function isSameButCompute(
  left: ResourceRequirements | undefined,
  right: ResourceRequirements | undefined,
): boolean {
  const [first, second] = [left, right].map((resources) => {
    const lists = (["requests", "limits"] as const).map((list) =>
      Object.entries(resources?.[list] ?? {})
        .filter(([name]) => name !== "cpu" && name !== "memory")
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
    return JSON.stringify([...lists, resources?.claims ?? []]);
  });
  return first === second;
}
