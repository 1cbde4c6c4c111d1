import assert from "node:assert/strict";
import { test } from "node:test";
import { type Family, formatFamilies } from "../stats/prometheus-text.ts";
import { parseMounts, readFilesystems } from "./filesystems.ts";
import {
  readConntrack,
  readDisks,
  readFileHandles,
  readInterfaces,
  readLoad,
  readMemory,
  readNetstat,
  readStat,
  readVmstat,
} from "./machine-files.ts";

function show(families: readonly Family[]): readonly string[] {
  return formatFamilies(families)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

// Files of a kernel, shortened, and what becomes of them.
const cases: readonly (readonly [
  file: string,
  read: (text: string) => readonly Family[],
  text: string,
  lines: readonly string[],
])[] = [
  [
    "loadavg",
    readLoad,
    "0.50 1.25 2.00 3/100 4242\n",
    ["node_load1 0.5", "node_load5 1.25", "node_load15 2"],
  ],
  [
    "meminfo",
    readMemory,
    "MemTotal:       16 kB\nActive(file):    2 kB\nHugePages_Total:       3\n",
    [
      "node_memory_MemTotal_bytes 16384",
      "node_memory_Active_file_bytes 2048",
      "node_memory_HugePages_Total 3",
    ],
  ],
  [
    "file-nr",
    readFileHandles,
    "759\t0\t2466170\n",
    ["node_filefd_allocated 759", "node_filefd_maximum 2466170"],
  ],
  [
    "vmstat",
    readVmstat,
    "nr_free_pages 5\npgmajfault 7\noom_kill 1\n",
    ["node_vmstat_pgmajfault 7", "node_vmstat_oom_kill 1"],
  ],
  [
    "netstat",
    readNetstat,
    "TcpExt: ListenDrops Other\nTcpExt: 4 5\nIpExt: InOctets\nIpExt: 9\n",
    ["node_netstat_TcpExt_ListenDrops 4", "node_netstat_IpExt_InOctets 9"],
  ],
  [
    "conntrack",
    (text) => readConntrack(text, "100\n"),
    "7\n",
    ["node_nf_conntrack_entries 7", "node_nf_conntrack_entries_limit 100"],
  ],
];

for (const [file, read, text, lines] of cases) {
  test(`${file} is read as node_exporter reads it`, () => {
    assert.deepEqual(show(read(text)), lines);
  });
}

test("processor time is told by processor and mode", () => {
  const lines = show(readStat("cpu  9 9\ncpu0 100 2 3 4 5 6 7 8 9 10\nctxt 5\nbtime 1700\n"));
  assert.deepEqual(lines, [
    'node_cpu_seconds_total{cpu="0",mode="user"} 1',
    'node_cpu_seconds_total{cpu="0",mode="nice"} 0.02',
    'node_cpu_seconds_total{cpu="0",mode="system"} 0.03',
    'node_cpu_seconds_total{cpu="0",mode="idle"} 0.04',
    'node_cpu_seconds_total{cpu="0",mode="iowait"} 0.05',
    'node_cpu_seconds_total{cpu="0",mode="irq"} 0.06',
    'node_cpu_seconds_total{cpu="0",mode="softirq"} 0.07',
    'node_cpu_seconds_total{cpu="0",mode="steal"} 0.08',
    'node_cpu_guest_seconds_total{cpu="0",mode="user"} 0.09',
    'node_cpu_guest_seconds_total{cpu="0",mode="nice"} 0.1',
    "node_boot_time_seconds 1700",
    "node_context_switches_total 5",
  ]);
});

test("disks count in bytes and seconds, and parts of disks do not count", () => {
  const lines = show(
    readDisks(
      "254 0 vda 1 2 3 4000 5 6 7 8000 9 10000 11000 0 0\n254 1 vda1 1 1 1 1\n7 0 loop0 1\n",
    ),
  );
  assert.deepEqual(
    lines,
    [
      "reads_completed_total 1",
      "reads_merged_total 2",
      "read_bytes_total 1536",
      "read_time_seconds_total 4",
      "writes_completed_total 5",
      "writes_merged_total 6",
      "written_bytes_total 3584",
      "write_time_seconds_total 8",
      "io_now 9",
      "io_time_seconds_total 10",
      "io_time_weighted_seconds_total 11",
    ].map((line) => `node_disk_${line.replace(" ", '{device="vda"} ')}`),
  );
});

test("interfaces count both ways", () => {
  const lines = show(readInterfaces("head\n eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"));
  assert.equal(lines.length, 16);
  assert.deepEqual(
    [lines[0], lines[3], lines[8], lines[11]],
    [
      'node_network_receive_bytes_total{device="eth0"} 1',
      'node_network_receive_drop_total{device="eth0"} 4',
      'node_network_transmit_bytes_total{device="eth0"} 9',
      'node_network_transmit_drop_total{device="eth0"} 12',
    ],
  );
});

test("file systems are measured where they are mounted, and say when they cannot be", async () => {
  const mounts = parseMounts(
    [
      "proc /proc proc rw 0 0",
      "overlay /run/x overlay rw 0 0",
      "/dev/vda / ext4 ro,relatime 0 0",
      "/dev/vdb /my\\040disk xfs rw 0 0",
      "",
    ].join("\n"),
  );
  const space = {
    totalBytes: 100,
    freeBytes: 60,
    availableBytes: 50,
    totalFiles: 10,
    freeFiles: 4,
  };
  const disk = {
    measureSpace: async (path: string) => {
      if (path !== "/") throw new Error("gone");
      return space;
    },
  };
  const root = '{device="/dev/vda",device_error="",fstype="ext4",mountpoint="/"}';
  assert.deepEqual(show(await readFilesystems(disk, mounts)), [
    `node_filesystem_size_bytes${root} 100`,
    `node_filesystem_free_bytes${root} 60`,
    `node_filesystem_avail_bytes${root} 50`,
    `node_filesystem_files${root} 10`,
    `node_filesystem_files_free${root} 4`,
    `node_filesystem_readonly${root} 1`,
    `node_filesystem_device_error${root} 0`,
    'node_filesystem_device_error{device="/dev/vdb",device_error="",fstype="xfs",mountpoint="/my disk"} 1',
  ]);
});
