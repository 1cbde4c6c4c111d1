import { createHash } from "node:crypto";

export const writerCount = 64;
export const bigValueBytes = 1_000_000;

/** A value that names its id and fills a length of its own, so that any damage shows. */
export function valueOf(id: string): Uint8Array {
  const pattern = createHash("sha256").update(id).digest();
  const value = Buffer.alloc(pattern.readUInt16LE(0) % 6_000, pattern);
  return Buffer.concat([Buffer.from(`${id} `), value]);
}

export function idOf(value: Uint8Array): string {
  return Buffer.from(value).toString("latin1").split(" ", 1)[0] ?? "";
}
