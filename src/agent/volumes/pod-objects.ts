/**
 * ConfigMaps and Secrets that pods of this node refer to, read one by one: a node may read only
 * these, and a list of all would be refused.
 */

import type { Clock } from "#base";
import type { Live, ObjectKey } from "#api";
import { type ConfigMap, configMap, type Secret, secret } from "#api/core/v1";
import type { Client, ResourceClient } from "#client";
import { decodeBase64 } from "./base64.ts";

export interface PodObjectsDeps {
  readonly client: Client;
  readonly clock: Clock;
}

/** How long an answer counts as fresh: enough for the containers of one pod to share it. */
const freshMs = 1_000;
const rememberedMax = 1_000;

export class PodObjects {
  readonly #configMaps: SharedReads<ConfigMap>;
  readonly #secrets: SharedReads<Secret>;

  constructor({ client, clock }: PodObjectsDeps) {
    this.#configMaps = new SharedReads(client.of(configMap), clock);
    this.#secrets = new SharedReads(client.of(secret), clock);
  }

  /** All keys, text and binary alike; undefined when there is no such ConfigMap. */
  async findConfigMap(
    key: ObjectKey,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
    const found = await this.#configMaps.find(key, signal);
    if (found === undefined) return undefined;
    const utf8 = new TextEncoder();
    return new Map([
      ...entriesOf(found.data).map(([name, text]) => [name, utf8.encode(text)] as const),
      ...entriesOf(found.binaryData).map(([name, text]) => [name, decodeBase64(text)] as const),
    ]);
  }

  async findSecret(
    key: ObjectKey,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
    const found = await this.#secrets.find(key, signal);
    if (found === undefined) return undefined;
    return new Map(entriesOf(found.data).map(([name, text]) => [name, decodeBase64(text)]));
  }

  async findTypedSecret(key: ObjectKey, signal: AbortSignal): Promise<Live<Secret> | undefined> {
    return this.#secrets.find(key, signal);
  }

  /** The text values, as environment variables want them. */
  async findConfigMapText(key: ObjectKey, signal: AbortSignal) {
    const found = await this.#configMaps.find(key, signal);
    return found === undefined ? undefined : (found.data ?? {});
  }

  async findSecretText(key: ObjectKey, signal: AbortSignal) {
    const values = await this.findSecret(key, signal);
    if (values === undefined) return undefined;
    const utf8 = new TextDecoder();
    return Object.fromEntries([...values].map(([name, bytes]) => [name, utf8.decode(bytes)]));
  }
}

interface Read<T> {
  readonly atMs: number;
  readonly found: Promise<Live<T> | undefined>;
}

/** Reads objects; who asks for the same within a moment gets the same answer. */
class SharedReads<T> {
  readonly #resource: ResourceClient<T>;
  readonly #clock: Clock;
  readonly #reads = new Map<string, Read<T>>();

  constructor(resource: ResourceClient<T>, clock: Clock) {
    this.#resource = resource;
    this.#clock = clock;
  }

  async find(key: ObjectKey, signal: AbortSignal): Promise<Live<T> | undefined> {
    const name = `${key.namespace}/${key.name}`;
    const nowMs = this.#clock.elapsedMs();
    const known = this.#reads.get(name);
    if (known !== undefined && nowMs - known.atMs < freshMs) {
      try {
        return await known.found;
      } catch {
        // That read was somebody else's, and perhaps only cut off: this one asks for itself.
        signal.throwIfAborted();
      }
    }
    const found = this.#resource.find(key, signal);
    this.#reads.delete(name);
    this.#reads.set(name, { atMs: nowMs, found });
    this.#forgetOldest();
    return found;
  }

  #forgetOldest(): void {
    if (this.#reads.size <= rememberedMax) return;
    for (const oldest of this.#reads.keys()) {
      this.#reads.delete(oldest);
      return;
    }
  }
}

function entriesOf(
  map: Readonly<Record<string, string>> | undefined,
): readonly (readonly [string, string])[] {
  return Object.entries(map ?? {});
}
