/** Brings image archives into a containerd. */
import type { Disk, Processes } from "#base";
import type { Runtime } from "../runtime.ts";
import { inspectImageArchive } from "./inspect-archive.ts";

export interface LoadDeps {
  readonly disk: Disk;
  readonly processes: Processes;
}

/** Importing unpacks every layer; a large image on a slow disk takes minutes. */
const importTimeoutMs = 900_000;

/**
 * Loads a `docker save` archive or an OCI layout into containerd, for the pods of one node.
 *
 * @returns the references that the image can be used by
 * @throws when the file is no whole archive; containerd is not touched then
 */
export async function loadImage(
  { disk, processes }: LoadDeps,
  socket: string,
  file: string,
): Promise<readonly string[]> {
  const { names } = await inspectImageArchive(disk, file);
  await importArchive(processes, socket, file);
  for (const { imported, whole } of names) {
    if (imported === whole) continue;
    await runCtr(processes, socket, ["images", "tag", "--force", imported, whole]);
  }
  return names.map(({ whole }) => whole);
}

/**
 * Makes sure that a node has an image that we build ourselves.
 *
 * @param build writes the archive's bytes; called only when the image is missing
 */
export async function ensureImage(
  { disk, processes }: LoadDeps,
  place: { readonly runtime: Runtime; readonly socket: string; readonly directory: string },
  image: { readonly reference: string; readonly build: () => Promise<Uint8Array> },
  signal: AbortSignal,
): Promise<void> {
  if ((await place.runtime.images.find(image.reference, signal)) !== undefined) return;
  const file = `${place.directory}/image.tar`;
  await disk.writeFile(file, await image.build());
  try {
    await importArchive(processes, place.socket, file);
  } finally {
    await disk.remove(file);
  }
}

async function importArchive(processes: Processes, socket: string, file: string): Promise<void> {
  try {
    await runCtr(processes, socket, ["images", "import", file]);
  } catch (error) {
    throw new Error(`loading ${file}`, { cause: error });
  }
}

async function runCtr(
  processes: Processes,
  socket: string,
  command: readonly string[],
): Promise<void> {
  const args = ["--address", socket, "--namespace", "k8s.io", ...command];
  const { exitCode, stderr } = await processes.run("ctr", args, { timeoutMs: importTimeoutMs });
  if (exitCode === 0) return;
  const lastLine = stderr.trim().split("\n").at(-1) ?? "";
  throw new Error(lastLine.replace(/^ctr: /, ""));
}
