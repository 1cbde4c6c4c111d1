import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryDisk, VirtualClock } from "#base/testing";
import { containerNameLabel, podNameLabel, podNamespaceLabel, podUidLabel } from "../pod/labels.ts";
import {
  type CadvisorDeps,
  collectCadvisor,
  parseCores,
  parseDeviceNames,
} from "./cadvisor-facts.ts";
import { formatCadvisorMetrics } from "./cadvisor-metrics.ts";

const node = "/wherry/main/node-1";
const atMs = Date.UTC(2026, 0, 1);

test("each cgroup is told with whose it is, as by cAdvisor under containerd", async () => {
  const page = formatCadvisorMetrics(await collectFrom(await nodeDisk()));
  const shown = linesOf(page, "container_cpu_usage_seconds_total").map((line) =>
    line.replace(",cpu=", ", cpu="),
  );
  const pod = 'namespace="shop",pod="web-1"';
  const uid = "/kubepods/burstable/podu-1";
  const nobody = 'image="",name="",namespace="",pod=""';
  assert.deepEqual(shown, [
    `{container="",id="/",${nobody}, cpu="total"} 900 ${atMs}`,
    `{container="",id="/kubepods",${nobody}, cpu="total"} 3 ${atMs}`,
    `{container="",id="/kubepods/burstable",${nobody}, cpu="total"} 3 ${atMs}`,
    `{container="",id="${uid}",image="",name="",${pod}, cpu="total"} 3 ${atMs}`,
    `{container="",id="${uid}/box",image="pause:1",name="box",${pod}, cpu="total"} 1 ${atMs}`,
    `{container="app",id="${uid}/c1",image="web:1",name="c1",${pod}, cpu="total"} 2 ${atMs}`,
  ]);
});

test("the network is its sandbox's, the written layer and the quota the container's", async () => {
  const page = formatCadvisorMetrics(await collectFrom(await nodeDisk()));
  const box =
    '{container="",id="/kubepods/burstable/podu-1/box",image="pause:1",name="box",namespace="shop",pod="web-1"';
  const app =
    '{container="app",id="/kubepods/burstable/podu-1/c1",image="web:1",name="c1",namespace="shop",pod="web-1"';
  const wanted: readonly (readonly [string, string])[] = [
    ["container_network_receive_packets_total", `${box},interface="eth0"} 2 ${atMs}`],
    ["container_network_transmit_packets_dropped_total", `${box},interface="eth0"} 7 ${atMs}`],
    ["container_fs_usage_bytes", `${app},device="/dev/sda1"} 99 ${atMs}`],
    ["container_cpu_cfs_throttled_periods_total", `${app}} 4 ${atMs}`],
    ["container_spec_cpu_quota", `${app}} 50000`],
    ["container_start_time_seconds", `${app}} 1767225500`],
  ];
  for (const [name, line] of wanted) {
    assert.ok(linesOf(page, name).includes(line), `${name}${line}`);
  }
  // Only where there is a quota.
  assert.equal(linesOf(page, "container_cpu_cfs_periods_total").length, 1);
  assert.deepEqual(linesOf(page, "machine_cpu_cores"), [
    '{boot_id="b",machine_id="m",system_uuid="s"} 2',
  ]);
});

test("devices and cores have their names and numbers", () => {
  const disks = "   8       0 sda 1 2 3\n   8       1 sda1 1 2 3\n";
  assert.deepEqual(
    [...parseDeviceNames(disks)],
    [
      ["8:0", "/dev/sda"],
      ["8:1", "/dev/sda1"],
    ],
  );
  const processor = (socket: number, core: number) =>
    `processor\t: 0\nphysical id\t: ${socket}\ncore id\t\t: ${core}\n`;
  const cpuinfo = [processor(0, 0), processor(0, 0), processor(0, 1), processor(1, 0)].join("\n");
  assert.deepEqual(parseCores(cpuinfo), { physical: 3, sockets: 2 });
});

const system = { kernelVersion: "6.1", osName: "Debian" };

function linesOf(page: string, name: string): readonly string[] {
  return page
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`))
    .map((line) => line.slice(name.length));
}

/** Version 1: a pod with its sandbox and one container, and the machine around it. */
async function nodeDisk(): Promise<CadvisorDeps["disk"]> {
  const disk = new MemoryDisk();
  const pod = `${node}/kubepods/burstable/podu-1`;
  const seconds = {
    "": 900,
    [`${node}/kubepods`]: 3,
    [`${node}/kubepods/burstable`]: 3,
    [pod]: 3,
    [`${pod}/box`]: 1,
    [`${pod}/c1`]: 2,
  };
  for (const [path, usage] of Object.entries(seconds)) {
    await disk.makeDirectory(`/sys/fs/cgroup/cpu${path}`);
    await disk.makeDirectory(`/sys/fs/cgroup/cpuacct${path}`);
    await disk.writeFile(`/sys/fs/cgroup/cpuacct${path}/cpuacct.usage`, `${usage}000000000\n`);
  }
  await disk.writeFile(`/sys/fs/cgroup/cpu${pod}/c1/cpu.cfs_quota_us`, "50000\n");
  await disk.writeFile(`/sys/fs/cgroup/cpu${pod}/c1/cpu.stat`, "nr_periods 9\nnr_throttled 4\n");
  await disk.makeDirectory(`/sys/fs/cgroup/pids${pod}/box`);
  await disk.writeFile(`/sys/fs/cgroup/pids${pod}/box/cgroup.procs`, "77\n");
  await disk.makeDirectory("/proc/77/ns");
  await disk.writeFile("/proc/77/ns/net", "net:[1]");
  await disk.makeDirectory("/proc/thread-self/ns");
  await disk.writeFile("/proc/thread-self/ns/net", "net:[2]");
  await disk.makeDirectory("/proc/77/net");
  await disk.writeFile("/proc/77/net/dev", "  eth0: 100 2 3 1 0 0 0 0 400 5 6 7 0 0 0 0\n");
  await disk.writeFile("/proc/mounts", "/dev/sda1 / ext4 rw 0 0\noverlay /x overlay rw 0 0\n");
  // Links are files with what they point to.
  const readLink = async (path: string) => new TextDecoder().decode(await disk.readFile(path));
  return Object.assign(disk, { readLink });
}

function collectFrom(disk: CadvisorDeps["disk"]) {
  const labels = {
    [podNameLabel]: "web-1",
    [podNamespaceLabel]: "shop",
    [podUidLabel]: "u-1",
  };
  const sandbox = { id: "box", labels, createdAtMs: 1_767_225_400_000 };
  const container = {
    id: "c1",
    labels: { ...labels, [containerNameLabel]: "app" },
    image: { image: "web:1" },
    createdAtMs: 1_767_225_500_000,
  };
  const layer = { atMs, mountpoint: "/var/lib/x", usedBytes: 99, inodesUsed: 1 };
  const runtime = {
    sandboxes: { list: async () => [sandbox] },
    containers: {
      list: async () => [container],
      listStats: async () => [{ id: "c1", writableLayer: layer }],
    },
  } as unknown as CadvisorDeps["runtime"];
  const facts = {
    bootId: "b",
    machineId: "m",
    systemUuid: "s",
    cpuCount: 2,
    memoryBytes: 1,
    ...system,
  };
  const machine = { describe: async () => facts } as unknown as CadvisorDeps["machine"];
  const deps = { runtime, disk, machine, clock: new VirtualClock(atMs) };
  const options = { nodeCgroup: node, sandboxImage: "pause:1" };
  return collectCadvisor(deps, options, new AbortController().signal);
}
