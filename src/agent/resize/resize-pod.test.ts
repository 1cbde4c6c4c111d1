import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { Pod, ResourceRequirements } from "#api/core/v1";
import { resizePod } from "./resize-pod.ts";

// Limits of containers a and b as memory in Mi, before and after, "-" for none; bytes in use, of the
// pod and of each container, in Mi; what is done in which order, limits in Mi.
const cases: readonly (readonly [rule: string, change: string, used: string, want: string])[] = [
  ["what grows grows from the outside in", "100,100 > 200,100", "10 5 5", "pod 300, a 200"],
  ["what shrinks shrinks from the inside out", "200,100 > 100,100", "10 5 5", "a 100, pod 200"],
  ["what is given back goes first", "100,200 > 200,100", "10 5 5", "b 100, a 200"],
  ["what was unlimited is limited", "-,100 > 100,100", "10 5 5", "a 100, pod 200"],
  ["a pod of which one is unlimited stays so", "-,100 > -,200", "10 5 5", "b 200"],
  [
    "nothing shrinks below what is used",
    "200,100 > 50,100",
    "180 80 100",
    'cannot decrease memory limits: [attempting to set pod memory limit (157286400) below current usage (188743680), attempting to set container "a" memory limit (52428800) below current usage (83886080)]',
  ],
  [
    "one cause is told alone",
    "200,- > 50,-",
    "180 80 100",
    'cannot decrease memory limits: attempting to set container "a" memory limit (52428800) below current usage (83886080)',
  ],
];

const mib = 1024 * 1024;

for (const [rule, change, used, want] of cases) {
  test(`resizing a pod: ${rule} (${change})`, async () => {
    const [before = "", after = ""] = change.split(" > ");
    const [podMib, ...containerMib] = used.split(" ").map(Number);
    const done: string[] = [];
    const pod = podOf(after);
    const inEffect = podOf(before);
    const updates = pod.spec.containers.flatMap((container, index) => {
      const now = inEffect.spec.containers[index]?.resources ?? {};
      const isSame = JSON.stringify(now) === JSON.stringify(container.resources);
      return isSame ? [] : [{ container, id: container.name, inEffect: now }];
    });
    const shown = (bytes: number) => (bytes === 0 ? "-" : String(bytes / mib));
    const deps = {
      runtime: {
        containers: {
          updateResources: async (id: string, { memoryLimitBytes }: { memoryLimitBytes: number }) =>
            void done.push(`${id} ${shown(memoryLimitBytes)}`),
        },
      },
      limitCgroup: async (_pod: Live<Pod>, limits: { memoryLimitBytes: number }) =>
        void done.push(`pod ${shown(limits.memoryLimitBytes)}`),
      readMemory: async () => ({
        podBytes: (podMib ?? 0) * mib,
        containerBytes: new Map(
          ["a", "b"].map((name, index) => [name, (containerMib[index] ?? 0) * mib]),
        ),
      }),
    };
    const resize = { pod, inEffect, updates, nodeMemoryBytes: 1024 * mib, onUpdated: () => {} };
    const outcome = await resizePod(deps, resize, new AbortController().signal).then(
      () => done.join(", "),
      (error: Error) => error.message,
    );
    assert.equal(outcome, want);
  });
}

function podOf(notation: string): Live<Pod> {
  const containers = notation.split(",").map((limit, index) => {
    const resources: ResourceRequirements =
      limit === "-" ? {} : { limits: { memory: `${limit}Mi` } };
    return { name: index === 0 ? "a" : "b", resources };
  });
  return {
    metadata: { name: "web", uid: "web", resourceVersion: "1", creationTimestamp: "" },
    spec: { containers },
    status: { phase: "Running" },
  };
}
