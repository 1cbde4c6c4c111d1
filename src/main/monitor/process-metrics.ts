import type { Machine } from "#base";
import type { MetricRegistry } from "#exposition";

/** What every client library tells of its process. */
export function registerProcessMetrics(
  registry: MetricRegistry,
  machine: Pick<Machine, "usage">,
): void {
  const of = (read: (usage: ReturnType<Machine["usage"]>) => number) => () => [
    { labelValues: [], value: read(machine.usage()) },
  ];
  registry.sampled(
    {
      name: "process_cpu_seconds_total",
      help: "Processor time of this process, by itself and by the kernel for it.",
    },
    "counter",
    of(({ cpuMs }) => cpuMs / 1_000),
  );
  registry.sampled(
    { name: "process_resident_memory_bytes", help: "Memory of this process that is resident." },
    "gauge",
    of(({ residentBytes }) => residentBytes),
  );
  registry.sampled(
    { name: "process_start_time_seconds", help: "When this process began, in Unix time." },
    "gauge",
    of(({ startedAtMs }) => startedAtMs / 1_000),
  );
}
