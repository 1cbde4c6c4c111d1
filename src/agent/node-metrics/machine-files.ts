/**
 * What the kernel tells about a machine, as metrics: pure readings of files below `/proc`. Names,
 * labels and which devices are left out are those of Prometheus' node_exporter 1.12.
 */
import type { Family, Sample } from "../stats/prometheus-text.ts";

/** The kernel counts processor time in ticks of 10 ms, whatever its own clock. */
const ticksPerSecond = 100;
const sectorBytes = 512;

const cpuModes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"] as const;

/** `/proc/stat`. */
export function readStat(stat: string): readonly Family[] {
  const lines = linesOf(stat);
  const cpus = lines.filter(([name = ""]) => /^cpu\d+$/.test(name));
  const cpuSamples = cpus.flatMap(([name = "", ...ticks]) =>
    cpuModes.map((mode, index) =>
      sample(Number(ticks[index] ?? 0) / ticksPerSecond, { cpu: name.slice("cpu".length), mode }),
    ),
  );
  const guestSamples = cpus.flatMap(([name = "", ...ticks]) =>
    [8, 9].map((index) =>
      sample(Number(ticks[index] ?? 0) / ticksPerSecond, {
        cpu: name.slice("cpu".length),
        mode: index === 8 ? "user" : "nice",
      }),
    ),
  );
  const first = (name: string) => lines.find(([key]) => key === name)?.[1];
  return [
    counter("node_cpu_seconds_total", "Seconds the CPUs spent in each mode.", cpuSamples),
    counter(
      "node_cpu_guest_seconds_total",
      "Seconds the CPUs spent in guests (VMs) for each mode.",
      guestSamples,
    ),
    gauge("node_boot_time_seconds", "Node boot time, in unixtime.", one(first("btime"))),
    counter("node_context_switches_total", "Total number of context switches.", one(first("ctxt"))),
    counter("node_forks_total", "Total number of forks.", one(first("processes"))),
    counter("node_intr_total", "Total number of interrupts serviced.", one(first("intr"))),
    gauge(
      "node_procs_running",
      "Number of processes in runnable state.",
      one(first("procs_running")),
    ),
    gauge(
      "node_procs_blocked",
      "Number of processes blocked waiting for I/O to complete.",
      one(first("procs_blocked")),
    ),
  ];
}

/** `/proc/loadavg`. */
export function readLoad(loadavg: string): readonly Family[] {
  const [one1, five, fifteen] = loadavg.trim().split(" ");
  return [
    gauge("node_load1", "1m load average.", one(one1)),
    gauge("node_load5", "5m load average.", one(five)),
    gauge("node_load15", "15m load average.", one(fifteen)),
  ];
}

/** `/proc/meminfo`: each line a family. */
export function readMemory(meminfo: string): readonly Family[] {
  return linesOf(meminfo).flatMap(([key = "", value, unit]) => {
    const field = key.replace(/:$/, "").replace(/\((.*)\)/, "_$1");
    const isSize = unit === "kB";
    const name = `node_memory_${field}${isSize ? "_bytes" : ""}`;
    const help = `Memory information field ${field}${isSize ? "_bytes" : ""}.`;
    return [gauge(name, help, [sample(Number(value) * (isSize ? 1024 : 1))])];
  });
}

/** Disks that are only a view of others, or are no disks. */
const ignoredDisks = /^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$/;

const diskFigures = [
  ["counter", "reads_completed_total", "The total number of reads completed successfully.", 1],
  ["counter", "reads_merged_total", "The total number of reads merged.", 1],
  ["counter", "read_bytes_total", "The total number of bytes read successfully.", sectorBytes],
  ["counter", "read_time_seconds_total", "The total number of seconds spent by all reads.", 0.001],
  ["counter", "writes_completed_total", "The total number of writes completed successfully.", 1],
  ["counter", "writes_merged_total", "The number of writes merged.", 1],
  [
    "counter",
    "written_bytes_total",
    "The total number of bytes written successfully.",
    sectorBytes,
  ],
  [
    "counter",
    "write_time_seconds_total",
    "This is the total number of seconds spent by all writes.",
    0.001,
  ],
  ["gauge", "io_now", "The number of I/Os currently in progress.", 1],
  ["counter", "io_time_seconds_total", "Total seconds spent doing I/Os.", 0.001],
  [
    "counter",
    "io_time_weighted_seconds_total",
    "The weighted # of seconds spent doing I/Os.",
    0.001,
  ],
] as const;

/** `/proc/diskstats`. */
export function readDisks(diskstats: string): readonly Family[] {
  const disks = linesOf(diskstats).filter(
    ([, , name = ""]) => name !== "" && !ignoredDisks.test(name),
  );
  return diskFigures.map(([type, name, help, scale], index) => {
    const samples = disks.map(([, , device = "", ...figures]) =>
      sample(scaled(Number(figures[index] ?? 0), scale), { device }),
    );
    return { name: `node_disk_${name}`, type, help, samples };
  });
}

/** Without the last digits that a product of decimals has too many. */
function scaled(value: number, scale: number): number {
  return scale === 0.001 ? value / 1000 : value * scale;
}

const receiveColumns = [
  "bytes",
  "packets",
  "errs",
  "drop",
  "fifo",
  "frame",
  "compressed",
  "multicast",
] as const;
const transmitColumns = [
  "bytes",
  "packets",
  "errs",
  "drop",
  "fifo",
  "colls",
  "carrier",
  "compressed",
] as const;

/** `/proc/net/dev`. */
export function readInterfaces(netDev: string): readonly Family[] {
  const interfaces = netDev.split("\n").flatMap((line) => {
    const [, device = "", numbers = ""] = /^ *([^:]+): *(.*)$/.exec(line) ?? [];
    const figures = numbers.trim().split(/ +/).map(Number);
    return device === "" || figures.length < 16 ? [] : [{ device, figures }];
  });
  const familyOf = (direction: string, column: string, index: number) =>
    counter(
      `node_network_${direction}_${column}_total`,
      `Network device statistic ${direction}_${column}.`,
      interfaces.map(({ device, figures }) => sample(figures[index] ?? 0, { device })),
    );
  return [
    ...receiveColumns.map((column, index) => familyOf("receive", column, index)),
    ...transmitColumns.map((column, index) => familyOf("transmit", column, index + 8)),
  ];
}

const keptVmstat = /^(oom_kill|pgpg(in|out)|pswp(in|out)|pg(maj)?fault)$/;

/** `/proc/vmstat`. */
export function readVmstat(vmstat: string): readonly Family[] {
  return linesOf(vmstat)
    .filter(([name = ""]) => keptVmstat.test(name))
    .map(([name = "", value]) =>
      untyped(`node_vmstat_${name}`, `/proc/vmstat information field ${name}.`, value),
    );
}

/** `/proc/sys/fs/file-nr`. */
export function readFileHandles(fileNr: string): readonly Family[] {
  const [allocated, , maximum] = fileNr.trim().split(/\s+/);
  return [
    gauge("node_filefd_allocated", "File descriptor statistics: allocated.", one(allocated)),
    gauge("node_filefd_maximum", "File descriptor statistics: maximum.", one(maximum)),
  ];
}

const keptNetstat =
  /^(Icmp_(InErrors|InMsgs|OutMsgs)|Ip_Forwarding|IpExt_(InOctets|OutOctets)|Tcp_(ActiveOpens|InErrs|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|TcpExt_(ListenDrops|ListenOverflows|Syncookies(Failed|Recv|Sent)|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)|Udp_(InDatagrams|InErrors|NoPorts|OutDatagrams|RcvbufErrors|SndbufErrors))$/;

/** `/proc/net/netstat` and `/proc/net/snmp`: pairs of lines, names and then values. */
export function readNetstat(text: string): readonly Family[] {
  const lines = linesOf(text);
  return lines.flatMap(([protocol = "", ...names], index) => {
    const [also, ...values] = lines[index + 1] ?? [];
    if (index % 2 === 1 || also !== protocol) return [];
    return names.flatMap((name, column) => {
      const field = `${protocol.replace(/:$/, "")}_${name}`;
      if (!keptNetstat.test(field)) return [];
      return [
        untyped(`node_netstat_${field}`, `Statistic ${field.replace("_", "")}.`, values[column]),
      ];
    });
  });
}

/** `nf_conntrack_count` and `nf_conntrack_max` below `/proc/sys/net/netfilter`. */
export function readConntrack(count: string, limit: string): readonly Family[] {
  return [
    gauge(
      "node_nf_conntrack_entries",
      "Number of currently allocated flow entries for connection tracking.",
      one(count.trim()),
    ),
    gauge(
      "node_nf_conntrack_entries_limit",
      "Maximum size of connection tracking table.",
      one(limit.trim()),
    ),
  ];
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: "counter", help, samples };
}

export function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: "gauge", help, samples };
}

function untyped(name: string, help: string, value: string | undefined): Family {
  return { name, type: "untyped", help, samples: one(value) };
}

export function sample(value: number, labels: Sample["labels"] = {}): Sample {
  return { labels, value, atMs: undefined };
}

/** No sample for a figure that this kernel does not tell. */
function one(text: string | undefined): readonly Sample[] {
  return text === undefined || text === "" ? [] : [sample(Number(text))];
}

function linesOf(text: string): readonly (readonly string[])[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => line.trim().split(/\s+/));
}
