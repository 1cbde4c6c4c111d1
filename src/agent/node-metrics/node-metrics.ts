/** `GET /metrics/node`: the machine that a node is, under the names of node_exporter. */
import type { Disk } from "#base";
import { type Family, formatFamilies } from "../stats/prometheus-text.ts";
import { parseMounts, readFilesystems } from "./filesystems.ts";
import {
  gauge,
  readConntrack,
  readDisks,
  readFileHandles,
  readInterfaces,
  readLoad,
  readMemory,
  readNetstat,
  readStat,
  readVmstat,
  sample,
} from "./machine-files.ts";
import { readArrays, readBonds } from "./redundant-devices.ts";

export interface NodeMetricsDeps {
  readonly disk: Pick<Disk, "findFile" | "listDirectory" | "measureSpace">;
}

interface Collector {
  readonly name: string;
  collect(): Promise<readonly Family[]>;
}

const utf8 = new TextDecoder();

/** One page. A collector that fails is told as such, and the others go on. */
export async function formatNodeMetrics({ disk }: NodeMetricsDeps): Promise<string> {
  const outcomes = await Promise.all(
    collectors(disk).map(async ({ name, collect }) => {
      try {
        return { name, families: await collect(), success: 1 };
      } catch {
        // Upstream's contract: what one collector cannot read is seen in its success.
        return { name, families: [], success: 0 };
      }
    }),
  );
  return formatFamilies([
    ...outcomes.flatMap(({ families }) => families),
    gauge(
      "node_scrape_collector_success",
      "node_exporter: Whether a collector succeeded.",
      outcomes.map(({ name, success }) => sample(success, { collector: name })),
    ),
  ]);
}

function collectors(disk: NodeMetricsDeps["disk"]): readonly Collector[] {
  const read = async (path: string) => {
    const bytes = await disk.findFile(path);
    if (bytes === undefined) throw new Error(`${path} is not there`);
    return utf8.decode(bytes);
  };
  // Kernels without the driver have no such file, which is no failure.
  const readIfThere = async (path: string) =>
    utf8.decode((await disk.findFile(path)) ?? new Uint8Array(0));
  const from = (
    name: string,
    path: string,
    parse: (text: string) => readonly Family[],
  ): Collector => ({ name, collect: async () => parse(await read(path)) });
  // Through the thread, whose namespaces are the node's.
  const own = "/proc/thread-self";
  return [
    from("stat", "/proc/stat", readStat),
    from("loadavg", "/proc/loadavg", readLoad),
    from("meminfo", "/proc/meminfo", readMemory),
    from("diskstats", "/proc/diskstats", readDisks),
    from("netdev", `${own}/net/dev`, readInterfaces),
    from("vmstat", "/proc/vmstat", readVmstat),
    from("filefd", "/proc/sys/fs/file-nr", readFileHandles),
    {
      name: "netstat",
      collect: async () => [
        ...readNetstat(await read(`${own}/net/netstat`)),
        ...readNetstat(await read(`${own}/net/snmp`)),
      ],
    },
    {
      name: "conntrack",
      collect: async () =>
        readConntrack(
          await read("/proc/sys/net/netfilter/nf_conntrack_count"),
          await read("/proc/sys/net/netfilter/nf_conntrack_max"),
        ),
    },
    {
      name: "filesystem",
      collect: async () => readFilesystems(disk, parseMounts(await read(`${own}/mounts`))),
    },
    { name: "uname", collect: () => readUname(read) },
    { name: "mdadm", collect: async () => readArrays(await readIfThere("/proc/mdstat")) },
    { name: "bonding", collect: () => readBonds(disk) },
    { name: "netclass", collect: () => readLinks(disk, read) },
  ];
}

async function readUname(read: (path: string) => Promise<string>): Promise<readonly Family[]> {
  const kernel = async (name: string) => (await read(`/proc/sys/kernel/${name}`)).trim();
  const labels = {
    domainname: await kernel("domainname"),
    machine: await kernel("arch"),
    nodename: await kernel("hostname"),
    release: await kernel("osrelease"),
    sysname: await kernel("ostype"),
    version: await kernel("version"),
  };
  const help = "Labeled system information as provided by the uname system call.";
  return [gauge("node_uname_info", help, [sample(1, labels)])];
}

/** Which links are up, from `/sys/class/net`. */
async function readLinks(
  disk: NodeMetricsDeps["disk"],
  read: (path: string) => Promise<string>,
): Promise<readonly Family[]> {
  const devices = (await disk.listDirectory("/sys/class/net")).toSorted();
  const states = await Promise.all(
    devices.map(async (device) => (await read(`/sys/class/net/${device}/operstate`)).trim()),
  );
  const samples = devices.map((device, index) =>
    sample(states[index] === "up" ? 1 : 0, { device }),
  );
  return [gauge("node_network_up", "Value is 1 if operstate is 'up', 0 otherwise.", samples)];
}
