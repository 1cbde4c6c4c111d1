import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryDisk } from "#base/testing";
import { formatFamilies } from "../stats/prometheus-text.ts";
import { readArrays, readBonds } from "./redundant-devices.ts";

// An array as its lines in /proc/mdstat; "active/failed/spare of required, blocks, state".
const arrays: readonly (readonly [rule: string, lines: string, want: string])[] = [
  [
    "tells a whole mirror",
    "md0 : active raid1 sdb1[1] sda1[0]\n      1046528 blocks super 1.2 [2/2] [UU]\n",
    "2/0/0 of 2, 1046528, active",
  ],
  [
    "tells failed and spare disks",
    "md1 : active raid5 sdd1[3](S) sdc1[2](F) sdb1[1] sda1[0]\n      99 blocks level 5 [3/2] [UU_]\n",
    "2/1/1 of 3, 99, active",
  ],
  [
    "tells an array that is being rebuilt",
    "md2 : active raid1 sdb1[2] sda1[0]\n      8 blocks [2/1] [U_]\n      [=>...]  recovery =  8.5% (1/8)\n",
    "1/0/0 of 2, 8, recovering",
  ],
  [
    "needs all disks of one without redundancy",
    "md3 : active raid0 sdb1[1] sda1[0]\n      7 blocks 512k chunks\n",
    "2/0/0 of 2, 7, active",
  ],
  [
    "tells one that only may be read",
    "md4 : active (read-only) raid1 sdb1[1] sda1[0]\n      5 blocks [2/2] [UU]\n",
    "2/0/0 of 2, 5, active",
  ],
];

for (const [rule, lines, want] of arrays) {
  test(`software RAID ${rule}`, () => {
    const text = formatFamilies(
      readArrays(`Personalities : [raid1]\n${lines}unused devices: <none>\n`),
    );
    const value = (pattern: RegExp) => pattern.exec(text)?.[1];
    const disks = (state: string) =>
      value(new RegExp(`disks{device="md.",state="${state}"} (\\d+)`));
    const shown = `${disks("active")}/${disks("failed")}/${disks("spare")}`;
    const required = value(/required{device="md."} (\d+)/);
    const state = value(/node_md_state{device="md.",state="(\w+)"} 1/);
    assert.equal(`${shown} of ${required}, ${value(/blocks{.*} (\d+)/)}, ${state}`, want);
  });
}

test("without arrays nothing is told", () => {
  const mdstat = "Personalities : \nunused devices: <none>\n";
  assert.equal(formatFamilies(readArrays(mdstat)), "");
});

test("bonded links are told with those that work", async () => {
  const disk = new MemoryDisk();
  const files = {
    bonding_masters: "bond0\n",
    "bond0/bonding/slaves": "eth0 eth1\n",
    "bond0/lower_eth0/bonding_slave/mii_status": "up\n",
    "bond0/lower_eth1/bonding_slave/mii_status": "down\n",
  };
  for (const [path, text] of Object.entries(files)) {
    const whole = `/sys/class/net/${path}`;
    await disk.makeDirectory(whole.slice(0, whole.lastIndexOf("/")));
    await disk.writeFile(whole, text);
  }
  const lines = formatFamilies(await readBonds(disk)).split("\n");
  assert.deepEqual(
    lines.filter((line) => line.startsWith("node_")),
    ['node_bonding_slaves{master="bond0"} 2', 'node_bonding_active{master="bond0"} 1'],
  );
  assert.equal(formatFamilies(await readBonds(new MemoryDisk())), "");
});
