/**
 * Writes Events for the users of objects. Equal events are counted in one object, as `kubectl
 * describe` expects (`x3 over 2m`). Recording never blocks and never fails its caller: writes wait
 * in a bounded queue, and what does not fit is dropped with a log line.
 */

import type { Clock, Logger } from "#base";
import type { ObjectMeta } from "#api/meta/v1";
import { type Event, event } from "#api/core/v1";
import { hasReason, type Live } from "#api";
import type { Client } from "./client.ts";

export interface EventSubject {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly metadata: ObjectMeta;
  /** Part of the object that is meant: `spec.containers{app}`. */
  readonly fieldPath?: string;
}

export interface EventFacts {
  readonly type: "Normal" | "Warning";
  /** One word in CamelCase for machines: `FailedScheduling`. */
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
}

export interface EventRecorder {
  record(subject: EventSubject, facts: EventFacts): void;
}

export interface EventRecorderDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface EventRecorderOptions {
  /** Who reports, as shown in the From column: `deployment-controller`. */
  readonly component: string;
  /** Node of the reporter, if it has one. */
  readonly host?: string;
}

const queuedWritesMax = 10_000;
const rememberedEventsMax = 4_096;
const messageCharsMax = 1_024;

const nameAttemptsMax = 10;

interface Recorded {
  readonly subject: EventSubject;
  readonly facts: EventFacts;
  readonly at: string;
}

interface Remembered {
  readonly name: string;
  readonly namespace: string;
  readonly count: number;
}

/** A recorder, and the loop that writes what was recorded until aborted. */
export class QueueingEventRecorder implements EventRecorder {
  readonly #deps: EventRecorderDeps;
  readonly #options: EventRecorderOptions;
  readonly #queue: Recorded[] = [];
  /** Identity of an event → the object that counts it, least recently used first. */
  readonly #remembered = new Map<string, Remembered>();
  #wake: (() => void) | undefined;
  #lastNanos = 0n;

  constructor(deps: EventRecorderDeps, options: EventRecorderOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  record(subject: EventSubject, facts: EventFacts): void {
    if (this.#queue.length >= queuedWritesMax) {
      this.#deps.log.warn("event dropped, too many wait to be written", { reason: facts.reason });
      return;
    }
    const at = formatSeconds(this.#deps.clock.nowMs());
    this.#queue.push({ subject, facts: { ...facts, message: clip(facts.message) }, at });
    this.#wake?.();
  }

  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener("abort", () => this.#wake?.(), { once: true });
    while (!signal.aborted) {
      const next = this.#queue.shift();
      if (next === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
        continue;
      }
      await this.#write(next.subject, next.facts, next.at, signal);
    }
  }

  /** A failed write is logged and given up: an event is not worth holding up the later ones. */
  async #write(
    subject: EventSubject,
    facts: EventFacts,
    at: string,
    signal: AbortSignal,
  ): Promise<void> {
    const identity = JSON.stringify([subject.metadata.uid, subject.fieldPath, facts]);
    try {
      const written = await this.#countOrCreate(identity, { subject, facts, at }, signal);
      this.#remember(identity, written);
    } catch (error) {
      if (signal.aborted || hasReason(error, "NotFound") || hasReason(error, "Forbidden")) return;
      this.#deps.log.error("writing event", error, { reason: facts.reason });
    }
  }

  async #countOrCreate(
    identity: string,
    entry: Recorded,
    signal: AbortSignal,
  ): Promise<Live<Event>> {
    const events = this.#deps.client.of(event);
    const known = this.#remembered.get(identity);
    if (known !== undefined) {
      const body = { count: known.count + 1, lastTimestamp: entry.at };
      try {
        return await events.patch(known, { type: "merge", body }, {}, signal);
      } catch (error) {
        // The event outlived its keep; a new one starts the count again.
        if (!hasReason(error, "NotFound")) throw error;
      }
    }
    return this.#create(entry, signal);
  }

  /** Another reporter may have taken the name in the same millisecond: the next one is free then. */
  async #create({ subject, facts, at }: Recorded, signal: AbortSignal): Promise<Live<Event>> {
    for (let left = nameAttemptsMax; ; left--) {
      try {
        const made = this.#eventOf(subject, facts, at);
        return await this.#deps.client.of(event).create(made, {}, signal);
      } catch (error) {
        if (left <= 1 || !hasReason(error, "AlreadyExists")) throw error;
      }
    }
  }

  #eventOf(subject: EventSubject, facts: EventFacts, at: string): Event {
    const { name = "", namespace = "", uid, resourceVersion } = subject.metadata;
    const suffix = this.#nextSuffix();
    return {
      metadata: { name: `${name}.${suffix}`, namespace: namespace === "" ? "default" : namespace },
      involvedObject: {
        apiVersion: subject.apiVersion,
        kind: subject.kind,
        name,
        namespace: namespace === "" ? undefined : namespace,
        uid,
        resourceVersion,
        fieldPath: subject.fieldPath,
      },
      reason: facts.reason,
      message: facts.message,
      type: facts.type,
      source: { component: this.#options.component, host: this.#options.host },
      reportingComponent: this.#options.component,
      reportingInstance: this.#options.host ?? "",
      firstTimestamp: at,
      lastTimestamp: at,
      count: 1,
    };
  }

  /** Nanoseconds in hexadecimal, always growing: lists in the order of names are in order of time. */
  #nextSuffix(): string {
    const nowNanos = BigInt(Math.floor(this.#deps.clock.nowMs())) * 1_000_000n;
    this.#lastNanos = nowNanos > this.#lastNanos ? nowNanos : this.#lastNanos + 1n;
    return this.#lastNanos.toString(16);
  }

  #remember(identity: string, { metadata, count }: Live<Event>): void {
    this.#remembered.delete(identity);
    this.#remembered.set(identity, {
      name: metadata.name,
      namespace: metadata.namespace ?? "",
      count: count ?? 1,
    });
    if (this.#remembered.size <= rememberedEventsMax) return;
    for (const oldest of this.#remembered.keys()) {
      this.#remembered.delete(oldest);
      return;
    }
  }
}

function clip(message: string): string {
  return message.length <= messageCharsMax
    ? message
    : `${message.slice(0, messageCharsMax - 3)}...`;
}

function formatSeconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
