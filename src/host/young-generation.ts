import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Makes the part of the heap where new objects begin as small as it was at the start of the process,
 * one MiB, and keeps it so; otherwise it grows up to 64 MiB.
 *
 * It is then collected more often, which costs no more, and with it goes what each packet from the
 * network has brought. While the young generation is large, those wait until V8 finds that there is
 * too much of them and collects everything: several times a second under load, for a third of all
 * processor time. V8 takes the size only as a flag of the command line, but shrinks that part itself
 * in its most thorough collection, which takes some ten milliseconds while there is little.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--expose-gc");
  runInNewContext('gc({ type: "major", flavor: "last-resort" })');
  setFlagsFromString("--no-expose-gc");
}
