/** What one look at a node's counters found. */
export interface NodeReading {
  /** Of the node as a whole; undefined when it did not tell all of it. */
  readonly node: UsagePoint | undefined;
  /** By `namespace/name`, then by the container's name. Pods of which part is unknown are left out. */
  readonly pods: ReadonlyMap<string, ContainerPoints>;
}

export type ContainerPoints = ReadonlyMap<string, UsagePoint>;

export interface UsagePoint {
  /** Since when processor time is counted; 0 when that is not known. Milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** When it was measured. */
  readonly atMs: number;
  /** Processor time since the start, over all cores. */
  readonly cpuSeconds: number;
  /** What cannot be reclaimed easily. */
  readonly memoryBytes: number;
}

export function podKeyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
