/** Devices that are several in one, and of which some may have failed, as node_exporter tells them. */
import type { Disk } from "#base";
import type { Family } from "../stats/prometheus-text.ts";
import { gauge, sample } from "./machine-files.ts";

interface RaidArray {
  readonly device: string;
  readonly state: string;
  readonly required: number;
  readonly active: number;
  readonly failed: number;
  readonly spare: number;
  readonly blocks: number;
}

const arrayStates = ["active", "inactive", "recovering", "resync", "check"] as const;

/**
 * Software RAID, from `/proc/mdstat`:
 *
 *     md0 : active raid1 sdb1[1](F) sda1[0]
 *           1046528 blocks super 1.2 [2/1] [U_]
 */
export function readArrays(mdstat: string): readonly Family[] {
  const arrays = parseArrays(mdstat);
  const each = (read: (array: RaidArray) => number) =>
    arrays.map((array) => sample(read(array), { device: array.device }));
  const disks = arrays.flatMap(({ device, active, failed, spare }) =>
    Object.entries({ active, failed, spare }).map(([state, count]) =>
      sample(count, { device, state }),
    ),
  );
  const states = arrays.flatMap(({ device, state }) =>
    arrayStates.map((one) => sample(state === one ? 1 : 0, { device, state: one })),
  );
  return [
    gauge("node_md_state", "Indicates the state of md-device.", states),
    gauge("node_md_disks", "Number of active/failed/spare disks of device.", disks),
    gauge(
      "node_md_disks_required",
      "Total number of disks of device.",
      each(({ required }) => required),
    ),
    gauge(
      "node_md_blocks",
      "Total number of blocks on device.",
      each(({ blocks }) => blocks),
    ),
  ];
}

function parseArrays(mdstat: string): readonly RaidArray[] {
  return mdstat.split(/^(?=md)/m).flatMap((section) => {
    const [, device, word = "", members = ""] =
      /^(md\S+) : (\S+)(?: \([^)]*\))?(.*)/.exec(section) ?? [];
    if (device === undefined) return [];
    const count = (mark: string) => members.split(`(${mark})`).length - 1;
    const failed = count("F");
    const spare = count("S");
    const present = (members.match(/\[\d+\]/g) ?? []).length - failed - spare;
    // Without redundancy all of them are needed, and the file does not say how many.
    const [, required = present, active = present] = /\[(\d+)\/(\d+)\]/.exec(section) ?? [];
    const [, under] = /(recovery|resync|check) *=/.exec(section) ?? [];
    const state = under === "recovery" ? "recovering" : (under ?? word);
    const blocks = Number(/(\d+) blocks/.exec(section)?.[1] ?? 0);
    return [
      { device, state, required: Number(required), active: Number(active), failed, spare, blocks },
    ];
  });
}

const links = "/sys/class/net";

/** Bonded network links, of which each has several others below it. */
export async function readBonds(disk: Pick<Disk, "findFile">): Promise<readonly Family[]> {
  const read = async (path: string) => {
    const bytes = await disk.findFile(`${links}/${path}`);
    return bytes === undefined ? [] : words(new TextDecoder().decode(bytes));
  };
  const bonds = await Promise.all(
    (await read("bonding_masters")).map(async (master) => {
      const slaves = await read(`${master}/bonding/slaves`);
      const states = await Promise.all(
        slaves.map((slave) => read(`${master}/lower_${slave}/bonding_slave/mii_status`)),
      );
      const active = states.filter(([state]) => state === "up").length;
      return { master, slaves: slaves.length, active };
    }),
  );
  return [
    gauge(
      "node_bonding_slaves",
      "Number of configured slaves per bonding interface.",
      bonds.map(({ master, slaves }) => sample(slaves, { master })),
    ),
    gauge(
      "node_bonding_active",
      "Number of active slaves per bonding interface.",
      bonds.map(({ master, active }) => sample(active, { master })),
    ),
  ];
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
