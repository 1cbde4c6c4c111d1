/** Load as a monitoring engine has recorded it: the processor time that a workload's pods used. */

import { listAt } from "#api";
import type { HttpConnector } from "#base";
import type { LoadShape } from "#sim";
import { askMonitor } from "../ask-monitor.ts";

export interface RecordedTarget {
  readonly namespace: string;
  readonly name: string;
}

const pointsMax = 10_000;

/** The last `spanMs` up to now. Throws where nothing was recorded. */
export async function readRecordedLoad(
  { connector, nowMs }: { readonly connector: HttpConnector; readonly nowMs: number },
  url: URL,
  wanted: RecordedTarget & { readonly spanMs: number },
  signal: AbortSignal,
): Promise<LoadShape> {
  const stepSeconds = Math.max(15, Math.ceil(wanted.spanMs / 1000 / pointsMax));
  const end = Math.floor(nowMs / 1000);
  const start = end - Math.floor(wanted.spanMs / 1000);
  const query = new URLSearchParams({
    query: usageQuery(wanted, stepSeconds),
    start: String(start),
    end: String(end),
    step: String(stepSeconds),
  });
  const answer = await askMonitor(
    { connector, url },
    `/api/v1/query_range?${query.toString()}`,
    signal,
  );
  const points = listAt(listAt(answer, "data", "result")[0], "values").map((sample) => {
    const [seconds, value] = Array.isArray(sample) ? sample : [];
    return {
      atMs: Math.round((Number(seconds) - start) * 1000),
      values: { cpu: Math.max(0, Number(value)) },
    };
  });
  if (points.length < 2) {
    const { namespace, name } = wanted;
    throw new Error(`${url.origin} has recorded no processor time of pods of ${namespace}/${name}`);
  }
  const [first] = points;
  const startMs = first?.atMs ?? 0;
  return {
    points: points.map(({ atMs, values }) => ({ atMs: atMs - startMs, values })),
    interpolation: "linear",
    noise: 0,
  };
}

/** Pods of a Deployment, ReplicaSet or StatefulSet are called after it. */
function usageQuery({ namespace, name }: RecordedTarget, stepSeconds: number): string {
  const quoted = name.replaceAll(".", "\\\\.");
  const pods = `namespace="${namespace}",pod=~"${quoted}(-[a-z0-9]+)?-[a-z0-9]+",container!=""`;
  const window = Math.max(120, stepSeconds * 4);
  return `sum(rate(container_cpu_usage_seconds_total{${pods}}[${window}s]))`;
}
