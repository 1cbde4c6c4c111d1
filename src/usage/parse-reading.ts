import { type ExpositionReader, TextReader } from "#exposition";
import type { Labels } from "#series";
import { type NodeReading, podKeyOf, type UsagePoint } from "./reading.ts";

interface Draft {
  startedAtMs: number;
  atMs: number;
  cpuSeconds: number;
  memoryBytes: number;
}

/** Which figure of a point a metric is, and whether it is of a container or of the node. */
const metrics: ReadonlyMap<string, (draft: Draft, reader: ExpositionReader) => void> = new Map([
  ["node_cpu_usage_seconds_total", setCpu],
  ["node_memory_working_set_bytes", setMemory],
  ["container_cpu_usage_seconds_total", setCpu],
  ["container_memory_working_set_bytes", setMemory],
  ["container_start_time_seconds", setStart],
]);

/**
 * Reads a page of `/metrics/resource`, as metrics-server does: a pod of which one container's
 * processor time or memory is zero or missing is not complete, and neither is such a node. Figures
 * without a time of their own are of `receivedAtMs`. Throws `ExpositionError`.
 */
export function parseReading(page: Uint8Array, receivedAtMs: number): NodeReading {
  const node = emptyDraft();
  const pods = new Map<string, Map<string, Draft>>();
  const reader = new TextReader(page);
  for (let entry = reader.next(); entry !== "end"; entry = reader.next()) {
    if (entry !== "series") continue;
    const labels = new Map(pairsOf(reader.labels()));
    const name = labels.get("__name__") ?? "";
    const set = metrics.get(name);
    if (set === undefined) continue;
    const draft = name.startsWith("node_") ? node : containerDraft(pods, labels);
    set(draft, reader);
    if (set !== setStart) draft.atMs = reader.hasTimestamp ? reader.timestampMs : receivedAtMs;
  }
  return {
    node: isComplete(node) ? node : undefined,
    pods: new Map([...pods].filter(([, containers]) => [...containers.values()].every(isComplete))),
  };
}

function* pairsOf(labels: Labels): Generator<readonly [string, string]> {
  for (let index = 0; index + 1 < labels.length; index += 2) {
    yield [labels[index] ?? "", labels[index + 1] ?? ""];
  }
}

function containerDraft(
  pods: Map<string, Map<string, Draft>>,
  labels: ReadonlyMap<string, string>,
): Draft {
  const key = podKeyOf(labels.get("namespace") ?? "", labels.get("pod") ?? "");
  const containers = pods.get(key) ?? new Map<string, Draft>();
  pods.set(key, containers);
  const name = labels.get("container") ?? "";
  const draft = containers.get(name) ?? emptyDraft();
  containers.set(name, draft);
  return draft;
}

function emptyDraft(): Draft {
  return { startedAtMs: 0, atMs: 0, cpuSeconds: 0, memoryBytes: 0 };
}

function isComplete({ atMs, cpuSeconds, memoryBytes }: UsagePoint): boolean {
  return atMs !== 0 && cpuSeconds !== 0 && memoryBytes !== 0;
}

function setCpu(draft: Draft, { value }: ExpositionReader): void {
  draft.cpuSeconds = value;
}

function setMemory(draft: Draft, { value }: ExpositionReader): void {
  draft.memoryBytes = value;
}

function setStart(draft: Draft, { value }: ExpositionReader): void {
  draft.startedAtMs = value * 1000;
}
