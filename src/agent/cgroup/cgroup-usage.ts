/**
 * What the kernel counts for a cgroup, from the contents of its files. Pure: who reads the files is
 * `read-usage.ts`. Which file tells what, and how the two versions differ, is as cAdvisor has it.
 */

export interface CgroupUsage {
  readonly cpu: CgroupCpu | undefined;
  readonly memory: CgroupMemory | undefined;
  /** One for each block device that was used. */
  readonly devices: readonly DeviceUsage[];
  readonly processes: CgroupProcesses | undefined;
  /** By what it is waited for; empty where the kernel does not measure it. */
  readonly pressures: readonly Pressure[];
}

export interface CgroupCpu {
  readonly usageSeconds: number;
  readonly userSeconds: number;
  readonly systemSeconds: number;
  readonly shares: number;
  readonly periodMicros: number;
  /** Undefined: as much as there is. */
  readonly quotaMicros: number | undefined;
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledSeconds: number;
}

export interface CgroupMemory {
  readonly usageBytes: number;
  readonly maxUsageBytes: number;
  readonly workingSetBytes: number;
  readonly rssBytes: number;
  readonly cacheBytes: number;
  readonly swapBytes: number;
  readonly mappedFileBytes: number;
  readonly kernelBytes: number;
  readonly activeFileBytes: number;
  readonly inactiveFileBytes: number;
  /** How often a limit was hit. */
  readonly failCount: number;
  readonly oomKills: number;
  readonly pageFaults: number;
  readonly majorPageFaults: number;
  /** 0: no limit, as in the two that follow. */
  readonly limitBytes: number;
  readonly swapLimitBytes: number;
  readonly reservationBytes: number;
}

export interface DeviceUsage {
  /** `8:0` */
  readonly number: string;
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly reads: number;
  readonly writes: number;
}

interface CgroupProcesses {
  readonly count: number;
  readonly threads: number;
  /** 0: no limit. */
  readonly threadsMax: number;
}

export interface Pressure {
  readonly resource: "cpu" | "memory" | "io";
  /** How long some of it waited, and all of it. */
  readonly waitingSeconds: number;
  readonly stalledSeconds: number;
}

/** The contents of a cgroup's files by name; undefined for one that is not there. */
export type CgroupFiles = (name: string) => string | undefined;

/** The files of version 1 that tell something, by hierarchy. */
export const filesV1 = {
  cpu: ["cpu.shares", "cpu.cfs_period_us", "cpu.cfs_quota_us", "cpu.stat"],
  cpuacct: ["cpuacct.usage", "cpuacct.stat"],
  memory: [
    "memory.usage_in_bytes",
    "memory.max_usage_in_bytes",
    "memory.failcnt",
    "memory.stat",
    "memory.kmem.usage_in_bytes",
    "memory.limit_in_bytes",
    "memory.memsw.limit_in_bytes",
    "memory.soft_limit_in_bytes",
    "memory.oom_control",
  ],
  blkio: ["blkio.throttle.io_service_bytes_recursive", "blkio.throttle.io_serviced_recursive"],
  pids: ["pids.current", "pids.max", "cgroup.procs"],
} as const;

/** The files of version 2 that tell something. */
export const filesV2 = [
  "cpu.stat",
  "cpu.weight",
  "cpu.max",
  "memory.current",
  "memory.peak",
  "memory.stat",
  "memory.events",
  "memory.swap.current",
  "memory.max",
  "memory.swap.max",
  "memory.min",
  "io.stat",
  "pids.current",
  "pids.max",
  "cgroup.procs",
  "cpu.pressure",
  "memory.pressure",
  "io.pressure",
] as const;

/** The kernel counts in ticks of 10 ms here, whatever its own clock. */
const ticksPerSecond = 100;
const nanosecondsPerSecond = 1e9;
const microsecondsPerSecond = 1e6;
/** The kernel writes the largest number of whole pages for no limit. */
const limitBytesMax = 2 ** 62;

export function parseUsageV1(files: CgroupFiles): CgroupUsage {
  return {
    cpu: cpuV1(files),
    memory: memoryV1(files),
    devices: devicesV1(
      files("blkio.throttle.io_service_bytes_recursive") ?? "",
      files("blkio.throttle.io_serviced_recursive") ?? "",
    ),
    processes: processesOf(files),
    pressures: [],
  };
}

export function parseUsageV2(files: CgroupFiles): CgroupUsage {
  return {
    cpu: cpuV2(files),
    memory: memoryV2(files),
    devices: devicesV2(files("io.stat") ?? ""),
    processes: processesOf(files),
    pressures: (["cpu", "memory", "io"] as const).flatMap((resource) =>
      pressureOf(resource, files(`${resource}.pressure`)),
    ),
  };
}

function cpuV1(files: CgroupFiles): CgroupCpu | undefined {
  const usage = files("cpuacct.usage");
  if (usage === undefined) return undefined;
  const ticks = table(files("cpuacct.stat"));
  const stat = table(files("cpu.stat"));
  const quota = Number(files("cpu.cfs_quota_us") ?? -1);
  return {
    usageSeconds: Number(usage) / nanosecondsPerSecond,
    userSeconds: (ticks.get("user") ?? 0) / ticksPerSecond,
    systemSeconds: (ticks.get("system") ?? 0) / ticksPerSecond,
    shares: Number(files("cpu.shares") ?? 0),
    periodMicros: Number(files("cpu.cfs_period_us") ?? 0),
    quotaMicros: quota < 0 ? undefined : quota,
    periods: stat.get("nr_periods") ?? 0,
    throttledPeriods: stat.get("nr_throttled") ?? 0,
    throttledSeconds: (stat.get("throttled_time") ?? 0) / nanosecondsPerSecond,
  };
}

function cpuV2(files: CgroupFiles): CgroupCpu | undefined {
  const text = files("cpu.stat");
  if (text === undefined) return undefined;
  const stat = table(text);
  const seconds = (name: string) => (stat.get(name) ?? 0) / microsecondsPerSecond;
  const [quota = "max", period = "0"] = (files("cpu.max") ?? "max 0").trim().split(" ");
  return {
    usageSeconds: seconds("usage_usec"),
    userSeconds: seconds("user_usec"),
    systemSeconds: seconds("system_usec"),
    shares: sharesOfWeight(Number(files("cpu.weight") ?? 0)),
    periodMicros: Number(period),
    quotaMicros: quota === "max" ? undefined : Number(quota),
    periods: stat.get("nr_periods") ?? 0,
    throttledPeriods: stat.get("nr_throttled") ?? 0,
    throttledSeconds: seconds("throttled_usec"),
  };
}

/** Version 2's weight on version 1's scale, as cAdvisor shows it. */
function sharesOfWeight(weight: number): number {
  return weight === 0 ? 0 : Math.floor(2 + ((weight - 1) * 262_142) / 9_999);
}

function memoryV1(files: CgroupFiles): CgroupMemory | undefined {
  const usage = files("memory.usage_in_bytes");
  if (usage === undefined) return undefined;
  const stat = table(files("memory.stat"));
  const total = (name: string) => stat.get(`total_${name}`) ?? 0;
  return {
    usageBytes: Number(usage),
    maxUsageBytes: numberIn(files("memory.max_usage_in_bytes")),
    workingSetBytes: Math.max(0, Number(usage) - total("inactive_file")),
    rssBytes: total("rss"),
    cacheBytes: total("cache"),
    swapBytes: total("swap"),
    mappedFileBytes: total("mapped_file"),
    kernelBytes: numberIn(files("memory.kmem.usage_in_bytes")),
    activeFileBytes: total("active_file"),
    inactiveFileBytes: total("inactive_file"),
    failCount: numberIn(files("memory.failcnt")),
    oomKills: table(files("memory.oom_control")).get("oom_kill") ?? 0,
    pageFaults: stat.get("pgfault") ?? 0,
    majorPageFaults: stat.get("pgmajfault") ?? 0,
    limitBytes: limitIn(files("memory.limit_in_bytes")),
    swapLimitBytes: limitIn(files("memory.memsw.limit_in_bytes")),
    reservationBytes: limitIn(files("memory.soft_limit_in_bytes")),
  };
}

function memoryV2(files: CgroupFiles): CgroupMemory | undefined {
  const usage = files("memory.current");
  if (usage === undefined) return undefined;
  const stat = table(files("memory.stat"));
  const of = (name: string) => stat.get(name) ?? 0;
  const events = table(files("memory.events"));
  return {
    usageBytes: Number(usage),
    maxUsageBytes: numberIn(files("memory.peak")),
    workingSetBytes: Math.max(0, Number(usage) - of("inactive_file")),
    rssBytes: of("anon"),
    cacheBytes: of("file"),
    swapBytes: numberIn(files("memory.swap.current")),
    mappedFileBytes: of("file_mapped"),
    kernelBytes: of("kernel"),
    activeFileBytes: of("active_file"),
    inactiveFileBytes: of("inactive_file"),
    failCount: events.get("max") ?? 0,
    oomKills: events.get("oom_kill") ?? 0,
    pageFaults: of("pgfault"),
    majorPageFaults: of("pgmajfault"),
    limitBytes: limitIn(files("memory.max")),
    swapLimitBytes: limitIn(files("memory.swap.max")),
    reservationBytes: limitIn(files("memory.min")),
  };
}

function processesOf(files: CgroupFiles): CgroupProcesses | undefined {
  const threads = files("pids.current");
  if (threads === undefined) return undefined;
  const lines = (files("cgroup.procs") ?? "").split("\n").filter((line) => line !== "");
  const most = Number(files("pids.max"));
  return {
    count: lines.length,
    threads: Number(threads),
    threadsMax: Number.isNaN(most) ? 0 : most,
  };
}

/** Lines such as `8:0 Read 4096`; the sum over all devices, `Total 4096`, is left out. */
function devicesV1(bytes: string, operations: string): readonly DeviceUsage[] {
  const found = new Map<string, { -readonly [K in keyof DeviceUsage]: DeviceUsage[K] }>();
  const add = (
    text: string,
    fields: Readonly<Record<string, "readBytes" | "writtenBytes" | "reads" | "writes">>,
  ) => {
    for (const line of text.split("\n")) {
      const [number = "", operation = "", value] = line.split(" ");
      const field = fields[operation];
      if (field === undefined || value === undefined) continue;
      const device = found.get(number) ?? { ...noUsage, number };
      device[field] = Number(value);
      found.set(number, device);
    }
  };
  add(bytes, { Read: "readBytes", Write: "writtenBytes" });
  add(operations, { Read: "reads", Write: "writes" });
  return [...found.values()];
}

const noUsage = { readBytes: 0, writtenBytes: 0, reads: 0, writes: 0 };

/** Lines such as `8:0 rbytes=4096 wbytes=0 rios=1 wios=0`. */
function devicesV2(text: string): readonly DeviceUsage[] {
  return text.split("\n").flatMap((line) => {
    const [number = "", ...pairs] = line.split(" ");
    if (pairs.length === 0) return [];
    const of = (name: string) =>
      Number(pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? 0);
    return [
      {
        number,
        readBytes: of("rbytes"),
        writtenBytes: of("wbytes"),
        reads: of("rios"),
        writes: of("wios"),
      },
    ];
  });
}

/** `some avg10=0.00 avg60=0.00 avg300=0.00 total=1234`, and the same for `full`. */
function pressureOf(resource: Pressure["resource"], text: string | undefined): readonly Pressure[] {
  if (text === undefined) return [];
  const seconds = (kind: string) => {
    const total = new RegExp(`^${kind} .*total=(\\d+)`, "m").exec(text)?.[1];
    return Number(total ?? 0) / microsecondsPerSecond;
  };
  return [{ resource, waitingSeconds: seconds("some"), stalledSeconds: seconds("full") }];
}

/** Lines of a name and a number. */
function table(text = ""): ReadonlyMap<string, number> {
  return new Map(
    text
      .split("\n")
      .map((line) => line.split(" "))
      .filter((words) => words.length === 2)
      .map(([name = "", value]): readonly [string, number] => [name, Number(value)]),
  );
}

function numberIn(text: string | undefined): number {
  return Number(text ?? 0);
}

/** 0 for none: `max`, or more than any machine has. */
function limitIn(text: string | undefined): number {
  const bytes = Number(text ?? 0);
  return Number.isNaN(bytes) || bytes > limitBytesMax ? 0 : bytes;
}
