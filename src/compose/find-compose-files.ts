import type { ComposeDisk } from "./load/sources.ts";
import { directoryOf, joinPath } from "./path.ts";

const names = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

const overrideNames = [
  "compose.override.yml",
  "compose.override.yaml",
  "docker-compose.override.yml",
  "docker-compose.override.yaml",
];

/**
 * The Compose files of somebody who names none: those in `COMPOSE_FILE`, else the first of the usual
 * names in `directory` or above it, with its override. Empty when there are none.
 */
export async function findComposeFiles(
  disk: ComposeDisk,
  directory: string,
  environment: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const named = environment.get("COMPOSE_FILE") ?? "";
  if (named !== "") {
    const separator = environment.get("COMPOSE_PATH_SEPARATOR") || ":";
    return named.split(separator).map((file) => joinPath(directory, file));
  }
  for (let at = directory; ; at = directoryOf(at)) {
    const file = await firstOf(disk, at, names);
    if (file !== undefined) {
      const override = await firstOf(disk, at, overrideNames);
      return override === undefined ? [file] : [file, override];
    }
    if (at === "/") return [];
  }
}

async function firstOf(
  disk: ComposeDisk,
  directory: string,
  candidates: readonly string[],
): Promise<string | undefined> {
  for (const name of candidates) {
    const path = joinPath(directory, name);
    if ((await disk.findFile(path)) !== undefined) return path;
  }
  return undefined;
}
