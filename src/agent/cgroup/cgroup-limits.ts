import type { CgroupVersion } from "./cgroup-tree.ts";

/** What a cgroup may use together; undefined: as much as its parent. */
export interface CgroupLimits {
  /** Share of the processors when they are busy; 1024 stands for one CPU requested. */
  readonly cpuShares: number | undefined;
  /** Microseconds of processor time within each period of `cpuPeriodMicros`. */
  readonly cpuQuotaMicros: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly processes: number | undefined;
}

/** One write into a file of a cgroup. */
export interface CgroupWrite {
  /** The hierarchy in version 1, the file's first word in version 2. */
  readonly controller: "cpu" | "memory" | "pids";
  readonly file: string;
  readonly value: string;
}

const cpuPeriodMicros = 100_000;
/** The kernel refuses less. */
const cpuQuotaMicrosMin = 1_000;
const cpuSharesMin = 2;
const cpuSharesMax = 262_144;

/** What to write so that a cgroup has the limits, and no others of an earlier time. */
export function planCgroupWrites(
  version: CgroupVersion,
  limits: CgroupLimits,
): readonly CgroupWrite[] {
  return version === "v1" ? planV1(limits) : planV2(limits);
}

function planV1(limits: CgroupLimits): readonly CgroupWrite[] {
  const quota = limits.cpuQuotaMicros;
  return [
    { controller: "cpu", file: "cpu.shares", value: String(sharesOf(limits)) },
    { controller: "cpu", file: "cpu.cfs_period_us", value: String(cpuPeriodMicros) },
    {
      controller: "cpu",
      file: "cpu.cfs_quota_us",
      value: String(quota === undefined ? -1 : Math.max(quota, cpuQuotaMicrosMin)),
    },
    {
      controller: "memory",
      file: "memory.limit_in_bytes",
      value: String(limits.memoryBytes ?? -1),
    },
    { controller: "pids", file: "pids.max", value: String(limits.processes ?? "max") },
  ];
}

function planV2(limits: CgroupLimits): readonly CgroupWrite[] {
  const quota = limits.cpuQuotaMicros;
  const most = quota === undefined ? "max" : String(Math.max(quota, cpuQuotaMicrosMin));
  return [
    { controller: "cpu", file: "cpu.weight", value: String(cpuWeightOf(sharesOf(limits))) },
    { controller: "cpu", file: "cpu.max", value: `${most} ${cpuPeriodMicros}` },
    { controller: "memory", file: "memory.max", value: String(limits.memoryBytes ?? "max") },
    { controller: "pids", file: "pids.max", value: String(limits.processes ?? "max") },
  ];
}

function sharesOf({ cpuShares = 1024 }: CgroupLimits): number {
  return Math.min(cpuSharesMax, Math.max(cpuSharesMin, cpuShares));
}

/** Shares of version 1, 2 to 262144, on version 2's scale of 1 to 10000, as runc converts them. */
function cpuWeightOf(shares: number): number {
  return 1 + Math.floor(((shares - cpuSharesMin) * 9999) / (cpuSharesMax - cpuSharesMin));
}
