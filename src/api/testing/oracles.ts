/** Finds the facts about Kubernetes that tests compare with, which lie beside the checkout. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../..");
const places = [path.join(root, "../shared"), process.env["WHERRY_SHARED"]];
const oracles = places
  .filter((place) => place !== undefined)
  .map((place) => path.join(place, "oracles/kubernetes-1.36"))
  .find((place) => existsSync(place));

/** For the options of a test: skips it, saying why, when there are no facts to compare with. */
export const oracleSkip: string | false =
  oracles === undefined
    ? "no oracles beside the checkout (../shared) and WHERRY_SHARED is not set"
    : false;

/** A file of the oracles; call it only in tests that have `oracleSkip`. */
export function readOracle(name: string): Uint8Array {
  return readFileSync(path.join(oracles ?? "", name));
}

export function readOracleJson(name: string): unknown {
  return JSON.parse(new TextDecoder().decode(readOracle(name)));
}

/** Names of the files in a folder of the oracles; none when there are none. */
export function listOracles(folder: string): readonly string[] {
  return oracles === undefined ? [] : readdirSync(path.join(oracles, folder)).sort();
}
