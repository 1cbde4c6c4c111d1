/** What a stack needs of the machine that deploys it: the contents of secrets, configs and binds. */
import type { Disk } from "#base";
import type { ComposeProject } from "#compose";

export type StackDisk = Pick<Disk, "readFile" | "findFacts" | "listDirectory" | "realPath">;

export interface StackFiles {
  /** By path. A file that does not exist has none. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** By path. */
  readonly binds: ReadonlyMap<string, BindSource>;
}

/** What a path on this machine is. */
export type BindSource =
  | { readonly kind: "absent" }
  | { readonly kind: "file"; readonly file: BoundFile }
  | { readonly kind: "directory"; readonly files: readonly BoundFile[] }
  /** More than a ConfigMap holds. */
  | { readonly kind: "too large" }
  /** Neither a file nor a directory, or not readable. */
  | { readonly kind: "special"; readonly reason: string };

export interface BoundFile {
  /** Relative to the directory; the name of a single file. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
}

/** What fits into a ConfigMap, with some room for its names. */
export const bindBytesMax = 1_000_000;

const bindFilesMax = 1_000;

const depthMax = 20;

/** Reads everything that the conversion of `project` looks at. */
export async function gatherStackFiles(
  disk: StackDisk,
  project: ComposeProject,
): Promise<StackFiles> {
  const contents = new Map<string, Uint8Array>();
  for (const { file, external } of [...project.secrets.values(), ...project.configs.values()]) {
    if (file === undefined || external === true || contents.has(file)) continue;
    const source = await readBind(disk, file);
    if (source.kind === "file") contents.set(file, source.file.bytes);
  }
  const binds = new Map<string, BindSource>();
  for (const path of boundPaths(project)) {
    if (!binds.has(path)) binds.set(path, await readBind(disk, path));
  }
  return { contents, binds };
}

function boundPaths(project: ComposeProject): readonly string[] {
  return [...project.services.values()].flatMap(({ volumes = [] }) =>
    volumes.flatMap(({ type, source }) =>
      type === "bind" && source !== undefined ? [source] : [],
    ),
  );
}

async function readBind(disk: StackDisk, path: string): Promise<BindSource> {
  const facts = await followed(disk, path);
  if (facts === undefined) return { kind: "absent" };
  if (facts.kind === "file") {
    if (facts.bytes > bindBytesMax) return { kind: "too large" };
    const bytes = await disk.readFile(facts.path);
    const name = path.slice(path.lastIndexOf("/") + 1);
    return { kind: "file", file: { path: name, bytes, mode: facts.mode & 0o777 } };
  }
  if (facts.kind !== "directory") return { kind: "special", reason: `it is a ${facts.kind}` };
  const collector: Collector = { disk, files: [], bytes: 0, isTooLarge: false };
  await collect(collector, facts.path, { prefix: "", depth: 0 });
  return collector.isTooLarge
    ? { kind: "too large" }
    : { kind: "directory", files: collector.files };
}

interface Collector {
  readonly disk: StackDisk;
  readonly files: BoundFile[];
  bytes: number;
  isTooLarge: boolean;
}

async function collect(
  collector: Collector,
  directory: string,
  { prefix, depth }: { readonly prefix: string; readonly depth: number },
): Promise<void> {
  for (const name of await collector.disk.listDirectory(directory)) {
    if (collector.isTooLarge) return;
    const path = `${directory}/${name}`;
    const facts = await followed(collector.disk, path);
    if (facts?.kind === "directory") {
      if (depth >= depthMax) collector.isTooLarge = true;
      else await collect(collector, facts.path, { prefix: `${prefix}${name}/`, depth: depth + 1 });
    } else if (facts?.kind === "file") {
      await add(collector, facts, `${prefix}${name}`);
    }
  }
}

async function add(collector: Collector, facts: Facts, path: string): Promise<void> {
  collector.bytes += facts.bytes + path.length;
  if (collector.bytes > bindBytesMax || collector.files.length >= bindFilesMax) {
    collector.isTooLarge = true;
    return;
  }
  const bytes = await collector.disk.readFile(facts.path);
  collector.files.push({ path, bytes, mode: facts.mode & 0o777 });
}

interface Facts {
  readonly path: string;
  readonly kind: string;
  readonly bytes: number;
  readonly mode: number;
}

/** The facts of what a path leads to. A link that leads nowhere is as good as absent. */
async function followed(disk: StackDisk, path: string): Promise<Facts | undefined> {
  const facts = await disk.findFacts(path);
  if (facts?.kind !== "symlink") return facts === undefined ? undefined : { ...facts, path };
  const target = await disk.realPath(path).catch(() => undefined);
  const found = target === undefined ? undefined : await disk.findFacts(target);
  return found === undefined || target === undefined ? undefined : { ...found, path: target };
}
