/** From what `oncall.yml` says to who there is: names are looked up, times are read in their zones. */
import type { TimeZone, TimeZones } from "#base";
import { ConfigError, decodeDocument, Decoding, readYaml } from "#promconfig";
import { defaultPolicy, type Policy, type Target } from "../escalation/policy.ts";
import {
  type ContactMethod,
  contactKinds,
  pageBudgetDefault,
  quietKinds,
  type Roster,
  type Service,
  type Team,
  type User,
} from "../roster.ts";
import type { Absence, Layer, Schedule } from "../schedule/schedule.ts";
import type { Span } from "../schedule/restriction.ts";
import { dayMs, hourMs, minuteMs, momentOf } from "../schedule/wall-clock.ts";
import {
  type ContactConfig,
  type LayerConfig,
  type OncallFile,
  oncallFileType,
  type PolicyConfig,
  type ScheduleConfig,
  type StepConfig,
  type TeamConfig,
  type UserConfig,
} from "./oncall-config.ts";

export interface OncallConfig {
  readonly roster: Roster;
  /** What concerns no person: servers, tokens, the heartbeat. */
  readonly file: OncallFile;
}

/** Parses the text of a file. Throws a `ConfigError` with the place of what is wrong. */
export function parseOncallConfig(source: string, zones: TimeZones): OncallConfig {
  const decoding = new Decoding();
  const root = readYaml(source);
  const whenEmpty = oncallFileType.initial;
  const file = decodeDocument(oncallFileType, { root, whenEmpty }, decoding);
  return { file, roster: new Reading(file, zones, decoding).roster() };
}

class Reading {
  readonly #file: OncallFile;
  readonly #zones: TimeZones;
  readonly #decoding: Decoding;

  constructor(file: OncallFile, zones: TimeZones, decoding: Decoding) {
    this.#file = file;
    this.#zones = zones;
    this.#decoding = decoding;
  }

  roster(): Roster {
    const { users, teams, schedules, services, heartbeats, ownService } = this.#file;
    const absences = users.flatMap((user) => this.#absencesOf(user));
    const people = this.#named("user", users, (user) => this.#user(user));
    const policies = this.#policies();
    for (const team of teams) this.#checkTeam(team);
    for (const heartbeat of heartbeats) this.#need("service", heartbeat.service, heartbeat);
    if (ownService !== "") this.#need("service", ownService, this.#file);
    return {
      users: people,
      teams: this.#named("team", teams, (team) => this.#team(team)),
      schedules: this.#named("schedule", schedules, (one) => this.#schedule(one, absences)),
      policies,
      services: this.#named("service", services, (service) => this.#service(service, policies)),
      heartbeats: this.#named("heartbeat", heartbeats, (one) => ({
        ...one,
        key: one.key.reveal(),
      })),
      ownService: ownService === "" ? undefined : ownService,
    };
  }

  #user(config: UserConfig): User {
    const { name, fullName, timeZone, rules } = config;
    const contacts = config.contacts.map((contact) => this.#contact(contact));
    this.#refuseTwins(
      "contact",
      config.contacts,
      contacts.map(({ id }) => id),
    );
    for (const rule of rules) {
      const isKnown = contacts.some(({ id }) => id === rule.contact);
      if (!isKnown) this.#fail(`user ${name} has no contact "${rule.contact}"`, rule);
    }
    return {
      id: name,
      fullName: fullName === "" ? name : fullName,
      contacts,
      rules,
      zone: this.#zone(timeZone, config),
      zoneName: timeZone,
    };
  }

  /** A contact method is of the kind of which it has an address. */
  #contact(config: ContactConfig): ContactMethod {
    const addresses = { ...config, "web-push": config.webPush };
    const [kind, second] = contactKinds.filter((one) => addresses[one] !== "");
    if (kind === undefined || second !== undefined) {
      this.#fail(
        `a contact has one of ${contactKinds.join(", ").replace("web-push", "web_push")}`,
        config,
      );
    }
    const address = addresses[kind];
    const isNumber = /^\+[1-9]\d{6,14}$/.test(address);
    if ((kind === "sms" || kind === "voice") && !isNumber) {
      this.#fail(`"${address}" is no telephone number like +4930123456`, config);
    }
    if (kind === "email" && !/^[^\s@<>]+@[^\s@<>]+$/.test(address)) {
      this.#fail(`"${address}" is no e-mail address`, config);
    }
    return {
      id: config.id === "" ? kind : config.id,
      kind,
      address,
      isVerified: config.isVerified,
    };
  }

  #absencesOf(user: UserConfig): readonly Absence[] {
    const zone = this.#zone(user.timeZone, user);
    return user.away.map((away) => ({ user: user.name, ...this.#span(away, zone) }));
  }

  #team(config: TeamConfig): Team {
    const { name, members, managers, primary } = config;
    const schedule = this.#file.schedules.find((one) => one.name === primary);
    const timeZone = config.timeZone === "" ? (schedule?.timeZone ?? "UTC") : config.timeZone;
    const holidays = new Set([...config.holidays, ...(schedule?.holidays ?? [])]);
    const tickets = config.tickets.map((contact) => {
      const method = this.#contact(contact);
      if (!quietKinds.includes(method.kind)) {
        this.#fail(`tickets wake nobody: they go to one of ${quietKinds.join(", ")}`, contact);
      }
      return method;
    });
    const workingDays = { zone: this.#zone(timeZone, config), holidays };
    return { name, members, managers, tickets, workingDays };
  }

  #checkTeam(team: TeamConfig): void {
    for (const name of [...team.members, ...team.managers]) this.#need("user", name, team);
    for (const name of [team.primary, team.backup]) {
      if (name !== "") this.#need("schedule", name, team);
    }
  }

  #schedule(config: ScheduleConfig, absences: readonly Absence[]): Schedule {
    const { name, timeZone } = config;
    const zone = this.#zone(timeZone, config);
    return {
      name,
      zone,
      zoneName: timeZone,
      layers: config.layers.map((layer, index) => this.#layer(layer, index, zone)),
      overrides: config.overrides.map((override, index) => {
        for (const user of [override.user, override.replaces]) {
          if (user !== "") this.#need("user", user, override);
        }
        return {
          id: `file-${index + 1}`,
          user: override.user === "" ? undefined : override.user,
          replaces: override.replaces === "" ? undefined : override.replaces,
          ...this.#span(override, zone),
        };
      }),
      swaps: config.swaps.map((swap, index) => {
        const [left, right, third] = swap.users;
        if (left === undefined || right === undefined || third !== undefined) {
          this.#fail("a swap is between two users", swap);
        }
        for (const user of [left, right]) this.#need("user", user, swap);
        return { id: `file-${index + 1}`, users: [left, right], ...this.#span(swap, zone) };
      }),
      absences,
      holidays: new Set(config.holidays),
    };
  }

  #layer(config: LayerConfig, index: number, zone: TimeZone): Layer {
    const { name, members, start, times, from, until } = config;
    if (members.length === 0) this.#fail("a layer needs members", config);
    if (start === undefined) this.#fail("a layer needs a start", config);
    for (const member of members) this.#need("user", member, config);
    const moment = (wallMs: number | undefined) =>
      wallMs === undefined ? undefined : momentOf(zone, wallMs);
    return {
      name: name === "" ? `layer ${index + 1}` : name,
      rotation: { zone, startWallMs: start, shiftLengthsMs: this.#lengths(config), members },
      restrictions: times.map((time) => ({
        weekdays: time.weekdays,
        fromMinute: time.from,
        untilMinute: time.until,
      })),
      from: moment(from),
      until: moment(until),
    };
  }

  #lengths(config: LayerConfig): readonly number[] {
    const { rotation, every, lengths } = config;
    if (every < 1 || every > 1_000) this.#fail("every is from 1 to 1000", config);
    if (rotation !== "custom" && rotation !== "") {
      if (lengths.length > 0) this.#fail("lengths are for rotation: custom", config);
      return [every * unitsMs[rotation]];
    }
    const isLong = lengths.length > 0 && lengths.every((length) => length >= 15 * minuteMs);
    if (!isLong) this.#fail("a custom rotation needs lengths of at least 15m each", config);
    return lengths;
  }

  #policies(): ReadonlyMap<string, Policy> {
    const { policies, teams } = this.#file;
    const own = this.#named("policy", policies, (policy) => this.#policy(policy));
    const defaults = teams.flatMap(({ name: team, primary, backup }) => {
      if (primary === "") return [];
      return [defaultPolicy({ team, primary, backup: backup === "" ? undefined : backup })];
    });
    return new Map([...defaults.map((policy) => [policy.name, policy] as const), ...own]);
  }

  #policy(config: PolicyConfig): Policy {
    return {
      name: config.name,
      steps: config.steps.map((step) => ({
        afterMs: step.afterMs,
        targets: this.#targets(step),
      })),
      repeatCount: config.repeat,
      repeatAfterMs: config.repeatAfterMs,
      acknowledgeTimeoutMs: config.acknowledgeTimeoutMs,
    };
  }

  #targets(step: StepConfig): readonly Target[] {
    const { users, schedules, nextIn, teams, managersOf } = step;
    for (const user of users) this.#need("user", user, step);
    for (const schedule of [...schedules, ...nextIn]) this.#need("schedule", schedule, step);
    for (const team of [...teams, ...managersOf]) this.#need("team", team, step);
    const targets: readonly Target[] = [
      ...users.map((user) => ({ kind: "user", user }) as const),
      ...schedules.map((schedule) => ({ kind: "schedule", schedule }) as const),
      ...nextIn.map((schedule) => ({ kind: "next", schedule }) as const),
      ...teams.map((team) => ({ kind: "team", team }) as const),
      ...managersOf.map((team) => ({ kind: "managers", team }) as const),
    ];
    if (targets.length === 0) this.#fail("a step needs somebody to page", step);
    return targets;
  }

  #service(config: OncallFile["services"][number], policies: ReadonlyMap<string, Policy>): Service {
    this.#need("team", config.team, config);
    const policy = config.policy === "" ? `${config.team} (default)` : config.policy;
    if (!policies.has(policy)) {
      const problem =
        config.policy === ""
          ? `service ${config.name} needs a policy, or its team a primary schedule`
          : `undefined policy "${policy}" used in service ${config.name}`;
      this.#fail(problem, config);
    }
    const { name, team, quietSeverities } = config;
    const pageBudget = config.pageBudget ?? this.#file.pageBudget ?? pageBudgetDefault;
    const integrationKeys = config.integrationKeys.map((key) => key.reveal());
    if (integrationKeys.some((key) => key.length < 8)) {
      this.#fail("an integration key has at least 8 characters", config);
    }
    return { name, team, policy, quietSeverities, pageBudget, integrationKeys };
  }

  #span(
    config: { readonly from: number | undefined; readonly until: number | undefined },
    zone: TimeZone,
  ): Span {
    const { from, until } = config;
    if (from === undefined || until === undefined || until <= from) {
      this.#fail("from and until are needed, and until is after from", config);
    }
    return { fromMs: momentOf(zone, from), untilMs: momentOf(zone, until) };
  }

  #zone(name: string, at: object): TimeZone {
    const zone = this.#zones.find(name);
    if (zone === undefined) this.#fail(`unknown time zone ${name}`, at);
    return zone;
  }

  /** What is named must be there. */
  #need(what: "user" | "team" | "schedule" | "service", name: string, at: object): void {
    const named = {
      user: "users",
      team: "teams",
      schedule: "schedules",
      service: "services",
    } as const;
    const known = this.#file[named[what]].some((one) => one.name === name);
    if (!known) this.#fail(`there is no ${what} "${name}"`, at);
  }

  #named<C extends { readonly name: string }, T>(
    what: string,
    configs: readonly C[],
    make: (config: C) => T,
  ): ReadonlyMap<string, T> {
    this.#refuseTwins(
      what,
      configs,
      configs.map(({ name }) => name),
    );
    return new Map(configs.map((config) => [config.name, make(config)]));
  }

  #refuseTwins(what: string, configs: readonly object[], names: readonly string[]): void {
    for (const [index, name] of names.entries()) {
      const isTwin = names.indexOf(name) < index;
      if (isTwin) this.#fail(`${what} name "${name}" is not unique`, configs[index] ?? {});
    }
  }

  #fail(message: string, at: object): never {
    throw new ConfigError(message, { position: this.#decoding.placeOf(at) });
  }
}

const unitsMs = { hourly: hourMs, daily: dayMs, weekly: 7 * dayMs } as const;
