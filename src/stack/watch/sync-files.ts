/** Takes changed files into running containers, by the tar and rm that they have. */
import type { ObjectKey } from "#api";
import { type TarFile, writeTar } from "#base";
import type { PodStreams } from "#client";

export interface SyncPlace {
  readonly pod: ObjectKey;
  readonly container: string;
}

/** Files by their absolute paths in the container. */
export interface SyncContent {
  readonly written: readonly TarFile[];
  readonly removed: readonly string[];
}

/** Longer lists of paths would not fit on a command line. */
const removedAtOnce = 500;

/** Throws with what the container's own programs said when they fail. */
export async function syncFiles(
  streams: Pick<PodStreams, "exec">,
  place: SyncPlace,
  { written, removed }: SyncContent,
  signal: AbortSignal,
): Promise<void> {
  for (let start = 0; start < removed.length; start += removedAtOnce) {
    const paths = removed.slice(start, start + removedAtOnce);
    await runInContainer(streams, place, { words: ["rm", "-rf", ...paths] }, signal);
  }
  if (written.length === 0) return;
  // Programs that look at times must see that files are new, so those of the archive do not count.
  const command = { words: ["tar", "-xmf", "-", "-C", "/"], input: writeTar(written) };
  await runInContainer(streams, place, command, signal);
}

interface ContainerCommand {
  readonly words: readonly string[];
  readonly input?: Uint8Array;
}

/** Runs a command that says nothing unless it fails. Gives what it printed. */
export async function runInContainer(
  streams: Pick<PodStreams, "exec">,
  { pod, container }: SyncPlace,
  { words, input }: ContainerCommand,
  signal: AbortSignal,
): Promise<string> {
  const utf8 = new TextDecoder();
  let printed = "";
  const write = async (bytes: Uint8Array) => {
    printed += utf8.decode(bytes, { stream: true });
  };
  const status = await streams.exec(
    pod,
    { container, words },
    { output: write, error: write, ...(input === undefined ? {} : { input: once(input) }) },
    signal,
  );
  if (status === 0) return printed;
  const reason = printed.trim() === "" ? `exit status ${status}` : printed.trim();
  throw new Error(`${words[0]} in ${pod.name}: ${reason}`);
}

async function* once(bytes: Uint8Array) {
  yield bytes;
}
