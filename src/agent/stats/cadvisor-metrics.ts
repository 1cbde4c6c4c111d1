/** `GET /metrics/cadvisor`: what dashboards for Kubernetes are drawn from, under cAdvisor's names. */
import type { CgroupCpu, CgroupMemory, DeviceUsage, Pressure } from "../cgroup/cgroup-usage.ts";
import type { CadvisorFacts, CadvisorPlace, LayerUsage } from "./cadvisor-facts.ts";
import type { InterfaceCounters } from "./proc-files.ts";
import { type Family, formatFamilies, type Labels, type Sample } from "./prometheus-text.ts";

export function formatCadvisorMetrics(facts: CadvisorFacts): string {
  return formatFamilies([
    ...cpuFamilies(facts),
    ...memoryFamilies(facts),
    ...deviceFamilies(facts),
    ...layerFamilies(facts),
    ...interfaceFamilies(facts),
    ...processFamilies(facts),
    ...pressureFamilies(facts),
    ...specFamilies(facts),
    ...timeFamilies(facts),
    ...machineFamilies(facts),
  ]);
}

type Row<T> = readonly [
  name: string,
  type: Family["type"],
  help: string,
  read: (subject: T) => number | undefined,
];

/** Measured: told with the time. */
function familiesOf<T>(
  { places, atMs }: CadvisorFacts,
  rows: readonly Row<T>[],
  subjectsOf: (place: CadvisorPlace) => readonly { readonly subject: T; readonly extra: Labels }[],
): readonly Family[] {
  const subjects = places.flatMap((place) =>
    subjectsOf(place).map(({ subject, extra }) => ({
      subject,
      labels: { ...labelsOf(place), ...extra },
    })),
  );
  return rows.map(([name, type, help, read]) => ({
    name: `container_${name}`,
    type,
    help,
    samples: subjects.map(({ subject, labels }) => ({ labels, value: read(subject), atMs })),
  }));
}

function labelsOf({ id, owner }: CadvisorPlace): Labels {
  const { container, image, name, namespace, pod } = owner;
  return { container, id, image, name, namespace, pod };
}

function only<T>(subject: T | undefined, extra: Labels = {}) {
  return subject === undefined ? [] : [{ subject, extra }];
}

const cpuRows: readonly Row<CgroupCpu>[] = [
  [
    "cpu_user_seconds_total",
    "counter",
    "Cumulative user cpu time consumed in seconds.",
    ({ userSeconds }) => userSeconds,
  ],
  [
    "cpu_system_seconds_total",
    "counter",
    "Cumulative system cpu time consumed in seconds.",
    ({ systemSeconds }) => systemSeconds,
  ],
];

/** Only where there is a quota that is enforced. */
const quotaRows: readonly Row<CgroupCpu>[] = [
  [
    "cpu_cfs_periods_total",
    "counter",
    "Number of elapsed enforcement period intervals.",
    ({ periods }) => periods,
  ],
  [
    "cpu_cfs_throttled_periods_total",
    "counter",
    "Number of throttled period intervals.",
    ({ throttledPeriods }) => throttledPeriods,
  ],
  [
    "cpu_cfs_throttled_seconds_total",
    "counter",
    "Total time duration the container has been throttled.",
    ({ throttledSeconds }) => throttledSeconds,
  ],
];

function cpuFamilies(facts: CadvisorFacts): readonly Family[] {
  const usage: Row<CgroupCpu> = [
    "cpu_usage_seconds_total",
    "counter",
    "Cumulative cpu time consumed in seconds.",
    ({ usageSeconds }) => usageSeconds,
  ];
  return [
    ...familiesOf(facts, [usage], ({ measured }) => only(measured.usage.cpu, { cpu: "total" })),
    ...familiesOf(facts, cpuRows, ({ measured }) => only(measured.usage.cpu)),
    ...familiesOf(
      facts,
      quotaRows,
      ({
        measured: {
          usage: { cpu },
        },
      }) => only(cpu?.quotaMicros === undefined ? undefined : cpu),
    ),
  ];
}

const memoryRows: readonly Row<CgroupMemory>[] = [
  [
    "memory_cache",
    "gauge",
    "Number of bytes of page cache memory.",
    ({ cacheBytes }) => cacheBytes,
  ],
  ["memory_rss", "gauge", "Size of RSS in bytes.", ({ rssBytes }) => rssBytes],
  [
    "memory_kernel_usage",
    "gauge",
    "Size of kernel memory allocated in bytes.",
    ({ kernelBytes }) => kernelBytes,
  ],
  [
    "memory_mapped_file",
    "gauge",
    "Size of memory mapped files in bytes.",
    ({ mappedFileBytes }) => mappedFileBytes,
  ],
  ["memory_swap", "gauge", "Container swap usage in bytes.", ({ swapBytes }) => swapBytes],
  ["memory_failcnt", "counter", "Number of memory usage hits limits", ({ failCount }) => failCount],
  [
    "memory_usage_bytes",
    "gauge",
    "Current memory usage in bytes, including all memory regardless of when it was accessed",
    ({ usageBytes }) => usageBytes,
  ],
  [
    "memory_max_usage_bytes",
    "gauge",
    "Maximum memory usage recorded in bytes",
    ({ maxUsageBytes }) => maxUsageBytes,
  ],
  [
    "memory_working_set_bytes",
    "gauge",
    "Current working set in bytes.",
    ({ workingSetBytes }) => workingSetBytes,
  ],
  [
    "memory_total_active_file_bytes",
    "gauge",
    "Current total active file in bytes.",
    ({ activeFileBytes }) => activeFileBytes,
  ],
  [
    "memory_total_inactive_file_bytes",
    "gauge",
    "Current total inactive file in bytes.",
    ({ inactiveFileBytes }) => inactiveFileBytes,
  ],
  [
    "oom_events_total",
    "counter",
    "Count of out of memory events observed for the container",
    ({ oomKills }) => oomKills,
  ],
];

function memoryFamilies(facts: CadvisorFacts): readonly Family[] {
  const failures: Row<number> = [
    "memory_failures_total",
    "counter",
    "Cumulative count of memory allocation failures.",
    (count) => count,
  ];
  return [
    ...familiesOf(facts, memoryRows, ({ measured }) => only(measured.usage.memory)),
    ...familiesOf(
      facts,
      [failures],
      ({
        measured: {
          usage: { memory },
        },
      }) => (memory === undefined ? [] : failuresOf(memory)),
    ),
  ];
}

function failuresOf({ pageFaults, majorPageFaults }: CgroupMemory) {
  const kinds = [
    ["pgfault", pageFaults],
    ["pgmajfault", majorPageFaults],
  ] as const;
  return kinds.flatMap(([kind, subject]) =>
    ["container", "hierarchy"].map((scope) => ({ subject, extra: { failure_type: kind, scope } })),
  );
}

const deviceRows: readonly Row<DeviceUsage>[] = [
  [
    "fs_reads_bytes_total",
    "counter",
    "Cumulative count of bytes read",
    ({ readBytes }) => readBytes,
  ],
  ["fs_reads_total", "counter", "Cumulative count of reads completed", ({ reads }) => reads],
  [
    "fs_writes_bytes_total",
    "counter",
    "Cumulative count of bytes written",
    ({ writtenBytes }) => writtenBytes,
  ],
  ["fs_writes_total", "counter", "Cumulative count of writes completed", ({ writes }) => writes],
];

function deviceFamilies(facts: CadvisorFacts): readonly Family[] {
  const nameOf = ({ number }: DeviceUsage) => facts.deviceNames.get(number) ?? "";
  const usage: Row<number> = [
    "blkio_device_usage_total",
    "counter",
    "Blkio Device bytes usage",
    (bytes) => bytes,
  ];
  return [
    ...familiesOf(facts, deviceRows, ({ measured }) =>
      measured.usage.devices.map((subject) => ({ subject, extra: { device: nameOf(subject) } })),
    ),
    ...familiesOf(facts, [usage], ({ measured }) =>
      measured.usage.devices.flatMap((device) => {
        const [major = "", minor = ""] = device.number.split(":");
        const place = { device: nameOf(device), major, minor };
        return [
          { subject: device.readBytes, extra: { ...place, operation: "Read" } },
          { subject: device.writtenBytes, extra: { ...place, operation: "Write" } },
        ];
      }),
    ),
  ];
}

const layerRows: readonly Row<LayerUsage>[] = [
  ["fs_inodes_free", "gauge", "Number of available Inodes", ({ inodesFree }) => inodesFree],
  ["fs_inodes_total", "gauge", "Number of Inodes", ({ inodes }) => inodes],
  [
    "fs_limit_bytes",
    "gauge",
    "Number of bytes that can be consumed by the container on this filesystem.",
    ({ limitBytes }) => limitBytes,
  ],
  [
    "fs_usage_bytes",
    "gauge",
    "Number of bytes that are consumed by the container on this filesystem.",
    ({ usedBytes }) => usedBytes,
  ],
];

function layerFamilies(facts: CadvisorFacts): readonly Family[] {
  return familiesOf(facts, layerRows, ({ layer }) => only(layer, { device: layer?.device ?? "" }));
}

const interfaceRows: readonly Row<InterfaceCounters>[] = (
  [
    ["receive", "rx", "receiving", "received"],
    ["transmit", "tx", "transmitting", "transmitted"],
  ] as const
).flatMap(([direction, prefix, doing, done]): readonly Row<InterfaceCounters>[] => [
  [
    `network_${direction}_bytes_total`,
    "counter",
    `Cumulative count of bytes ${done}`,
    (link) => link[`${prefix}Bytes`],
  ],
  [
    `network_${direction}_packets_total`,
    "counter",
    `Cumulative count of packets ${done}`,
    (link) => link[`${prefix}Packets`],
  ],
  [
    `network_${direction}_packets_dropped_total`,
    "counter",
    `Cumulative count of packets dropped while ${doing}`,
    (link) => link[`${prefix}Dropped`],
  ],
  [
    `network_${direction}_errors_total`,
    "counter",
    `Cumulative count of errors encountered while ${doing}`,
    (link) => link[`${prefix}Errors`],
  ],
]);

/** Containers share their pod's network, so the pod's sandbox carries its series. */
function interfaceFamilies(facts: CadvisorFacts): readonly Family[] {
  return familiesOf(facts, interfaceRows, ({ interfaces }) =>
    interfaces.map((subject) => ({ subject, extra: { interface: subject.name } })),
  );
}

function processFamilies(facts: CadvisorFacts): readonly Family[] {
  type Processes = NonNullable<CadvisorPlace["measured"]["usage"]["processes"]>;
  const rows: readonly Row<Processes>[] = [
    [
      "processes",
      "gauge",
      "Number of processes running inside the container.",
      ({ count }) => count,
    ],
    [
      "threads",
      "gauge",
      "Number of threads running inside the container",
      ({ threads }) => threads,
    ],
    [
      "threads_max",
      "gauge",
      "Maximum number of threads allowed inside the container, infinity if value is zero",
      ({ threadsMax }) => threadsMax,
    ],
  ];
  return familiesOf(facts, rows, ({ measured }) => only(measured.usage.processes));
}

/** Of kernels that measure it: the time that something was waited for. */
function pressureFamilies(facts: CadvisorFacts): readonly Family[] {
  const resources = [
    ["cpu", "CPU"],
    ["memory", "memory"],
    ["io", "IO"],
  ] as const;
  return resources.flatMap(([resource, word]) => {
    const rows: readonly Row<Pressure>[] = [
      [
        `pressure_${resource}_waiting_seconds_total`,
        "counter",
        `Total time duration tasks in the container have waited due to ${word} congestion.`,
        ({ waitingSeconds }) => waitingSeconds,
      ],
      [
        `pressure_${resource}_stalled_seconds_total`,
        "counter",
        `Total time duration no tasks in the container could make progress due to ${word} congestion.`,
        ({ stalledSeconds }) => stalledSeconds,
      ],
    ];
    return familiesOf(facts, rows, ({ measured }) =>
      only(measured.usage.pressures.find((pressure) => pressure.resource === resource)),
    );
  });
}

/** What a cgroup is allowed: not measured, so told without a time. */
function specFamilies(facts: CadvisorFacts): readonly Family[] {
  const cpu: readonly Row<CgroupCpu>[] = [
    [
      "spec_cpu_period",
      "gauge",
      "CPU period of the container.",
      ({ periodMicros }) => periodMicros,
    ],
    ["spec_cpu_quota", "gauge", "CPU quota of the container.", ({ quotaMicros }) => quotaMicros],
    ["spec_cpu_shares", "gauge", "CPU share of the container.", ({ shares }) => shares],
  ];
  const memory: readonly Row<CgroupMemory>[] = [
    [
      "spec_memory_limit_bytes",
      "gauge",
      "Memory limit for the container.",
      ({ limitBytes }) => limitBytes,
    ],
    [
      "spec_memory_swap_limit_bytes",
      "gauge",
      "Memory swap limit for the container.",
      ({ swapLimitBytes }) => swapLimitBytes,
    ],
    [
      "spec_memory_reservation_limit_bytes",
      "gauge",
      "Memory reservation limit for the container.",
      ({ reservationBytes }) => reservationBytes,
    ],
  ];
  return withoutTime([
    ...familiesOf(facts, cpu, ({ measured }) => only(measured.usage.cpu)),
    ...familiesOf(facts, memory, ({ measured }) => only(measured.usage.memory)),
  ]);
}

function timeFamilies(facts: CadvisorFacts): readonly Family[] {
  const seconds = facts.atMs / 1000;
  const rows: readonly Row<CadvisorPlace>[] = [
    [
      "start_time_seconds",
      "gauge",
      "Start time of the container since unix epoch in seconds.",
      ({ startedAtMs }) => Math.floor(startedAtMs / 1000),
    ],
    [
      "last_seen",
      "gauge",
      "Last time a container was seen by the exporter",
      () => Math.floor(seconds),
    ],
  ];
  const [start, seen] = familiesOf(facts, rows, (place) => only(place));
  return [
    ...withoutTime(start === undefined ? [] : [start]),
    ...(seen === undefined ? [] : [seen]),
  ];
}

function withoutTime(families: readonly Family[]): readonly Family[] {
  return families.map((family) => ({
    ...family,
    samples: family.samples.map((sample) => ({ ...sample, atMs: undefined })),
  }));
}

function machineFamilies({ machine, cores, swapBytes }: CadvisorFacts): readonly Family[] {
  const labels = {
    boot_id: machine.bootId,
    machine_id: machine.machineId,
    system_uuid: machine.systemUuid,
  };
  const figures = [
    ["machine_cpu_cores", "Number of logical CPU cores.", machine.cpuCount],
    ["machine_cpu_physical_cores", "Number of physical CPU cores.", cores.physical],
    ["machine_cpu_sockets", "Number of CPU sockets.", cores.sockets],
    ["machine_memory_bytes", "Amount of memory installed on the machine.", machine.memoryBytes],
    ["machine_swap_bytes", "Amount of swap memory available on the machine.", swapBytes],
  ] as const;
  const version = { kernelVersion: machine.kernelVersion, osVersion: machine.osName };
  return [
    ...figures.map(([name, help, value]) => gauge(name, help, value, labels)),
    gauge(
      "cadvisor_version_info",
      "A metric with a constant '1' value labeled by kernel version and OS version.",
      1,
      version,
    ),
    gauge(
      "container_scrape_error",
      "1 if there was an error while getting container metrics, 0 otherwise",
      0,
      {},
    ),
  ];
}

function gauge(name: string, help: string, value: number, labels: Labels): Family {
  const sample: Sample = { labels, value, atMs: undefined };
  return { name, type: "gauge", help, samples: [sample] };
}
