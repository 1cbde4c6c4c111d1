import type { Disk } from "#base";

/** What a database needs of a disk. */
export type TsdbDisk = Pick<
  Disk,
  | "findFacts"
  | "findFile"
  | "link"
  | "listDirectory"
  | "makeDirectory"
  | "openAppend"
  | "openRead"
  | "readFile"
  | "remove"
  | "rename"
  | "replaceFile"
  | "syncDirectory"
  | "writeFile"
>;
