/**
 * Silences: what people said not to be told of, for a time. Kept as they are after their end too, for
 * as long as the retention says, so that one can see who silenced what.
 */
import { assert, type Clock, type Random, uuid } from "#base";
import { formatMatcher, type LabelMatcher, type Labels } from "#series";
import { matchesAll } from "../route/route.ts";

export interface Silence {
  readonly id: string;
  /** One of the sets has to match, each with all its matchers. */
  readonly matcherSets: readonly (readonly LabelMatcher[])[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly updatedAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export type SilenceState = "pending" | "active" | "expired";

/** What is wrong with a silence, or why it cannot be changed. */
export class SilenceError extends Error {
  readonly kind: "invalid" | "not found";

  constructor(kind: "invalid" | "not found", message: string) {
    super(message);
    this.name = "SilenceError";
    this.kind = kind;
  }
}

export interface SilenceLimits {
  /** 0 is no limit. */
  readonly silencesMax: number;
}

/** A silence as somebody asks for it; without an id a new one. */
export type SilenceRequest = Omit<Silence, "id" | "updatedAtMs"> & { readonly id?: string };

export class Silences {
  readonly #silences = new Map<string, Silence>();
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #limits: SilenceLimits;
  readonly #onChange: (silence: Silence) => void;
  /** What silenced an alert, until a silence changes or begins or ends. */
  readonly #known = new Map<string, readonly string[]>();
  #knownUntilMs = 0;

  /** `onChange` hears of every change made here, to save it and to tell peers. */
  constructor(
    deps: { readonly clock: Clock; readonly random: Random },
    limits: SilenceLimits,
    onChange: (silence: Silence) => void,
  ) {
    this.#clock = deps.clock;
    this.#random = deps.random;
    this.#limits = limits;
    this.#onChange = onChange;
  }

  list(): readonly Silence[] {
    return [...this.#silences.values()];
  }

  find(id: string): Silence | undefined {
    return this.#silences.get(id);
  }

  /**
   * Makes a silence, or changes the one with the id, and gives its id. What cannot be changed in
   * place (other matchers, a beginning that has passed) ends the old one and makes a new one.
   */
  set(request: SilenceRequest): string {
    const nowMs = this.#clock.nowMs();
    checkRequest(request, nowMs);
    const { id = "" } = request;
    const known = this.#silences.get(id);
    if (id !== "" && known === undefined) {
      throw new SilenceError("not found", "silence not found");
    }
    if (known !== undefined && canUpdate(known, request, nowMs)) {
      return this.#put({ ...request, id, updatedAtMs: nowMs });
    }
    this.#checkRoom();
    if (known !== undefined && silenceState(known, nowMs) !== "expired") this.expire(id);
    const startsAtMs = Math.max(request.startsAtMs, nowMs);
    return this.#put({ ...request, id: uuid(this.#random), startsAtMs, updatedAtMs: nowMs });
  }

  /** Ends a silence now. One that has ended stays as it is. */
  expire(id: string): void {
    const known = this.#silences.get(id);
    if (known === undefined) throw new SilenceError("not found", "silence not found");
    const nowMs = this.#clock.nowMs();
    const state = silenceState(known, nowMs);
    if (state === "expired") return;
    const startsAtMs = state === "pending" ? nowMs : known.startsAtMs;
    this.#put({ ...known, startsAtMs, endsAtMs: nowMs, updatedAtMs: nowMs });
  }

  /** Takes in what a peer has, or a former life had: the later change counts. */
  merge(silence: Silence): boolean {
    const known = this.#silences.get(silence.id);
    if (known !== undefined && known.updatedAtMs >= silence.updatedAtMs) return false;
    this.#silences.set(silence.id, silence);
    this.#knownUntilMs = 0;
    return true;
  }

  /** Forgets silences that ended longer ago than the retention, and tells how many. */
  collect(retentionMs: number): number {
    const before = this.#silences.size;
    const nowMs = this.#clock.nowMs();
    for (const [id, silence] of this.#silences) {
      if (silence.endsAtMs + retentionMs <= nowMs) this.#silences.delete(id);
    }
    return before - this.#silences.size;
  }

  /** The ids of the silences that an alert is under now, sorted. */
  silencing(fingerprint: string, labels: Labels): readonly string[] {
    const nowMs = this.#clock.nowMs();
    if (nowMs >= this.#knownUntilMs) this.#renew(nowMs);
    const known = this.#known.get(fingerprint);
    if (known !== undefined) return known;
    const found = this.list()
      .filter((silence) => silenceState(silence, nowMs) === "active" && covers(silence, labels))
      .map(({ id }) => id)
      .sort();
    this.#known.set(fingerprint, found);
    return found;
  }

  #put(silence: Silence): string {
    const { id } = silence;
    assert(id !== "", "a silence has an id");
    // Peers go by this time: a change is later than what it changes, whatever the clock says.
    const beforeMs = this.#silences.get(id)?.updatedAtMs ?? Number.NEGATIVE_INFINITY;
    const changed = { ...silence, updatedAtMs: Math.max(silence.updatedAtMs, beforeMs + 1) };
    this.#silences.set(id, changed);
    this.#knownUntilMs = 0;
    this.#onChange(changed);
    return id;
  }

  /** Answers hold until the next silence begins or ends. */
  #renew(nowMs: number): void {
    this.#known.clear();
    this.#knownUntilMs = this.list()
      .flatMap(({ startsAtMs, endsAtMs }) => [startsAtMs, endsAtMs])
      .filter((turnMs) => turnMs > nowMs)
      .reduce((soonest, turnMs) => Math.min(soonest, turnMs), Number.POSITIVE_INFINITY);
  }

  #checkRoom(): void {
    const { silencesMax } = this.#limits;
    if (silencesMax > 0 && this.#silences.size + 1 > silencesMax) {
      throw new SilenceError(
        "invalid",
        `exceeded maximum number of silences: ${this.#silences.size} (limit: ${silencesMax})`,
      );
    }
  }
}

export function silenceState(
  { startsAtMs, endsAtMs }: Pick<Silence, "startsAtMs" | "endsAtMs">,
  atMs: number,
): SilenceState {
  if (atMs < startsAtMs) return "pending";
  return atMs < endsAtMs ? "active" : "expired";
}

function covers({ matcherSets }: Pick<Silence, "matcherSets">, labels: Labels): boolean {
  return matcherSets.some((matchers) => matchesAll(matchers, labels));
}

/** Refuses what would silence everything, or nothing. */
function checkRequest(request: SilenceRequest, nowMs: number): void {
  const refuse = (problem: string) => {
    throw new SilenceError("invalid", `invalid silence: ${problem}`);
  };
  if (request.matcherSets.length === 0) refuse("at least one matcher set required");
  for (const [set, matchers] of request.matcherSets.entries()) {
    if (matchers.length === 0) refuse(`matcher set ${set} is empty`);
    const nameless = matchers.findIndex(({ name }) => name === "");
    if (nameless >= 0) {
      refuse(`invalid label matcher ${nameless} in set ${set}: invalid label name ""`);
    }
    if (matchers.every(({ matchesEmpty }) => matchesEmpty)) {
      refuse(`matcher set ${set}: at least one matcher must not match the empty string`);
    }
  }
  if (request.endsAtMs < request.startsAtMs) refuse("end time must not be before start time");
  if (request.endsAtMs < nowMs) refuse("end time can't be in the past");
}

/** Whether the change leaves what has happened as it was. */
function canUpdate(known: Silence, request: SilenceRequest, nowMs: number): boolean {
  if (matchersKey(known) !== matchersKey(request)) return false;
  switch (silenceState(known, nowMs)) {
    case "active":
      return (
        Math.floor(request.startsAtMs / 1000) === Math.floor(known.startsAtMs / 1000) &&
        request.endsAtMs >= nowMs
      );
    case "pending":
      return request.startsAtMs >= nowMs;
    case "expired":
      return false;
  }
}

function matchersKey({ matcherSets }: Pick<Silence, "matcherSets">): string {
  return matcherSets.map((matchers) => matchers.map(formatMatcher).sort().join(",")).join(" or ");
}
