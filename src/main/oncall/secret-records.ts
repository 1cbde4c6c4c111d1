import { hasReason, type Live } from "#api";
import { type Secret, secret } from "#api/core/v1";
import type { Clock } from "#base";
import type { Client, ResourceClient } from "#client";
import { RecordConflict, type Records, type StoredRecord } from "#oncall";

export interface SecretRecordsDeps {
  readonly client: Client;
  readonly clock: Clock;
}

export const onCallNamespace = "kube-system";
/** What the log's records are called before their own names. */
const namePrefix = "wherry-oncall-log-";
const labels = { "oncall.wherry.dev/part": "log" };
const secretType = "oncall.wherry.dev/log";
/** The entry that holds a record's text. */
const entry = "events";
/** How long one request may take. */
const requestMs = 10_000;

/**
 * Records as Secrets of the cluster: what alerts say and where people are reached is nobody else's
 * business. The API server refuses whoever has not seen the last write, and keeps what it answered for.
 */
export class SecretRecords implements Records {
  readonly #clock: Clock;
  readonly #secrets: ResourceClient<Secret>;

  constructor({ client, clock }: SecretRecordsDeps) {
    this.#clock = clock;
    this.#secrets = client.of(secret);
  }

  async find(name: string): Promise<StoredRecord | undefined> {
    const found = await this.#ask((signal) => this.#secrets.find(keyOf(name), signal));
    return found && { text: textOf(found), version: found.metadata.resourceVersion };
  }

  async list(): Promise<readonly string[]> {
    const [[label, value] = ["", ""]] = Object.entries(labels);
    const selected = { namespace: onCallNamespace, labelSelector: `${label}=${value}` };
    const { items } = await this.#ask((signal) => this.#secrets.list(selected, signal));
    return items
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith(namePrefix))
      .map((name) => name.slice(namePrefix.length));
  }

  async write(name: string, text: string, version: string | undefined): Promise<string> {
    const metadata = { ...keyOf(name), labels };
    const written = { type: secretType, stringData: { [entry]: text } };
    try {
      const { metadata: stored } = await this.#ask((signal) =>
        version === undefined
          ? this.#secrets.create({ metadata, ...written }, {}, signal)
          : this.#secrets.update(
              { metadata: { ...metadata, resourceVersion: version }, ...written },
              {},
              signal,
            ),
      );
      return stored.resourceVersion;
    } catch (error) {
      const isOvertaken =
        hasReason(error, "Conflict") ||
        hasReason(error, "AlreadyExists") ||
        hasReason(error, "NotFound");
      throw isOvertaken ? new RecordConflict(`${name} has been written`, { cause: error }) : error;
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await this.#ask((signal) => this.#secrets.delete(keyOf(name), {}, signal));
    } catch (error) {
      if (!hasReason(error, "NotFound")) throw error;
    }
  }

  async #ask<T>(request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = new AbortController();
    using _timer = this.#clock.schedule(requestMs, () => {
      late.abort(new Error("the API server did not answer in time"));
    });
    return await request(late.signal);
  }
}

function keyOf(name: string) {
  return { namespace: onCallNamespace, name: `${namePrefix}${name}` };
}

function textOf({ data = {} }: Live<Secret>): string {
  return new TextDecoder().decode(Uint8Array.from(atob(data[entry] ?? ""), codeOf));
}

function codeOf(character: string): number {
  return character.charCodeAt(0);
}
