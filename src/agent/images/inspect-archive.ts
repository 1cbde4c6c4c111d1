/**
 * Looks through an image archive before anything is done with it: is it one, is it whole, and what
 * are the images called.
 *
 * Only headers and the JSON documents are read, so that gigabytes of layers cost nothing.
 */
import { blockBytes, type Disk, findPaxPath, paddedBytes, readTarHeader, TarError } from "#base";

export interface ImageArchive {
  readonly format: "docker" | "oci";
  /** At least one. */
  readonly names: readonly ImageName[];
}

interface ImageName {
  /** What containerd calls the image when it has imported the archive. */
  readonly imported: string;
  /** What the runtime looks for when a pod names the image: `docker.io/library/hello:1`. */
  readonly whole: string;
}

/** The file is not an image archive, or not a whole one; the message is for the person who named it. */
export class ImageArchiveError extends Error {
  constructor(file: string, problem: string) {
    super(`${file} ${problem}`);
    this.name = "ImageArchiveError";
  }
}

interface Entry {
  readonly offset: number;
  readonly bytes: number;
}

/** The part of a disk that is needed. */
export type ArchiveDisk = Pick<Disk, "findFacts" | "readRange">;

/** Path to place in the file, of every file and link in the archive. */
type Contents = ReadonlyMap<string, Entry>;

/** Manifests are small; larger ones are not manifests. */
const documentBytesMax = 4 * 1024 * 1024;
const entryCountMax = 100_000;
/** An index may point to indexes, as multi-platform images do; deeper is no image. */
const indexDepthMax = 3;
const utf8 = new TextDecoder();

/** @throws {ImageArchiveError} when containerd could not load it */
export async function inspectImageArchive(disk: ArchiveDisk, file: string): Promise<ImageArchive> {
  const facts = await disk.findFacts(file);
  if (facts === undefined) throw new ImageArchiveError(file, "does not exist");
  if (facts.kind !== "file") throw new ImageArchiveError(file, `is a ${facts.kind}, not a file`);
  const reader = new ArchiveReader(disk, file, await listContents(disk, file, facts.bytes));
  if (reader.has("oci-layout") && reader.has("index.json")) return await inspectOci(reader);
  if (reader.has("manifest.json")) return await inspectDocker(reader);
  throw new ImageArchiveError(
    file,
    "is neither a docker archive (no manifest.json) nor an OCI layout (no index.json)",
  );
}

class ArchiveReader {
  readonly #disk: ArchiveDisk;
  readonly #file: string;
  readonly #contents: Contents;

  constructor(disk: ArchiveDisk, file: string, contents: Contents) {
    this.#disk = disk;
    this.#file = file;
    this.#contents = contents;
  }

  has(path: string): boolean {
    return this.#contents.has(path);
  }

  require(path: string): Entry {
    const entry = this.#contents.get(path);
    if (entry === undefined) throw this.error(`is incomplete: it lacks ${path}`);
    return entry;
  }

  async document(path: string): Promise<unknown> {
    const { offset, bytes } = this.require(path);
    if (bytes > documentBytesMax) throw this.error(`is not valid: ${path} is too large`);
    const content = await this.#disk.readRange(this.#file, offset, bytes);
    try {
      return JSON.parse(utf8.decode(content));
    } catch (error) {
      throw this.error(`is not valid: ${path} is not JSON`, error);
    }
  }

  error(problem: string, cause?: unknown): ImageArchiveError {
    const error = new ImageArchiveError(this.#file, problem);
    if (cause !== undefined) error.cause = cause;
    return error;
  }
}

async function listContents(
  disk: ArchiveDisk,
  file: string,
  totalBytes: number,
): Promise<Contents> {
  const contents = new Map<string, Entry>();
  let longPath: string | undefined;
  let offset = 0;
  while (offset + blockBytes <= totalBytes) {
    const block = await disk.readRange(file, offset, blockBytes);
    const header = readHeader(file, block, offset);
    if (header === undefined) return contents;
    offset += blockBytes;
    if (offset + header.bytes > totalBytes) throw truncated(file, longPath ?? header.path);
    if (header.describes === "itself") {
      contents.set(normalPath(longPath ?? header.path), { offset, bytes: header.bytes });
      longPath = undefined;
    } else {
      const record = await disk.readRange(file, offset, Math.min(header.bytes, documentBytesMax));
      longPath =
        header.describes === "next" ? findPaxPath(record) : utf8.decode(record).replace(/\0+$/, "");
    }
    if (contents.size > entryCountMax) throw new ImageArchiveError(file, "has too many entries");
    offset += paddedBytes(header.bytes);
  }
  // Without the block of zeros at the end nobody knows what else there was.
  throw truncated(file, undefined);
}

function readHeader(file: string, block: Uint8Array, offset: number) {
  if (offset === 0 && block[0] === 0x1f && block[1] === 0x8b) {
    throw new ImageArchiveError(file, "is compressed: unpack it with gunzip first");
  }
  try {
    return readTarHeader(block);
  } catch (error) {
    if (!(error instanceof TarError)) throw error;
    if (offset === 0) throw new ImageArchiveError(file, "is not a tar archive");
    throw new ImageArchiveError(file, `is damaged at byte ${offset}: ${error.message}`);
  }
}

function truncated(file: string, entry: string | undefined): ImageArchiveError {
  const where = entry === undefined ? "its end is missing" : `it ends within ${entry}`;
  return new ImageArchiveError(file, `is truncated: ${where}`);
}

function normalPath(path: string): string {
  return path.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
}

async function inspectDocker(reader: ArchiveReader): Promise<ImageArchive> {
  const manifest = await reader.document("manifest.json");
  if (!Array.isArray(manifest)) throw reader.error("is not valid: manifest.json is not a list");
  const names: ImageName[] = [];
  for (const image of manifest) {
    reader.require(textAt(image, "Config"));
    for (const layer of textsAt(image, "Layers")) reader.require(layer);
    // containerd completes the names of this format itself.
    const whole = textsAt(image, "RepoTags").map(wholeReference);
    names.push(...whole.map((name) => ({ imported: name, whole: name })));
  }
  requireNames(reader, names);
  return { format: "docker", names };
}

async function inspectOci(reader: ArchiveReader): Promise<ImageArchive> {
  const index = await reader.document("index.json");
  const names: ImageName[] = [];
  let wholeCount = 0;
  for (const descriptor of listAt(index, "manifests")) {
    wholeCount += await countWholeImages(reader, descriptor, indexDepthMax);
    const imported = importedName(propertyOf(descriptor, "annotations"));
    if (imported !== undefined) names.push({ imported, whole: wholeReference(imported) });
  }
  if (wholeCount === 0) throw reader.error("is incomplete: it holds no image");
  requireNames(reader, names);
  return { format: "oci", names };
}

/** The annotations by which tools name images in a layout. A tag alone is no name. */
function importedName(annotations: unknown): string | undefined {
  const name = textAt(annotations, "io.containerd.image.name");
  if (name !== "") return name;
  const reference = textAt(annotations, "org.opencontainers.image.ref.name");
  return /[/:@]/.test(reference) ? reference : undefined;
}

/** No pod could ask for an image without a name. */
function requireNames(reader: ArchiveReader, names: readonly ImageName[]): void {
  if (names.length > 0) return;
  throw reader.error("does not name its image: tag it as NAME:TAG before saving it");
}

/** Checks that what a descriptor stands for is there; of an index, whatever platforms are there. */
async function countWholeImages(
  reader: ArchiveReader,
  descriptor: unknown,
  depth: number,
): Promise<number> {
  const manifest = await reader.document(requireBlob(reader, descriptor));
  const children = listAt(manifest, "manifests");
  if (children.length === 0) {
    requireBlob(reader, propertyOf(manifest, "config"));
    for (const layer of listAt(manifest, "layers")) requireBlob(reader, layer);
    return 1;
  }
  if (depth === 0) throw reader.error("is not valid: its indexes are nested too deep");
  let count = 0;
  for (const child of children) {
    if (!reader.has(blobPath(child))) continue;
    count += await countWholeImages(reader, child, depth - 1);
  }
  return count;
}

function requireBlob(reader: ArchiveReader, descriptor: unknown): string {
  const path = blobPath(descriptor);
  const { bytes } = reader.require(path);
  const size = propertyOf(descriptor, "size");
  if (bytes !== size) throw reader.error(`is damaged: ${path} has ${bytes} bytes, not ${size}`);
  return path;
}

function blobPath(descriptor: unknown): string {
  return `blobs/${textAt(descriptor, "digest").replace(":", "/")}`;
}

/** Docker's short names in full, as the runtime knows them: `hello:1` is `docker.io/library/hello:1`. */
export function wholeReference(reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  const isHost = first.includes(".") || first.includes(":") || first === "localhost";
  if (rest.length === 0) return `docker.io/library/${withTag(reference)}`;
  return withTag(isHost ? reference : `docker.io/${reference}`);
}

function withTag(reference: string): string {
  const name = reference.slice(reference.lastIndexOf("/") + 1);
  return name.includes(":") || name.includes("@") ? reference : `${reference}:latest`;
}

function propertyOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

/** Empty when it is not there or no text. */
function textAt(value: unknown, key: string): string {
  const found = propertyOf(value, key);
  return typeof found === "string" ? found : "";
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const found: unknown = propertyOf(value, key);
  return Array.isArray(found) ? found : [];
}

function textsAt(value: unknown, key: string): readonly string[] {
  return listAt(value, key).filter((item) => typeof item === "string");
}
