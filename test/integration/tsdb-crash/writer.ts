/**
 * Appends to the database in a directory until it is killed. The value of each sample is its number
 * in its series; after each commit the number that it has reached is printed.
 *
 *   node writer.ts <directory> <first number>
 */
import process from "node:process";
import { silentLogger, uncounted } from "#base";
import { realClock, realDisk, realZstd, systemRandom } from "#host";
import { labelsOf } from "#series";
import { type Database, openDatabase } from "#tsdb";
import { blockRangeMs, retention, scrapeIntervalMs, seriesCount, startMs } from "./load.ts";

const [directory = "", first = "1"] = process.argv.slice(2);
const deps = {
  disk: realDisk,
  zstd: realZstd,
  clock: realClock,
  random: systemRandom,
  log: silentLogger,
  meters: uncounted,
};
const signal = new AbortController().signal;
const database = await openDatabase(deps, directory, {
  blockRangeMs,
  blockRangeMaxMs: blockRangeMs * 9,
  retention,
  wal: { segmentBytesMax: 256 * 1024, compression: "snappy", sync: "commit" },
  maintenanceIntervalMs: 50,
  dumpIntervalMs: 200,
});
process.stdout.write("open\n");
await Promise.all([database.run(signal), write(database)]);

async function write(target: Database): Promise<void> {
  for (let number = Number(first); ; number++) {
    const appender = target.appender();
    for (let series = 0; series < seriesCount; series++) {
      const ref = appender.seriesRef(
        labelsOf([
          ["__name__", "number"],
          ["s", `${series}`],
        ]),
      );
      const refusal = appender.appendFloat(ref, startMs + number * scrapeIntervalMs, number, 0);
      if (refusal !== undefined) throw new Error(`${number}: ${refusal}`);
    }
    await appender.commit();
    process.stdout.write(`${number}\n`);
  }
}
