import { realClock } from "#host";
import { preFlight, type PreFlightFinding } from "#oncall";
import { loadConfigFile } from "./load-config-file.ts";

/** What a file of on-call would do wrong at night. Rejects with the place of what is wrong in it. */
export async function checkOnCallFile(file: string): Promise<readonly PreFlightFinding[]> {
  const { roster } = await loadConfigFile(file);
  return preFlight(roster, realClock.nowMs());
}
