/** Rules about machines: disks, network, time, memory, and the services of the operating system. */
import { nodeExporter } from "./jobs.ts";
import { alert, type GroupSource, type RuleSource, type Severity } from "./rule-source.ts";

const at = "{{ $labels.instance }}";
const filesystem = `${nodeExporter}, fstype!="", mountpoint!=""`;
const isWritable = `and node_filesystem_readonly{${filesystem}} == 0`;
const place = `{{ $labels.device }} at {{ $labels.mountpoint }} of ${at}`;

interface Capacity {
  readonly free: string;
  readonly size: string;
  readonly what: string;
  readonly filling: string;
  readonly almostOut: string;
}

function capacityRules({ free, size, what, filling, almostOut }: Capacity): readonly RuleSource[] {
  const metric = `node_filesystem_${free}{${filesystem}}`;
  const percent = `100 * ${metric} / node_filesystem_${size}{${filesystem}}`;
  const left = `The file system ${place} has {{ printf "%.2f" $value }}% of its ${what} left`;
  const soon = (severity: Severity, below: number, hours: number) =>
    alert(
      filling,
      `${percent} < ${below} and predict_linear(${metric}[6h], ${hours} * 3600) < 0 ${isWritable}`,
      {
        severity,
        for: "1h",
        summary: `A file system runs out of ${what} within ${hours} hours.`,
        description: `${left}, and at this rate none within ${hours} hours.`,
      },
    );
  const out = (severity: Severity, below: number) =>
    alert(almostOut, `${percent} < ${below} ${isWritable}`, {
      severity,
      for: "30m",
      summary: `A file system has less than ${below}% of its ${what} left.`,
      description: `${left}.`,
    });
  return [soon("warning", 40, 24), soon("critical", 20, 4), out("warning", 5), out("critical", 3)];
}

function networkErrors(name: string, direction: "receive" | "transmit"): RuleSource {
  return alert(
    name,
    `rate(node_network_${direction}_errs_total{${nodeExporter}}[2m])
      / rate(node_network_${direction}_packets_total{${nodeExporter}}[2m]) > 0.01`,
    {
      severity: "warning",
      for: "1h",
      summary: `A network interface has many errors on ${direction}.`,
      description: `Interface {{ $labels.device }} of ${at} has had errors on {{ $value | humanizePercentage }} of what it was to ${direction}.`,
    },
  );
}

function fileDescriptors(severity: Severity, percent: number): RuleSource {
  return alert(
    "NodeFileDescriptorLimit",
    `100 * node_filefd_allocated{${nodeExporter}} / node_filefd_maximum{${nodeExporter}} > ${percent}`,
    {
      severity,
      for: "15m",
      summary: "The kernel soon runs out of file descriptors.",
      description: `At ${at} {{ printf "%.2f" $value }}% of all file descriptors are in use.`,
    },
  );
}

const clockRules: readonly RuleSource[] = [
  alert(
    "NodeClockSkewDetected",
    `node_timex_offset_seconds{${nodeExporter}} > 0.05
        and deriv(node_timex_offset_seconds{${nodeExporter}}[5m]) >= 0
      or node_timex_offset_seconds{${nodeExporter}} < -0.05
        and deriv(node_timex_offset_seconds{${nodeExporter}}[5m]) <= 0`,
    {
      severity: "warning",
      for: "10m",
      summary: "A clock is wrong, and gets no better.",
      description: `The clock of ${at} is off by {{ $value | humanizeDuration }}. Is time synchronised there?`,
    },
  ),
  alert(
    "NodeClockNotSynchronising",
    `min_over_time(node_timex_sync_status{${nodeExporter}}[5m]) == 0
      and node_timex_maxerror_seconds{${nodeExporter}} >= 16`,
    {
      severity: "warning",
      for: "10m",
      summary: "A clock is not synchronised.",
      description: `The clock of ${at} is not being synchronised. Is a time service set up there?`,
    },
  ),
];

const raidRules: readonly RuleSource[] = [
  alert(
    "NodeRAIDDegraded",
    `node_md_disks_required{${nodeExporter}}
      - ignoring (state) node_md_disks{${nodeExporter}, state="active"} > 0`,
    {
      severity: "critical",
      for: "15m",
      summary: "A RAID array is degraded.",
      description: `Array {{ $labels.device }} of ${at} lacks {{ $value }} disks, and has no spare to replace them.`,
    },
  ),
  alert("NodeRAIDDiskFailure", `node_md_disks{${nodeExporter}, state="failed"} > 0`, {
    severity: "warning",
    summary: "A disk of a RAID array has failed.",
    description: `In array {{ $labels.device }} of ${at} {{ $value }} disks have failed.`,
  }),
];

const loadRules: readonly RuleSource[] = [
  alert(
    "NodeCPUHighUsage",
    `100 * sum without (mode) (avg without (cpu)
      (rate(node_cpu_seconds_total{${nodeExporter}, mode!~"idle|iowait"}[2m]))) > 90`,
    {
      severity: "info",
      for: "15m",
      summary: "A machine's processors are busy.",
      description: `The processors of ${at} have been {{ printf "%.0f" $value }}% busy for 15 minutes.`,
    },
  ),
  alert(
    "NodeSystemSaturation",
    `node_load1{${nodeExporter}}
      / count without (cpu, mode) (node_cpu_seconds_total{${nodeExporter}, mode="idle"}) > 2`,
    {
      severity: "warning",
      for: "15m",
      summary: "A machine has more to do than it can.",
      description: `The load per processor of ${at} has been above 2 for 15 minutes; it is {{ printf "%.2f" $value }}.`,
    },
  ),
  alert("NodeMemoryMajorPagesFaults", `rate(node_vmstat_pgmajfault{${nodeExporter}}[5m]) > 500`, {
    severity: "warning",
    for: "15m",
    summary: "A machine reads much of its memory from disk.",
    description: `${at} has {{ printf "%.0f" $value }} major page faults a second: it may be short of memory.`,
  }),
  alert(
    "NodeMemoryHighUtilization",
    `100 - 100 * node_memory_MemAvailable_bytes{${nodeExporter}}
      / node_memory_MemTotal_bytes{${nodeExporter}} > 90`,
    {
      severity: "warning",
      for: "15m",
      summary: "A machine is short of memory.",
      description: `The memory of ${at} has been {{ printf "%.0f" $value }}% in use for 15 minutes.`,
    },
  ),
  alert(
    "NodeDiskIOSaturation",
    `rate(node_disk_io_time_weighted_seconds_total{${nodeExporter}, device!~"loop.+|ram.+"}[5m]) > 10`,
    {
      severity: "warning",
      for: "30m",
      summary: "A disk has a long queue.",
      description: `Disk {{ $labels.device }} of ${at} has had more than 10 requests waiting for 30 minutes ({{ printf "%.2f" $value }}).`,
    },
  ),
];

const serviceRules: readonly RuleSource[] = [
  alert(
    "NodeHighNumberConntrackEntriesUsed",
    `node_nf_conntrack_entries{${nodeExporter}} / node_nf_conntrack_entries_limit > 0.75`,
    {
      severity: "warning",
      summary: "The table of connections is nearly full.",
      description: `{{ $value | humanizePercentage }} of the entries for connections are in use at ${at}.`,
    },
  ),
  alert("NodeTextFileCollectorScrapeError", `node_textfile_scrape_error{${nodeExporter}} == 1`, {
    severity: "warning",
    summary: "A file of metrics cannot be read.",
    description: `At ${at} the text file collector has failed.`,
  }),
  alert(
    "NodeSystemdServiceFailed",
    `node_systemd_unit_state{${nodeExporter}, state="failed"} == 1`,
    {
      severity: "warning",
      for: "5m",
      summary: "A systemd service has failed.",
      description: `Service {{ $labels.name }} of ${at} has failed.`,
    },
  ),
  alert(
    "NodeSystemdServiceCrashlooping",
    `increase(node_systemd_service_restart_total{${nodeExporter}}[5m]) > 2`,
    {
      severity: "warning",
      for: "15m",
      summary: "A systemd service is started again and again.",
      description: `Service {{ $labels.name }} of ${at} has been restarted {{ $value | humanize }} times in 5 minutes.`,
    },
  ),
  alert(
    "NodeBondingDegraded",
    `node_bonding_slaves{${nodeExporter}} - node_bonding_active{${nodeExporter}} != 0`,
    {
      severity: "warning",
      for: "5m",
      summary: "A bonded interface lacks some of its links.",
      description: `Interface {{ $labels.master }} of ${at} lacks {{ $value }} of its links.`,
    },
  ),
];

export const nodeAlertGroups: readonly GroupSource[] = [
  {
    name: "node-exporter",
    rules: [
      ...capacityRules({
        free: "avail_bytes",
        size: "size_bytes",
        what: "space",
        filling: "NodeFilesystemSpaceFillingUp",
        almostOut: "NodeFilesystemAlmostOutOfSpace",
      }),
      ...capacityRules({
        free: "files_free",
        size: "files",
        what: "inodes",
        filling: "NodeFilesystemFilesFillingUp",
        almostOut: "NodeFilesystemAlmostOutOfFiles",
      }),
      networkErrors("NodeNetworkReceiveErrs", "receive"),
      networkErrors("NodeNetworkTransmitErrs", "transmit"),
      ...serviceRules,
      ...clockRules,
      ...raidRules,
      fileDescriptors("warning", 70),
      fileDescriptors("critical", 90),
      ...loadRules,
    ],
  },
];
