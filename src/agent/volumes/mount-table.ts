/** The kernel's table of mounts, `/proc/self/mountinfo`. Pure. */

export interface MountEntry {
  /** `major:minor` of the file system. */
  readonly device: string;
  /** Path within the file system that is mounted. */
  readonly root: string;
  readonly mountPoint: string;
}

export function parseMountTable(text: string): readonly MountEntry[] {
  return text
    .split("\n")
    .map((line) => line.split(" "))
    .filter((words) => words.length > 5)
    .map(([, , device = "", root = "", mountPoint = ""]) => ({
      device,
      root: unescapePath(root),
      mountPoint: unescapePath(mountPoint),
    }));
}

/** What is mounted at or below `directory`, innermost first: the order in which to unmount. */
export function mountPointsBelow(
  table: readonly MountEntry[],
  directory: string,
): readonly string[] {
  return table
    .map(({ mountPoint }) => mountPoint)
    .filter((path) => isWithin(path, directory))
    .reverse();
}

/**
 * Whether the mount at `mountPoint` shows something that lies within `directory`: in the file system
 * that the directory is on, below the directory's own place, or in one mounted below it.
 */
export function showsPartOf(
  table: readonly MountEntry[],
  mountPoint: string,
  directory: string,
): boolean {
  const shown = table.findLast((entry) => entry.mountPoint === mountPoint);
  if (shown === undefined) return false;
  const places = [
    placeOf(table, directory),
    ...table.filter(
      (entry) => entry.mountPoint !== mountPoint && isWithin(entry.mountPoint, directory),
    ),
  ];
  return places.some((place) => place?.device === shown.device && isWithin(shown.root, place.root));
}

/** The file system that `path` is on, and where within it. */
function placeOf(
  table: readonly MountEntry[],
  path: string,
): Pick<MountEntry, "device" | "root"> | undefined {
  let best: MountEntry | undefined;
  for (const entry of table) {
    // Of two mounts in one place the later hides the earlier.
    const isNearer = entry.mountPoint.length >= (best?.mountPoint.length ?? 0);
    if (isNearer && isWithin(path, entry.mountPoint)) best = entry;
  }
  if (best === undefined) return undefined;
  const rest = path.slice(best.mountPoint === "/" ? 0 : best.mountPoint.length);
  return { device: best.device, root: `${best.root === "/" ? "" : best.root}${rest}` || "/" };
}

export function isWithin(path: string, directory: string): boolean {
  return directory === "/" || path === directory || path.startsWith(`${directory}/`);
}

/** The kernel writes spaces, tabs, line ends and backslashes of paths as three octal digits. */
function unescapePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
