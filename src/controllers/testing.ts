/** Builders for the tests of controllers: objects as a server would return them. */

import type { Live } from "#api";
import type { Pod } from "#api/core/v1";

export const testNowMs = Date.UTC(2026, 0, 1, 12);

/** RFC 3339 text for `secondsAgo` before the tests' present. */
export function ago(secondsAgo: number): string {
  return `${new Date(testNowMs - secondsAgo * 1000).toISOString().slice(0, 19)}Z`;
}

/**
 * Pods in a notation, oldest first, each as its name and a mark: "+" ready, "-" running but not
 * ready, "?" pending, "x" failed, "." succeeded, "~" being deleted.
 */
export function parsePods(notation: string): readonly Live<Pod>[] {
  const words = notation.split(" ").filter((word) => word !== "");
  return words.map((word, index) =>
    podOf(word.slice(0, -1), word.slice(-1), (words.length - index) * 60),
  );
}

const phases: Readonly<Record<string, string>> = { "?": "Pending", x: "Failed", ".": "Succeeded" };

function podOf(name: string, mark: string, ageSeconds: number): Live<Pod> {
  const created = ago(ageSeconds);
  return {
    metadata: {
      name,
      namespace: "default",
      uid: `uid-${name}`,
      resourceVersion: "1",
      creationTimestamp: created,
      ...(mark === "~" ? { deletionTimestamp: ago(0) } : {}),
    },
    spec: { containers: [{ name: "app" }], ...(mark === "?" ? {} : { nodeName: `node-${name}` }) },
    status: {
      phase: phases[mark] ?? "Running",
      conditions: [
        { type: "Ready", status: mark === "+" ? "True" : "False", lastTransitionTime: created },
      ],
    },
  };
}
