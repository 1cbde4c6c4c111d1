/** What the kernel tells about the whole machine, from the contents of files below `/proc`. */

/** The kernel counts processor time in ticks of 10 ms, whatever its own clock. */
const nanosecondsPerTick = 10_000_000;

export interface MachineMemory {
  readonly totalBytes: number;
  readonly usageBytes: number;
  /** What cannot be reclaimed easily: usage without file pages that were not used of late. */
  readonly workingSetBytes: number;
  readonly availableBytes: number;
  readonly rssBytes: number;
}

export interface InterfaceCounters {
  readonly name: string;
  readonly rxBytes: number;
  readonly rxPackets: number;
  readonly rxErrors: number;
  readonly rxDropped: number;
  readonly txBytes: number;
  readonly txPackets: number;
  readonly txErrors: number;
  readonly txDropped: number;
}

/** Processor time that was not idle, over all processors since the start: from `/proc/stat`. */
export function parseCpuNanoseconds(stat: string): number {
  const fields = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(" ").map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields;
  return (user + nice + system + irq + softirq + steal) * nanosecondsPerTick;
}

/** When the machine started: from `/proc/stat`. */
export function parseBootTimeMs(stat: string): number {
  return Number(/^btime (\d+)$/m.exec(stat)?.[1] ?? 0) * 1000;
}

/** From `/proc/meminfo`. */
export function parseMemory(meminfo: string): MachineMemory {
  const bytes = (name: string) => {
    const kibibytes = new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(meminfo)?.[1];
    return Number(kibibytes ?? 0) * 1024;
  };
  const totalBytes = bytes("MemTotal");
  const usageBytes = totalBytes - bytes("MemFree");
  const workingSetBytes = Math.max(0, usageBytes - bytes("Inactive\\(file\\)"));
  return {
    totalBytes,
    usageBytes,
    workingSetBytes,
    availableBytes: totalBytes - workingSetBytes,
    rssBytes: bytes("AnonPages"),
  };
}

/** How much swap memory there is: from `/proc/meminfo`. */
export function parseSwapBytes(meminfo: string): number {
  return Number(/^SwapTotal: +(\d+) kB$/m.exec(meminfo)?.[1] ?? 0) * 1024;
}

/** Every interface but loopback: from `/proc/net/dev`. */
export function parseInterfaces(netDev: string): readonly InterfaceCounters[] {
  return netDev.split("\n").flatMap((line) => {
    const [, name = "", numbers = ""] = /^ *([^:]+): *(.*)$/.exec(line) ?? [];
    const fields = numbers.trim().split(/ +/).map(Number);
    if (name === "" || name === "lo" || fields.length < 16) return [];
    const [rxBytes = 0, rxPackets = 0, rxErrors = 0, rxDropped = 0, ...others] = fields;
    const [txBytes = 0, txPackets = 0, txErrors = 0, txDropped = 0] = others.slice(4);
    const received = { rxBytes, rxPackets, rxErrors, rxDropped };
    return [{ name, ...received, txBytes, txPackets, txErrors, txDropped }];
  });
}
