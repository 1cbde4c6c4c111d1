/**
 * Resources as a line of text, by which a container remembers what it was started with:
 * `requests.cpu=100m limits.memory=1Gi`. Pure.
 */

import type { ResourceRequirements } from "#api/core/v1";

export function formatResources({ requests = {}, limits = {} }: ResourceRequirements): string {
  const words = [
    ...Object.entries(requests).map(([name, amount]) => `requests.${name}=${amount}`),
    ...Object.entries(limits).map(([name, amount]) => `limits.${name}=${amount}`),
  ];
  return words.join(" ");
}

/** The inverse of `formatResources`; words that are none of its own are left out. */
export function parseResources(text: string): ResourceRequirements {
  const listOf = (list: "requests" | "limits") => {
    const words = text.split(" ").flatMap((word) => {
      const [place = "", amount] = word.split("=");
      const isOurs = place.startsWith(`${list}.`) && amount !== undefined;
      return isOurs ? [[place.slice(list.length + 1), amount] as const] : [];
    });
    return words.length === 0 ? undefined : Object.fromEntries(words);
  };
  const [requests, limits] = [listOf("requests"), listOf("limits")];
  return {
    ...(requests === undefined ? {} : { requests }),
    ...(limits === undefined ? {} : { limits }),
  };
}
