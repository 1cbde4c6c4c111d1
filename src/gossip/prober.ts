/** Asks one member after another whether it is there: by a datagram, through others, by a connection. */
import { type Clock, type Random, sleep } from "#base";
import type { AwaitedAnswers } from "./awaited-answers.ts";
import { chosen } from "./choice.ts";
import type { Health } from "./health.ts";
import { answersStreamPings, isPresent, type Member, sendsNacks } from "./member.ts";
import type { Membership } from "./membership.ts";
import type { Message, Origin } from "./message.ts";

export interface ProberDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly membership: Membership;
  readonly answers: AwaitedAnswers;
  readonly health: Health;
  readonly send: (to: Member, messages: readonly Message[]) => void;
  /** Whether it answers over a connection, before the time is over. Never rejects. */
  readonly pingByStream: (to: Member, sequence: number, timeoutMs: number) => Promise<boolean>;
  readonly onAnswered: (member: Member, durationMs: number) => void;
}

export interface ProberOptions {
  readonly self: Origin;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** How many others are asked to ask in our place. */
const helpersMax = 3;

export class Prober {
  readonly #deps: ProberDeps;
  readonly #options: ProberOptions;
  /** Names of those who are asked next. */
  #round: string[] = [];

  constructor(deps: ProberDeps, options: ProberOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Asks one each interval until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    while (!signal.aborted) {
      const startedMs = clock.elapsedMs();
      const member = this.#next();
      if (member !== undefined) await this.#probe(member);
      const restMs = this.#options.intervalMs - (clock.elapsedMs() - startedMs);
      await sleep(clock, Math.max(0, restMs), signal);
    }
  }

  /** Everybody is asked once before anybody is asked again, so that nobody is missed for long. */
  #next(): Member | undefined {
    const { membership, random } = this.#deps;
    if (this.#round.length === 0) {
      membership.collect();
      const names = membership.present().map(({ name }) => name);
      const others = names.filter((name) => name !== this.#options.self.name);
      this.#round = [...chosen(random, others, others.length)];
    }
    while (true) {
      const name = this.#round.pop();
      if (name === undefined) return undefined;
      const member = membership.find(name);
      if (member !== undefined && isPresent(member)) return member;
    }
  }

  async #probe(member: Member): Promise<void> {
    const { clock, answers, health, send, membership, onAnswered } = this.#deps;
    const { self, timeoutMs } = this.#options;
    const wholeMs = health.scaled(this.#options.intervalMs);
    const startedMs = clock.elapsedMs();
    let nackCount = 0;
    const { promise: isAnswered, resolve } = Promise.withResolvers<boolean>();
    const sequence = answers.expect(wholeMs, {
      onAck: () => resolve(true),
      onNack: () => nackCount++,
      onTimeout: () => resolve(false),
    });
    const { name, incarnation } = member;
    const accusation = { kind: "suspect", name, incarnation, from: self.name } as const;
    // Whoever is suspected is told at once, and can contradict.
    const accusations = member.state === "alive" ? [] : [accusation];
    send(member, [{ kind: "ping", sequence, target: name, origin: self }, ...accusations]);
    if (await isTrueWithin(clock, isAnswered, timeoutMs)) {
      health.change(-1);
      onAnswered(member, clock.elapsedMs() - startedMs);
      return;
    }
    const nacksWanted = this.#askOthers(member, sequence);
    const restMs = wholeMs - (clock.elapsedMs() - startedMs);
    const isReached = this.#pingByStream(member, sequence, restMs);
    if ((await isAnswered) || (await isReached)) {
      health.change(-1);
      return;
    }
    // Helpers who do not even answer us say something about ourselves.
    health.change(nacksWanted > 0 ? Math.max(0, nacksWanted - nackCount) : 1);
    membership.take(accusation);
  }

  /** How many of them should tell us that they heard nothing. */
  #askOthers(member: Member, sequence: number): number {
    const { random, membership, send } = this.#deps;
    const { self } = this.#options;
    const others = membership
      .present()
      .filter(({ name, state }) => state === "alive" && name !== self.name && name !== member.name);
    const helpers = chosen(random, others, helpersMax);
    for (const helper of helpers) {
      const { name: target, address } = member;
      const wantsNack = sendsNacks(helper);
      const asked = { sequence, target, address, wantsNack, origin: self };
      send(helper, [{ kind: "indirectPing", ...asked }]);
    }
    return helpers.filter(sendsNacks).length;
  }

  #pingByStream(member: Member, sequence: number, timeoutMs: number): Promise<boolean> {
    if (!answersStreamPings(member)) return Promise.resolve(false);
    return this.#deps.pingByStream(member, sequence, timeoutMs);
  }
}

function isTrueWithin(clock: Clock, test: Promise<boolean>, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.schedule(timeoutMs, () => resolve(false));
    void test.then((isTrue) => {
      timer[Symbol.dispose]();
      resolve(isTrue);
    });
  });
}
