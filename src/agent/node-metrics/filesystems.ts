/** Mounted file systems as metrics, by the rules of node_exporter about which ones count. */
import type { Disk } from "#base";
import type { Family, Labels } from "../stats/prometheus-text.ts";
import { gauge, sample } from "./machine-files.ts";

const ignoredMounts =
  /^\/(dev|proc|run\/credentials\/.+|sys|var\/lib\/docker\/.+|var\/lib\/containers\/storage\/.+)($|\/)/;
const ignoredTypes =
  /^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$/;
/** Where a container's own view of the machine is: mounted once per pod, and no disk of the node. */
const ignoredKubernetes = /\/(volumes|sandboxes|io\.containerd\.[^/]+)\//;

export interface Mount {
  readonly device: string;
  readonly mountpoint: string;
  readonly fstype: string;
  readonly isReadOnly: boolean;
}

/** The mounts in `/proc/mounts` that are worth a measurement; one for each mount point. */
export function parseMounts(mounts: string): readonly Mount[] {
  const found = new Map<string, Mount>();
  for (const line of mounts.split("\n")) {
    const [device = "", path = "", fstype = "", options = ""] = line.split(" ");
    const mountpoint = unescapeOctal(path);
    if (mountpoint === "" || ignoredTypes.test(fstype) || ignoredMounts.test(mountpoint)) continue;
    if (ignoredKubernetes.test(mountpoint)) continue;
    const isReadOnly = options.split(",").includes("ro");
    found.set(mountpoint, { device: unescapeOctal(device), mountpoint, fstype, isReadOnly });
  }
  return [...found.values()];
}

/** Blanks and backslashes in paths are written as three octal digits. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** Measures the file systems; those that cannot be measured are told to have an error. */
export async function readFilesystems(
  disk: Pick<Disk, "measureSpace">,
  mounts: readonly Mount[],
): Promise<readonly Family[]> {
  const measured = await Promise.all(
    mounts.map(async (mount) => ({ mount, space: await findSpace(disk, mount.mountpoint) })),
  );
  const each = (value: (one: Measured) => number) =>
    measured.flatMap(({ mount, space }) =>
      space === undefined ? [] : [sample(value({ mount, space }), labelsOf(mount))],
    );
  return [
    gauge(
      "node_filesystem_size_bytes",
      "Filesystem size in bytes.",
      each(({ space }) => space.totalBytes),
    ),
    gauge(
      "node_filesystem_free_bytes",
      "Filesystem free space in bytes.",
      each(({ space }) => space.freeBytes),
    ),
    gauge(
      "node_filesystem_avail_bytes",
      "Filesystem space available to non-root users in bytes.",
      each(({ space }) => space.availableBytes),
    ),
    gauge(
      "node_filesystem_files",
      "Filesystem total file nodes.",
      each(({ space }) => space.totalFiles),
    ),
    gauge(
      "node_filesystem_files_free",
      "Filesystem total free file nodes.",
      each(({ space }) => space.freeFiles),
    ),
    gauge(
      "node_filesystem_readonly",
      "Filesystem read-only status.",
      each(({ mount }) => (mount.isReadOnly ? 1 : 0)),
    ),
    gauge(
      "node_filesystem_device_error",
      "Whether an error occurred while getting statistics for the given device.",
      measured.map(({ mount, space }) => sample(space === undefined ? 1 : 0, labelsOf(mount))),
    ),
  ];
}

type Space = Awaited<ReturnType<Disk["measureSpace"]>>;

interface Measured {
  readonly mount: Mount;
  readonly space: Space;
}

function labelsOf({ device, fstype, mountpoint }: Mount): Labels {
  return { device, device_error: "", fstype, mountpoint };
}

async function findSpace(
  disk: Pick<Disk, "measureSpace">,
  path: string,
): Promise<Space | undefined> {
  try {
    return await disk.measureSpace(path);
  } catch {
    // Gone since it was listed, or on a server that does not answer: told as an error of its own.
    return undefined;
  }
}
