/** Who belongs to the cluster, by everything that is said of it. */
import type { Clock, Random } from "#base";
import { GossipError } from "./gossip-error.ts";
import { judgeAlive, judgeDead, judgeSuspect } from "./judge.ts";
import { aliveOf, isCompatible, isPresent, type Member, type MemberState } from "./member.ts";
import type { Alive, Message, Obituary } from "./message.ts";
import { suspicionMs } from "./scaling.ts";
import { Suspicion } from "./suspicion.ts";

export interface MembershipDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Hears what everybody should hear of a member, which replaces what was to be told before. */
  readonly onNews: (name: string, news: Message) => void;
  readonly onJoined: (member: Member) => void;
  readonly onLeft: (member: Member) => void;
  readonly onUpdated: (member: Member) => void;
  /** Two have the same name. */
  readonly onConflict: (known: Member, other: Alive) => void;
  /** We had to contradict what was said of us: perhaps we are too slow. */
  readonly onRefuted: () => void;
}

export interface MembershipOptions {
  readonly self: Pick<Member, "name" | "address" | "versions">;
  readonly probeIntervalMs: number;
}

const suspicionMultiplier = 4;
const suspicionMaxMultiplier = 6;
/** The dead are still told news for so long, and then forgotten. */
const mournedMs = 30_000;
/** Nobody has so many Alertmanagers; more names than that are made up. */
const membersMax = 1_024;

export class Membership implements Disposable {
  readonly #deps: MembershipDeps;
  readonly #options: MembershipOptions;
  readonly #members = new Map<string, Member>();
  readonly #suspicions = new Map<string, Suspicion>();
  #hasLeft = false;

  /** Knows only ourselves at first. */
  constructor(deps: MembershipDeps, options: MembershipOptions) {
    this.#deps = deps;
    this.#options = options;
    const changedMs = deps.clock.elapsedMs();
    const rest = { meta: new Uint8Array(), incarnation: 1, state: "alive", changedMs } as const;
    this.#members.set(options.self.name, { ...options.self, ...rest });
  }

  get self(): Member {
    const { name, address, versions } = this.#options.self;
    const blank = { meta: new Uint8Array(), incarnation: 0, state: "left", changedMs: 0 } as const;
    return this.#members.get(name) ?? { name, address, versions, ...blank };
  }

  /** Everybody who is known, the dead among them. */
  list(): readonly Member[] {
    return [...this.#members.values()];
  }

  /** Those who are there, as far as we know, ourselves among them. */
  present(): readonly Member[] {
    return this.list().filter(isPresent);
  }

  find(name: string): Member | undefined {
    return this.#members.get(name);
  }

  /** The others who are there, or were until lately: it does no harm to tell them, and may wake them. */
  audience(): readonly Member[] {
    const nowMs = this.#deps.clock.elapsedMs();
    return this.list().filter(
      (member) =>
        member.name !== this.#options.self.name &&
        (isPresent(member) || (member.state === "dead" && nowMs - member.changedMs <= mournedMs)),
    );
  }

  take(said: Alive | Obituary): void {
    if (said.kind === "alive") this.#takeAlive(said);
    else if (said.kind === "suspect") this.#takeSuspect(said);
    else this.#takeDead(said);
  }

  /** Takes in all that another one knows. Throws `GossipError` when we could not understand them. */
  merge(members: readonly Omit<Member, "changedMs">[]): void {
    const stranger = members.find(
      ({ state, versions }) => state === "alive" && !isCompatible(versions),
    );
    if (stranger !== undefined) {
      throw new GossipError(`member "${stranger.name}" speaks an incompatible protocol version`);
    }
    for (const member of members) this.take(this.#saidOf(member));
  }

  /** Says that we go of our own will. */
  leave(): void {
    this.#hasLeft = true;
    const { name, incarnation } = this.self;
    this.take({ kind: "dead", name, incarnation, from: name });
  }

  /** Forgets those who are gone for long. */
  collect(): void {
    const nowMs = this.#deps.clock.elapsedMs();
    for (const member of this.list()) {
      const isForgotten = !isPresent(member) && nowMs - member.changedMs > mournedMs;
      if (isForgotten && member.name !== this.#options.self.name) this.#members.delete(member.name);
    }
  }

  [Symbol.dispose](): void {
    for (const suspicion of this.#suspicions.values()) suspicion[Symbol.dispose]();
    this.#suspicions.clear();
  }

  /** The dead that another one knows of are only suspected here: it may be wrong. */
  #saidOf(member: Omit<Member, "changedMs">): Alive | Obituary {
    const { name, incarnation, state } = member;
    if (state === "alive") return aliveOf({ ...member, changedMs: 0 });
    if (state === "left") return { kind: "dead", name, incarnation, from: name };
    return { kind: "suspect", name, incarnation, from: this.#options.self.name };
  }

  #takeAlive(said: Alive): void {
    if (!isCompatible(said.versions)) return;
    const { self } = this.#options;
    if (this.#hasLeft && said.name === self.name) return;
    const known = this.#members.get(said.name);
    if (known === undefined && this.#members.size >= membersMax) return;
    const verdict = judgeAlive(known, said, self.name);
    if (known !== undefined && verdict === "conflict") this.#deps.onConflict(known, said);
    else if (known !== undefined && verdict === "refuted") this.#refute(known, said.incarnation);
    else if (verdict === "believed") this.#welcome(known, said);
  }

  #welcome(known: Member | undefined, said: Alive): void {
    this.#endSuspicion(said.name);
    const { kind: _, ...content } = said;
    const isBack = known === undefined || known.state !== "alive";
    const changedMs = isBack ? this.#deps.clock.elapsedMs() : known.changedMs;
    const member: Member = { ...content, state: "alive", changedMs };
    this.#members.set(said.name, member);
    this.#deps.onNews(said.name, said);
    if (known === undefined || !isPresent(known)) this.#deps.onJoined(member);
    else if (known.meta.join() !== said.meta.join()) this.#deps.onUpdated(member);
  }

  #takeSuspect(said: Obituary): void {
    const { self } = this.#options;
    const known = this.#members.get(said.name);
    const suspicion = this.#suspicions.get(said.name);
    if (suspicion !== undefined && known !== undefined && said.incarnation >= known.incarnation) {
      if (suspicion.confirm(said.from)) this.#deps.onNews(said.name, said);
      return;
    }
    const verdict = judgeSuspect(known, said, self.name);
    if (known === undefined) return;
    if (verdict === "refuted") this.#refute(known, said.incarnation);
    if (verdict !== "believed") return;
    this.#change(known, "suspect", said);
    this.#suspicions.set(said.name, this.#suspicionOf(said));
  }

  #suspicionOf({ name, from }: Obituary): Suspicion {
    const memberCount = this.#members.size;
    const agreeing = suspicionMultiplier - 2;
    const minMs = suspicionMs(suspicionMultiplier, memberCount, this.#options.probeIntervalMs);
    return new Suspicion(this.#deps.clock, {
      from,
      // Neither the one who suspects nor the one who is suspected can agree.
      wanted: memberCount - 2 < agreeing ? 0 : agreeing,
      minMs,
      maxMs: suspicionMaxMultiplier * minMs,
      onOver: () => {
        const incarnation = this.#members.get(name)?.incarnation ?? 0;
        this.take({ kind: "dead", name, incarnation, from: this.#options.self.name });
      },
    });
  }

  #takeDead(said: Obituary): void {
    const known = this.#members.get(said.name);
    const self = this.#options.self.name;
    const verdict = judgeDead(known, said, { self, hasLeft: this.#hasLeft });
    if (known === undefined) return;
    if (verdict === "refuted") this.#refute(known, said.incarnation);
    if (verdict !== "believed") return;
    this.#endSuspicion(said.name);
    const gone = this.#change(known, said.from === said.name ? "left" : "dead", said);
    this.#deps.onLeft(gone);
  }

  #change(known: Member, state: MemberState, said: Obituary): Member {
    const changedMs = this.#deps.clock.elapsedMs();
    const changed = { ...known, incarnation: said.incarnation, state, changedMs };
    this.#members.set(known.name, changed);
    this.#deps.onNews(said.name, said);
    return changed;
  }

  #refute(self: Member, accusedIncarnation: number): void {
    const incarnation = Math.max(self.incarnation, accusedIncarnation) + 1;
    const refuted = { ...self, incarnation };
    this.#members.set(self.name, refuted);
    this.#deps.onRefuted();
    this.#deps.onNews(self.name, aliveOf(refuted));
  }

  #endSuspicion(name: string): void {
    this.#suspicions.get(name)?.[Symbol.dispose]();
    this.#suspicions.delete(name);
  }
}
