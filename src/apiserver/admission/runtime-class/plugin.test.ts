import assert from "node:assert/strict";
import { test } from "node:test";
import type { Toleration } from "#api/core/v1";
import { applyClass } from "./plugin.ts";

// Selectors as key=value, overheads as an amount of memory, tolerations as key:effect, "*" for any
// key; of the pod and of its class, "none" when it names none. Then what the pod is.
const cases: readonly (readonly [rule: string, pod: string, chosen: string, want: string])[] = [
  ["a pod without a class stays as it is", "zone=a - -", "none", "zone=a - -"],
  [
    "a class without wishes changes nothing",
    "zone=a - x:NoSchedule",
    "- - -",
    "zone=a - x:NoSchedule",
  ],
  ["overhead is the class's", "- - -", "- 1Mi -", "- 1Mi -"],
  ["the same overhead may be there already", "- 1024Ki -", "- 1Mi -", "- 1Mi -"],
  [
    "another may not",
    "- 2Mi -",
    "- 1Mi -",
    "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
  ],
  [
    "nor one without a class that has it",
    "- 2Mi -",
    "none",
    "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead",
  ],
  ["selectors are joined", "zone=a - -", "runtime=kata - -", "zone=a,runtime=kata - -"],
  [
    "unless they contradict each other",
    "runtime=runc - -",
    "runtime=kata - -",
    "conflict: runtimeClass.scheduling.nodeSelector[runtime] = kata; pod.spec.nodeSelector[runtime] = runc",
  ],
  [
    "tolerations are joined, without what others cover",
    "- - x:NoSchedule,y:NoSchedule",
    "- - y:NoSchedule,z:NoExecute",
    "- - x:NoSchedule,y:NoSchedule,z:NoExecute",
  ],
  ["one for all keys covers them", "- - x:NoSchedule", "- - *:NoSchedule", "- - *:NoSchedule"],
];

for (const [rule, pod, chosen, want] of cases) {
  test(`runtime class: ${rule}`, () => {
    const { selector, overhead, tolerations } = parse(pod);
    const spec = { containers: [], ...selector, ...overhead, ...tolerations };
    const result = applyClass(spec, chosen === "none" ? undefined : classOf(chosen));
    assert.equal(result.kind === "refused" ? result.why : show(result.spec), want);
  });
}

function classOf(notation: string) {
  const { selector, overhead, tolerations } = parse(notation);
  const hasScheduling = "nodeSelector" in selector || "tolerations" in tolerations;
  return {
    handler: "kata",
    ...(overhead.overhead === undefined ? {} : { overhead: { podFixed: overhead.overhead } }),
    ...(hasScheduling ? { scheduling: { ...selector, ...tolerations } } : {}),
  };
}

function parse(notation: string) {
  const [pairs = "", memory = "", marks = ""] = notation.split(" ");
  const nodeSelector = Object.fromEntries(pairs.split(",").map((pair) => pair.split("=")));
  const tolerations = marks.split(",").map((mark): Toleration => {
    const [key = "", effect = ""] = mark.split(":");
    return { key: key === "*" ? "" : key, operator: "Exists", effect };
  });
  return {
    selector: pairs === "-" ? {} : { nodeSelector },
    overhead: memory === "-" ? {} : { overhead: { memory } },
    tolerations: marks === "-" ? {} : { tolerations },
  };
}

function show(spec: ReturnType<typeof parse>["selector"] & Record<string, unknown>): string {
  const {
    nodeSelector = {},
    overhead,
    tolerations,
  } = spec as {
    nodeSelector?: Record<string, string>;
    overhead?: { memory: string };
    tolerations?: readonly Toleration[];
  };
  const pairs = Object.entries(nodeSelector).map((pair) => pair.join("="));
  const marks = (tolerations ?? []).map(({ key = "", effect }) => `${key || "*"}:${effect}`);
  return [pairs.join(",") || "-", overhead?.memory ?? "-", marks.join(",") || "-"].join(" ");
}
