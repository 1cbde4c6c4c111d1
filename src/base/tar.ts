/**
 * The tar format, as far as container images and files in transit need it: POSIX ustar with pax records for long names.
 *
 * A file is a header of 512 bytes and its content filled up to the next multiple of 512; two blocks
 * of zeros end the archive.
 */

export const blockBytes = 512;

type TarKind = "file" | "directory" | "symlink" | "hardlink" | "other";

/** One file to write. Owner and times are those of a reproducible build: root and the epoch. */
export interface TarFile {
  /** Relative, without a leading slash. */
  readonly path: string;
  readonly kind: "file" | "directory" | "symlink" | "hardlink";
  readonly mode: number;
  readonly content: Uint8Array;
  /** Where a link points to, else empty. */
  readonly target: string;
}

/** What a header says. */
export interface TarHeader {
  readonly path: string;
  readonly kind: TarKind;
  /** Of the content that follows. */
  readonly bytes: number;
  /** Pax and GNU headers describe the entry after them. */
  readonly describes: "itself" | "next" | "nextName";
}

/** Bytes that are not a tar archive; the message says where and why. */
export class TarError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = "TarError";
  }
}

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();
const nameBytesMax = 100;
const kindFlags = { file: "0", hardlink: "1", symlink: "2", directory: "5" } as const;

export function fileOf(path: string, content: Uint8Array | string, mode = 0o644): TarFile {
  const bytes = typeof content === "string" ? utf8.encode(content) : content;
  return { path, kind: "file", mode, content: bytes, target: "" };
}

export function directoryOf(path: string, mode = 0o755): TarFile {
  return { path, kind: "directory", mode, content: new Uint8Array(0), target: "" };
}

export function symlinkOf(path: string, target: string): TarFile {
  return { path, kind: "symlink", mode: 0o777, content: new Uint8Array(0), target };
}

/** A whole archive of the files, in their order. */
export function writeTar(files: readonly TarFile[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const file of files) {
    const records = paxRecords(file);
    if (records.length > 0) {
      parts.push(headerOf("PaxHeaders/entry", "x", 0o644, records.length), records);
      parts.push(padding(records.length));
    }
    const size = file.kind === "file" ? file.content.length : 0;
    parts.push(headerOf(pathOf(file), kindFlags[file.kind], file.mode, size, file.target));
    if (size > 0) parts.push(file.content, padding(size));
  }
  parts.push(new Uint8Array(2 * blockBytes));
  return joined(parts);
}

/** Reads a header block; undefined for a block of zeros, which ends an archive. */
export function readTarHeader(block: Uint8Array): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (checksumOf(block) !== octalAt(block, 148, 8)) {
    throw new TarError("a header's checksum does not match");
  }
  const name = textAt(block, 0, nameBytesMax);
  const isUstar = textAt(block, 257, 5) === "ustar";
  // GNU's format keeps times where POSIX keeps the front of a long name.
  const prefix = isUstar && block[263] === 0x30 ? textAt(block, 345, 155) : "";
  const flag = String.fromCharCode(block[156] ?? 0);
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    kind: kindOfFlag(flag),
    bytes: octalAt(block, 124, 12),
    describes: flag === "x" ? "next" : flag === "L" ? "nextName" : "itself",
  };
}

/** The `path` among pax records (`<length> key=value\n`), if there is one. */
export function findPaxPath(records: Uint8Array): string | undefined {
  let offset = 0;
  while (offset < records.length) {
    const space = records.indexOf(0x20, offset);
    const length = Number.parseInt(fromUtf8.decode(records.subarray(offset, space)), 10);
    if (!(length > 0)) throw new TarError("a pax record has no length");
    const record = fromUtf8.decode(records.subarray(space + 1, offset + length - 1));
    if (record.startsWith("path=")) return record.slice("path=".length);
    offset += length;
  }
  return undefined;
}

/** How many bytes `bytes` of content take in the archive. */
export function paddedBytes(bytes: number): number {
  return Math.ceil(bytes / blockBytes) * blockBytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function pathOf({ kind, path }: TarFile): string {
  return kind === "directory" && !path.endsWith("/") ? `${path}/` : path;
}

function paxRecords(file: TarFile): Uint8Array {
  const path = pathOf(file);
  const records = [
    utf8.encode(path).length > nameBytesMax ? paxRecord("path", path) : "",
    utf8.encode(file.target).length > nameBytesMax ? paxRecord("linkpath", file.target) : "",
  ];
  return utf8.encode(records.join(""));
}

/** The length in front counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = utf8.encode(` ${key}=${value}\n`).length;
  let length = rest + String(rest).length;
  if (rest + String(length).length > length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function headerOf(
  path: string,
  flag: string,
  mode: number,
  ...[size, target = ""]: [number, string?]
): Uint8Array {
  const block = new Uint8Array(blockBytes);
  putText(block, 0, nameBytesMax, path);
  putOctal(block, 100, 8, mode);
  putOctal(block, 108, 8, 0);
  putOctal(block, 116, 8, 0);
  putOctal(block, 124, 12, size);
  putOctal(block, 136, 12, 0);
  block[156] = flag.charCodeAt(0);
  putText(block, 157, nameBytesMax, target);
  putText(block, 257, 8, "ustar\u000000");
  putOctal(block, 148, 7, checksumOf(block));
  block[155] = 0x20;
  return block;
}

function putText(block: Uint8Array, offset: number, length: number, text: string): void {
  block.set(utf8.encode(text).subarray(0, length), offset);
}

function putOctal(block: Uint8Array, offset: number, length: number, value: number): void {
  putText(block, offset, length, value.toString(8).padStart(length - 1, "0"));
}

function textAt(block: Uint8Array, offset: number, length: number): string {
  const field = block.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return fromUtf8.decode(end < 0 ? field : field.subarray(0, end));
}

function octalAt(block: Uint8Array, offset: number, length: number): number {
  // Sizes of 8 GiB and more are binary, marked by the highest bit.
  if (((block[offset] ?? 0) & 0x80) !== 0) {
    const digits = block.subarray(offset + 1, offset + length);
    return digits.reduce((value, byte) => value * 256 + byte, 0);
  }
  const text = textAt(block, offset, length).trim();
  if (text === "") return 0;
  if (!/^[0-7]+$/.test(text)) throw new TarError("a header's number is not octal");
  return Number.parseInt(text, 8);
}

/** The sum of all bytes, the checksum's own counted as spaces. */
function checksumOf(block: Uint8Array): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

function kindOfFlag(flag: string): TarKind {
  if (flag === "0" || flag === "\0" || flag === "7") return "file";
  if (flag === "5") return "directory";
  if (flag === "2") return "symlink";
  if (flag === "1") return "hardlink";
  return "other";
}

function padding(bytes: number): Uint8Array {
  return new Uint8Array(paddedBytes(bytes) - bytes);
}
