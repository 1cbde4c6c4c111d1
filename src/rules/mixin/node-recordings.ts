/** Utilisation, saturation and errors of machines, as dashboards show them. */
import { nodeExporter } from "./jobs.ts";
import { type GroupSource, record, type RuleSource } from "./rule-source.ts";

const realDevice = 'device!="lo"';
/** What is a network card, and not a bridge, tunnel or the end of a pod's cable. */
const physicalDevice = 'device=~"(?:eth|en|wl|ib|bond|team).*"';
const disk = 'device=~"(?:/dev/)?(?:mmcblk.p.+|nvme.+|rbd.+|sd.+|vd.+|xvd.+|dm-.+|md.+|dasd.+)"';

function networkRules(suffix: string, device: string): readonly RuleSource[] {
  return ["receive_bytes", "transmit_bytes", "receive_drop", "transmit_drop"].map((metric) =>
    record(
      `instance:node_network_${metric}_${suffix}:rate5m`,
      `sum without (device) (rate(node_network_${metric}_total{${nodeExporter}, ${device}}[5m]))`,
    ),
  );
}

export const nodeRecordingGroups: readonly GroupSource[] = [
  {
    name: "node-exporter.rules",
    rules: [
      record(
        "instance:node_num_cpu:sum",
        `count without (cpu, mode) (node_cpu_seconds_total{${nodeExporter}, mode="idle"})`,
      ),
      record(
        "instance:node_cpu_utilisation:rate5m",
        `1 - avg without (cpu) (sum without (mode)
          (rate(node_cpu_seconds_total{${nodeExporter}, mode=~"idle|iowait|steal"}[5m])))`,
      ),
      record(
        "instance:node_load1_per_cpu:ratio",
        `node_load1{${nodeExporter}} / instance:node_num_cpu:sum{${nodeExporter}}`,
      ),
      record(
        "instance:node_memory_utilisation:ratio",
        `1 - (
          node_memory_MemAvailable_bytes{${nodeExporter}}
          or (
            node_memory_Buffers_bytes{${nodeExporter}}
            + node_memory_Cached_bytes{${nodeExporter}}
            + node_memory_MemFree_bytes{${nodeExporter}}
            + node_memory_Slab_bytes{${nodeExporter}})
        ) / node_memory_MemTotal_bytes{${nodeExporter}}`,
      ),
      record(
        "instance:node_vmstat_pgmajfault:rate5m",
        `rate(node_vmstat_pgmajfault{${nodeExporter}}[5m])`,
      ),
      record(
        "instance_device:node_disk_io_time_seconds:rate5m",
        `rate(node_disk_io_time_seconds_total{${nodeExporter}, ${disk}}[5m])`,
      ),
      record(
        "instance_device:node_disk_io_time_weighted_seconds:rate5m",
        `rate(node_disk_io_time_weighted_seconds_total{${nodeExporter}, ${disk}}[5m])`,
      ),
      ...networkRules("excluding_lo", realDevice),
      ...networkRules("physical", physicalDevice),
    ],
  },
];
