import assert from "node:assert/strict";
import { test } from "node:test";
import { type CgroupFiles, parseUsageV1, parseUsageV2 } from "./cgroup-usage.ts";

// A container with a quota of half a CPU, as Linux 6.1 shows it in version 1.
const recordedV1 = `
== cpu.shares
512
== cpu.cfs_period_us
100000
== cpu.cfs_quota_us
50000
== cpu.stat
nr_periods 2200
nr_throttled 150
throttled_time 7500000000
nr_bursts 0
burst_time 0
== cpuacct.usage
61500000000
== cpuacct.stat
user 5000
system 1100
== memory.usage_in_bytes
73400320
== memory.max_usage_in_bytes
80000000
== memory.failcnt
3
== memory.stat
cache 1000
rss 2000
pgfault 4500
pgmajfault 12
total_cache 41943040
total_rss 31457280
total_mapped_file 1048576
total_swap 4096
total_inactive_file 10485760
total_active_file 20971520
== memory.kmem.usage_in_bytes
2097152
== memory.limit_in_bytes
134217728
== memory.memsw.limit_in_bytes
9223372036854771712
== memory.soft_limit_in_bytes
9223372036854771712
== memory.oom_control
oom_kill_disable 0
under_oom 0
oom_kill 2
== blkio.throttle.io_service_bytes_recursive
8:0 Read 4096
8:0 Write 8192
8:0 Sync 12288
8:0 Async 0
8:0 Discard 0
8:0 Total 12288
Total 12288
== blkio.throttle.io_serviced_recursive
8:0 Read 1
8:0 Write 2
8:0 Total 3
Total 3
== pids.current
7
== pids.max
max
== cgroup.procs
4242
4243
`;

// The same in version 2, as Linux 6.8 shows it.
const recordedV2 = `
== cpu.stat
usage_usec 61500000
user_usec 50000000
system_usec 11000000
core_sched.force_idle_usec 0
nr_periods 2200
nr_throttled 150
throttled_usec 7500000
nr_bursts 0
burst_usec 0
== cpu.weight
20
== cpu.max
50000 100000
== memory.current
73400320
== memory.peak
80000000
== memory.stat
anon 31457280
file 41943040
kernel 2097152
file_mapped 1048576
inactive_file 10485760
active_file 20971520
pgfault 4500
pgmajfault 12
== memory.events
low 0
high 0
max 3
oom 2
oom_kill 2
oom_group_kill 0
== memory.swap.current
4096
== memory.max
134217728
== memory.swap.max
max
== memory.min
0
== io.stat
8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0
== pids.current
7
== pids.max
max
== cgroup.procs
4242
4243
== cpu.pressure
some avg10=0.00 avg60=1.20 avg300=0.40 total=2500000
full avg10=0.00 avg60=0.00 avg300=0.00 total=1500000
== io.pressure
some avg10=0.00 avg60=0.00 avg300=0.00 total=250000
full avg10=0.00 avg60=0.00 avg300=0.00 total=0
`;

const cpu = {
  usageSeconds: 61.5,
  userSeconds: 50,
  systemSeconds: 11,
  shares: 512,
  periodMicros: 100_000,
  quotaMicros: 50_000,
  periods: 2200,
  throttledPeriods: 150,
  throttledSeconds: 7.5,
};
const memory = {
  usageBytes: 73_400_320,
  maxUsageBytes: 80_000_000,
  workingSetBytes: 62_914_560,
  rssBytes: 31_457_280,
  cacheBytes: 41_943_040,
  swapBytes: 4096,
  mappedFileBytes: 1_048_576,
  kernelBytes: 2_097_152,
  activeFileBytes: 20_971_520,
  inactiveFileBytes: 10_485_760,
  failCount: 3,
  oomKills: 2,
  pageFaults: 4500,
  majorPageFaults: 12,
  limitBytes: 134_217_728,
  swapLimitBytes: 0,
  reservationBytes: 0,
};
const devices = [{ number: "8:0", readBytes: 4096, writtenBytes: 8192, reads: 1, writes: 2 }];
const processes = { count: 2, threads: 7, threadsMax: 0 };

test("version 1 tells of a container what its files say", () => {
  const usage = parseUsageV1(filesOf(recordedV1));
  assert.deepEqual(usage, { cpu, memory, devices, processes, pressures: [] });
});

test("version 2 tells the same, and how long was waited for what", () => {
  const usage = parseUsageV2(filesOf(recordedV2));
  const pressures = [
    { resource: "cpu", waitingSeconds: 2.5, stalledSeconds: 1.5 },
    { resource: "io", waitingSeconds: 0.25, stalledSeconds: 0 },
  ];
  // A weight of 20 stands for between 500 and 526 shares.
  assert.deepEqual(usage, { cpu: { ...cpu, shares: 500 }, memory, devices, processes, pressures });
});

test("without a quota there is none, in either version", () => {
  const v1 = parseUsageV1(filesOf(recordedV1.replace("50000\n== cpu.stat", "-1\n== cpu.stat")));
  const v2 = parseUsageV2(filesOf(recordedV2.replace("50000 100000", "max 100000")));
  assert.deepEqual([v1.cpu?.quotaMicros, v2.cpu?.quotaMicros], [undefined, undefined]);
});

test("what the kernel does not count is not told", () => {
  for (const parse of [parseUsageV1, parseUsageV2]) {
    assert.deepEqual(
      parse(() => undefined),
      { cpu: undefined, memory: undefined, devices: [], processes: undefined, pressures: [] },
    );
  }
});

/** Files in one text, each after its name. */
function filesOf(text: string): CgroupFiles {
  const parts = text.split(/^== (.+)$/m).slice(1);
  const files = new Map<string, string>();
  for (let at = 0; at < parts.length; at += 2) {
    files.set(parts[at] ?? "", (parts[at + 1] ?? "").replace(/^\n/, ""));
  }
  return (name) => files.get(name);
}
