/** The corpus as its repository has it: `data/<group>/<name>.csv` and `labels/combined_windows.json`. */
import { globSync, readFileSync } from "node:fs";

export interface CorpusFile {
  readonly name: string;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly windows: readonly (readonly [number, number])[];
}

export function readCorpus(directory: string): readonly CorpusFile[] {
  const labels: Record<string, [string, string][]> = JSON.parse(
    readFileSync(`${directory}/labels/combined_windows.json`, "utf8"),
  );
  return globSync("*/*.csv", { cwd: `${directory}/data` })
    .sort()
    .map((name) => {
      const lines = readFileSync(`${directory}/data/${name}`, "utf8").trim().split("\n").slice(1);
      const rows = lines.map((line) => line.trim().split(","));
      const times = rows.map(([time = ""]) => timeOf(time));
      const windows = (labels[name] ?? []).map(
        ([first, last]) => [times.indexOf(timeOf(first)), times.indexOf(timeOf(last))] as const,
      );
      return {
        name,
        timesMs: Float64Array.from(times),
        values: Float64Array.from(rows, ([, value]) => Number(value)),
        windows,
      };
    });
}

function timeOf(text: string): number {
  return Date.parse(`${text.trim().slice(0, 19).replace(" ", "T")}Z`);
}
