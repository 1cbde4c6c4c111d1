/** The files that an application is loaded from, read from a disk and counted. */
import { composeError } from "../compose-error.ts";
import type { Place } from "../place.ts";
import { shownPath } from "../path.ts";
import { readYaml } from "../tree/read-yaml.ts";
import type { ComposeNode } from "../tree/node.ts";

/** What loading needs of a disk. */
export interface ComposeDisk {
  /** Undefined for a file that does not exist. */
  findFile(path: string): Promise<Uint8Array | undefined>;
}

/** The name of the file that is read from standard input. */
export const standardInput = "-";

/** Files may include one another, but not without end: each inclusion counts. */
const filesMax = 1_000;

/** Rejects what Docker would fetch from a registry or a repository; `place` is where it is named. */
export function refuseRemote(path: string, place: Place): void {
  if (!/^(?:[a-z][a-z0-9+.-]*:\/\/|oci:|git@|github\.com\/)/i.test(path)) return;
  throw composeError(`${path} is not on this machine: fetch it first, and name the file`, place);
}

const fileBytesMax = 32 * 1024 * 1024;

export class Sources {
  readonly #disk: ComposeDisk;
  readonly #directory: string;
  readonly #input: string;
  readonly #documents = new Map<string, Promise<readonly ComposeNode[]>>();
  #count = 0;

  constructor(
    disk: ComposeDisk,
    { directory, input }: { readonly directory: string; readonly input: string },
  ) {
    this.#disk = disk;
    this.#directory = directory;
    this.#input = input;
  }

  /** How messages call the file. */
  shown(path: string): string {
    return path === standardInput ? "stdin" : shownPath(path, this.#directory);
  }

  /** The documents of a Compose file. Throws when there is no such file. */
  readDocuments(path: string, place: Place | undefined): Promise<readonly ComposeNode[]> {
    const known = this.#documents.get(path);
    if (known !== undefined) return known;
    const read = this.#readDocuments(path, place);
    this.#documents.set(path, read);
    return read;
  }

  async #readDocuments(path: string, place: Place | undefined): Promise<readonly ComposeNode[]> {
    const text = path === standardInput ? this.#input : await this.findText(path, place);
    if (text === undefined) throw composeError(`open ${this.shown(path)}: no such file`, place);
    return readYaml(text, this.shown(path));
  }

  /** Undefined for a file that does not exist. `place` is where the file is named. */
  async findText(path: string, place: Place | undefined): Promise<string | undefined> {
    this.#count++;
    if (this.#count > filesMax) {
      throw composeError(
        `more than ${filesMax} files are read; do they include one another?`,
        place,
      );
    }
    const bytes = await this.#find(path, place);
    if (bytes === undefined) return undefined;
    if (bytes.length > fileBytesMax) {
      throw composeError(`${this.shown(path)} is larger than ${fileBytesMax} bytes`, place);
    }
    return new TextDecoder().decode(bytes);
  }

  async #find(path: string, place: Place | undefined): Promise<Uint8Array | undefined> {
    try {
      return await this.#disk.findFile(path);
    } catch (error) {
      // A directory or a file without permission is the user's to mend; say where it is named.
      const reason = error instanceof Error ? error.message : String(error);
      throw composeError(`reading ${this.shown(path)}: ${reason}`, place, { cause: error });
    }
  }
}
