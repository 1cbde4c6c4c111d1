/** `promtool tsdb list`: the blocks of a database, by their beginning. */
import { type BlockMeta, readMeta } from "#tsdb";
import { formatGoDuration } from "../command-line/go-duration.ts";
import { exitSuccess, type Surroundings, type ToolDisk } from "../surroundings.ts";
import { formatTable } from "../table.ts";
import { blockNames, directoryAt } from "./open.ts";

/** How figures are shown: `exact` are milliseconds and bytes. */
export type FigureForm = "exact" | "readable";

export async function listBlocks(
  path: string,
  form: FigureForm,
  { disk, console }: Surroundings,
): Promise<number> {
  const directory = await directoryAt(disk, path);
  const names = await blockNames(disk, directory);
  const blocks = await Promise.all(names.map((name) => readBlock(disk, `${directory}/${name}`)));
  blocks.sort((left, right) => left.meta.minMs - right.meta.minMs);
  await console.write(formatBlocks(blocks, form, "withHeader"));
  return exitSuccess;
}

export interface ListedBlock {
  readonly meta: BlockMeta;
  readonly bytes: number;
}

/** What a block is, and how much room its files take. */
export async function readBlock(disk: ToolDisk, directory: string): Promise<ListedBlock> {
  const meta = await readMeta(disk, directory);
  const chunks = await disk.listDirectory(`${directory}/chunks`);
  const files = ["index", "meta.json", "tombstones", ...chunks.map((name) => `chunks/${name}`)];
  const facts = await Promise.all(files.map((file) => disk.findFacts(`${directory}/${file}`)));
  return { meta, bytes: facts.reduce((sum, fact) => sum + (fact?.bytes ?? 0), 0) };
}

const header = [
  "BLOCK ULID",
  "MIN TIME",
  "MAX TIME",
  "DURATION",
  "NUM SAMPLES",
  "NUM CHUNKS",
  "NUM SERIES",
  "SIZE",
];

export function formatBlocks(
  blocks: readonly ListedBlock[],
  form: FigureForm,
  headed: "withHeader" | "withoutHeader",
): string {
  const rows = blocks.map(({ meta, bytes }) => [
    meta.ulid,
    formatTime(meta.minMs, form),
    formatTime(meta.maxMs, form),
    formatGoDuration(meta.maxMs - meta.minMs),
    String(meta.stats.numSamples),
    String(meta.stats.numChunks),
    String(meta.stats.numSeries),
    form === "readable" ? formatBytes(bytes) : String(bytes),
  ]);
  const all = headed === "withHeader" ? [header, ...rows] : rows;
  return formatTable(all, { cellMin: 13, padding: 2 });
}

function formatTime(timeMs: number, form: FigureForm): string {
  if (form === "exact") return String(timeMs);
  const text = new Date(Math.trunc(timeMs / 1_000) * 1_000).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 19)} +0000 UTC`;
}

/** `1KiB512B`: every unit that there is something of. */
function formatBytes(bytes: number): string {
  if (bytes === 0) return "0B";
  const parts: string[] = [];
  let rest = bytes;
  for (const unit of ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]) {
    if (rest % 1_024 !== 0) parts.unshift(`${rest % 1_024}${unit}`);
    rest = Math.floor(rest / 1_024);
  }
  return parts.join("");
}
