/** What a volume made of API objects contains: files, chosen from keys. Pure. */

import type { KeyToPath } from "#api/core/v1";

/** One file of a volume. */
export interface PayloadFile {
  /** Relative, without `.` and `..`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
  /** Who owns the file when that is not root. */
  readonly uid?: number;
}

/** A volume that cannot be set up, with the sentence for the pod's FailedMount event. */
export class VolumeError extends Error {}

export const modeDefault = 0o644;
const pathCharsMax = 4_096;

export interface KeyChoice {
  /** Absent: all keys, each under its own name. */
  readonly items: readonly KeyToPath[] | undefined;
  readonly defaultMode: number;
  readonly isOptional: boolean;
  /** For a key that is not there. */
  readonly missingKey: (key: string) => string;
}

/** The files that `choice` makes of an object's keys. */
export function chooseKeys(
  values: ReadonlyMap<string, Uint8Array>,
  choice: KeyChoice,
): readonly PayloadFile[] {
  if (choice.items === undefined || choice.items.length === 0) {
    return [...values].map(([path, bytes]) => ({
      path: safePath(path),
      bytes,
      mode: choice.defaultMode,
    }));
  }
  return choice.items.flatMap(({ key, path, mode = choice.defaultMode }) => {
    const bytes = values.get(key);
    if (bytes !== undefined) return [{ path: safePath(path), bytes, mode }];
    if (choice.isOptional) return [];
    throw new VolumeError(choice.missingKey(key));
  });
}

/** The path in its shortest form; throws for one that would leave the volume. */
export function safePath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  const isSafe = parts.length > 0 && !path.startsWith("/") && !parts.includes("..");
  if (!isSafe || path.length > pathCharsMax || path.includes("\0")) {
    throw new VolumeError(`invalid path: must be relative and must not contain '..': ${path}`);
  }
  if ((parts[0] ?? "").startsWith("..")) {
    throw new VolumeError(`invalid path: must not start with '..': ${path}`);
  }
  return parts.join("/");
}

/** The last of several files of one name counts, as where volumes are projected over each other. */
export function withoutOverlaid(files: readonly PayloadFile[]): readonly PayloadFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
