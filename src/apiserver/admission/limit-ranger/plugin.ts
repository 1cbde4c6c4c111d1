/** Fills in what a namespace's limit ranges say by default, and refuses what they forbid. */

import { asJsonObject } from "#api";
import { limitRange, persistentVolumeClaim, pod } from "#api/core/v1";
import type { AdmissionPlugin, AdmissionRequest } from "../../admission.ts";
import { decodedAs } from "../../objects/decode-stored.ts";
import type { Objects } from "../../objects/objects.ts";
import { findWritten, refused } from "../admitted.ts";
import { claimProblems, podProblems, withDefaults } from "./limits.ts";

export function limitRanger({ objects }: { readonly objects: Objects }): AdmissionPlugin {
  return {
    name: "LimitRanger",
    async mutate(request) {
      const found = findWritten(request, pod);
      // The containers of a pod that is there cannot be changed in this way.
      if (found === undefined || request.operation !== "CREATE") return request.object;
      const ranges = await objects.list(limitRange, request.key.namespace);
      if (ranges.length === 0) return request.object;
      return asJsonObject(ranges.reduce(withDefaults, found));
    },
    async validate(request) {
      const problemsIn = problemFinder(request);
      if (problemsIn === undefined) return;
      const ranges = await objects.list(limitRange, request.key.namespace);
      for (const range of ranges) {
        const problems = [...new Set(problemsIn(range))];
        const [first] = problems;
        if (first === undefined) continue;
        throw refused(request, problems.length === 1 ? first : `[${problems.join(", ")}]`);
      }
    },
  };
}

/** Looks for problems of what is written; undefined when limit ranges do not concern it. */
function problemFinder(request: AdmissionRequest) {
  const { kind, object, operation, subresource } = request;
  if (object === undefined) return undefined;
  const isResize = kind === pod && subresource === "resize";
  const found = findWritten(request, pod);
  if (isResize || (found !== undefined && operation === "CREATE")) {
    return (range: Parameters<typeof podProblems>[1]) => podProblems(decodedAs(pod, object), range);
  }
  const claim = findWritten(request, persistentVolumeClaim);
  if (claim === undefined) return undefined;
  return (range: Parameters<typeof podProblems>[1]) => claimProblems(claim, range);
}
