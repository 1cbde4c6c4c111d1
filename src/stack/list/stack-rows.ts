import type { JsonObject } from "#api";
import { labelsIn, metadataOf } from "../cluster/decode.ts";
import { stackLabels } from "../labels.ts";
import { byName, type Row } from "./row.ts";

/** `stack ls`: one row for each stack in each namespace. */
export function stackRows(workloads: readonly JsonObject[]): readonly Row[] {
  const services = new Map<string, Set<string>>();
  for (const object of workloads) {
    const labels = labelsIn(object);
    const key = `${metadataOf(object).namespace ?? ""}/${labels[stackLabels.stack] ?? ""}`;
    const names = services.get(key) ?? new Set();
    services.set(key, names.add(labels[stackLabels.service] ?? ""));
  }
  return byName(
    [...services].map(([key, names]) => {
      const [namespace = "", name = ""] = key.split("/");
      const count = String(names.size);
      return { Name: name, Services: count, Orchestrator: "Kubernetes", Namespace: namespace };
    }),
  );
}
