/** Directories and files of the machine that deploys. Small ones travel with the stack. */
import { nodeAt, type Path, type Service } from "#compose";
import { type BindSource, bindBytesMax } from "../files/stack-files.ts";
import { contentHash } from "../names.ts";
import { bindObjectName, type CopiedSource, keyOfFile } from "../objects/bind-contents.ts";
import type { Conversion } from "../stack-service.ts";
import type { Mounted } from "./mounts.ts";

type VolumeUse = NonNullable<Service["volumes"]>[number];

/** What a service sees of the machine that deploys; undefined when it has been reported. */
export function bindMount(use: VolumeUse, at: Path, conversion: Conversion): Mounted | undefined {
  const { options, report } = conversion;
  const source = copiedSource(use, at, conversion);
  if (source !== undefined) return copyMount(use, source, { at, conversion });
  const problem = problemOf(use, at, conversion);
  if (problem === undefined) return absent(use, at, conversion);
  if (options.hostPaths === "allowed") return hostPath(use);
  const advice = "build it into the image, use a volume, or let pods see the nodes' directories";
  report.refuse(at, `${problem}; ${advice} (--allow-host-path)`);
  return undefined;
}

/** What travels with the stack because a service binds it; undefined for what cannot. */
export function copiedSource(
  use: VolumeUse,
  at: Path,
  conversion: Conversion,
): CopiedSource | undefined {
  const source = sourceOf(use, conversion);
  const isCopied = source.kind === "file" || source.kind === "directory";
  return isCopied && problemOf(use, at, conversion) === undefined ? source : undefined;
}

function sourceOf({ source = "" }: VolumeUse, { files }: Conversion): BindSource {
  return files.binds.get(source) ?? { kind: "absent" };
}

function copyMount(
  use: VolumeUse,
  source: CopiedSource,
  { at, conversion }: { readonly at: Path; readonly conversion: Conversion },
): Mounted {
  if (use.read_only !== true) {
    const reason = "the pods get a read-only copy of what is there now";
    conversion.report.lose(at, "changed", reason);
  }
  const path = use.source ?? "";
  const name = `bind-${contentHash(path)}`;
  const files = source.kind === "file" ? [source.file] : source.files;
  const items = files.map((file) => ({
    key: keyOfFile(file.path),
    path: file.path,
    mode: file.mode,
  }));
  const configMap = {
    name: bindObjectName(path, source),
    ...(items.length > 0 ? { items } : {}),
  };
  const mount = { name, mountPath: use.target, readOnly: true };
  return {
    volume: { name, configMap },
    mount: source.kind === "file" ? { ...mount, subPath: source.file.path } : mount,
  };
}

/** Why something cannot travel with the stack. */
function problemOf(use: VolumeUse, at: Path, conversion: Conversion): string | undefined {
  const { directory } = conversion.project;
  const path = use.source ?? "";
  const source = sourceOf(use, conversion);
  const isOurs = path === directory || path.startsWith(`${directory}/`);
  if (!isOurs && isAbsoluteInFile(at, conversion)) {
    return `${path} is a path of this machine, and pods run on nodes`;
  }
  if (source.kind === "special") return `${path} cannot be copied: ${source.reason}`;
  if (source.kind !== "too large") return undefined;
  return `${path} is larger than the ${bindBytesMax} bytes that a ConfigMap holds`;
}

/** Whether the file has the path as one of the machine, and not as one of the project. */
function isAbsoluteInFile(at: Path, { project }: Conversion): boolean {
  const node = nodeAt(project.tree, [...at, "source"]);
  const written = node?.kind === "scalar" ? (node.source ?? node.value) : undefined;
  return typeof written === "string" && /^[/\\]|^[a-z]:/i.test(written);
}

/** Docker makes a directory where there is none; so there is an empty one, unless that is refused. */
function absent(use: VolumeUse, at: Path, { report }: Conversion): Mounted | undefined {
  if (use.bind?.create_host_path === false) {
    report.reject(at, `bind source path does not exist: ${use.source}`);
    return undefined;
  }
  report.lose(
    at,
    "changed",
    `${use.source} does not exist: the pods have an empty directory there`,
  );
  const name = `bind-${contentHash(use.source ?? "")}`;
  return { volume: { name, emptyDir: {} }, mount: { name, mountPath: use.target } };
}

function hostPath(use: VolumeUse): Mounted {
  const path = use.source ?? "";
  const name = `host-${contentHash(path)}`;
  const propagation = propagations.get(use.bind?.propagation ?? "");
  return {
    volume: { name, hostPath: { path } },
    mount: {
      name,
      mountPath: use.target,
      ...(use.read_only === true ? { readOnly: true } : {}),
      ...(propagation === undefined ? {} : { mountPropagation: propagation }),
    },
  };
}

const propagations: ReadonlyMap<string, string> = new Map([
  ["shared", "Bidirectional"],
  ["rshared", "Bidirectional"],
  ["slave", "HostToContainer"],
  ["rslave", "HostToContainer"],
]);
