import { configMap, secret } from "#api/core/v1";
import type { ObjectKey } from "#api";
import type { Client } from "#client";
import type { Entries, EntryTexts, OwnIdentity } from "#operator";

type Source = "secret" | "configMap";

interface WantedEntry {
  readonly source: Source;
  readonly key: ObjectKey;
}

/** Paths within the cluster's directory, as in the engine's own jobs. */
const engineIdentity: OwnIdentity = {
  caFile: "pki/ca.crt",
  certFile: "pki/monitor.crt",
  keyFile: "pki/monitor.key",
};

/** Until it was read, an entry counts as there and empty, so that one look finds all that is wanted. */
const unread: EntryTexts = { get: () => "" };

/**
 * Secrets and ConfigMaps that objects refer to, read from the cluster when somebody has asked for them.
 * They are held for one translation and nowhere else.
 */
export class EntryReader {
  readonly #client: Client;
  readonly #known = new Map<string, EntryTexts | undefined>();
  readonly #wanted = new Map<string, WantedEntry>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Whether anything was asked for so far. */
  get isUsed(): boolean {
    return this.#known.size > 0 || this.#wanted.size > 0;
  }

  /** Whether something was asked for that has not been read. */
  get hasUnread(): boolean {
    return this.#wanted.size > 0;
  }

  of(namespace: string): Entries {
    return {
      identity: engineIdentity,
      findSecret: (name) => this.#find({ source: "secret", key: { namespace, name } }),
      findConfigMap: (name) => this.#find({ source: "configMap", key: { namespace, name } }),
    };
  }

  /** Reads what was asked for. */
  async read(signal: AbortSignal): Promise<void> {
    for (const [id, wanted] of this.#wanted) {
      this.#known.set(id, await this.#textsOf(wanted, signal));
    }
    this.#wanted.clear();
  }

  #find(wanted: WantedEntry): EntryTexts | undefined {
    const { namespace, name } = wanted.key;
    const id = `${wanted.source} ${namespace}/${name}`;
    if (this.#known.has(id)) return this.#known.get(id);
    this.#wanted.set(id, wanted);
    return unread;
  }

  async #textsOf(
    { source, key }: WantedEntry,
    signal: AbortSignal,
  ): Promise<EntryTexts | undefined> {
    if (key.name === "") return undefined;
    if (source === "configMap") {
      const found = await this.#client.of(configMap).find(key, signal);
      return found && new Map(Object.entries(found.data ?? {}));
    }
    const found = await this.#client.of(secret).find(key, signal);
    const texts = Object.entries(found?.data ?? {}).map(([name, base64]) => [
      name,
      new TextDecoder().decode(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))),
    ]) satisfies readonly (readonly string[])[];
    return found && new Map(texts.map(([name = "", text = ""]) => [name, text]));
  }
}
