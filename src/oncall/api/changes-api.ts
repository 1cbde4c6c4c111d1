/** What people change: incidents, schedules, how they are reached. Each change says who made it. */
import { type HttpResponse, type Random, uuid } from "#base";
import { readBody } from "#http";
import { scheduleProblems } from "../config/pre-flight.ts";
import { decodeSubscription } from "../deliver/decode-subscription.ts";
import type { OnCall } from "../engine/on-call.ts";
import { RefusedError } from "../incident/decide.ts";
import { contactIdOf } from "../incident/message-id.ts";
import { decodeObject, type Fields, textIn } from "../intake/decode-fields.ts";
import type { Override, Schedule, Swap } from "../schedule/schedule.ts";
import { finalSchedule } from "../schedule/schedule.ts";
import { dayMs } from "../schedule/wall-clock.ts";
import { type AllowedCall, bodyBytesMax, type Call, jsonAnswer, parameter } from "./answer.ts";
import { decodeCommand, decodeRange, decodeTime } from "./decode-request.ts";
import { incidentView } from "./incident-views.ts";
import { getIncident, getSchedule, getUser } from "./named.ts";
import { dutyView } from "./views.ts";

export interface ChangesDeps {
  readonly onCall: OnCall;
  readonly random: Random;
}

/** In how many browsers one person may be reached. */
const addedContactsMax = 10;

export class ChangesApi {
  readonly #deps: ChangesDeps;

  constructor(deps: ChangesDeps) {
    this.#deps = deps;
  }

  /** The final schedule as it would be with a change that is not made yet, and what is wrong then. */
  async preview(call: Call): Promise<HttpResponse> {
    const { onCall } = this.#deps;
    const schedule = getSchedule(onCall, parameter(call, "name"));
    const nowMs = onCall.nowMs();
    const range = decodeRange(call.query, { fromMs: nowMs, untilMs: nowMs + 14 * dayMs });
    const changed = this.#changed(schedule, await bodyOf(call));
    return jsonAnswer(200, {
      final: finalSchedule(changed, range).map(dutyView),
      problems: scheduleProblems(changed, nowMs),
    });
  }

  async addOverride(call: AllowedCall): Promise<HttpResponse> {
    const { onCall } = this.#deps;
    const { name: schedule } = getSchedule(onCall, parameter(call, "name"));
    const body = await bodyOf(call);
    const by = actorOf(call, textIn(body, "by"));
    const override = this.#overrideIn(body);
    await onCall.transact(() => [{ kind: "overrideAdded", by, schedule, override }]);
    return jsonAnswer(201, { id: override.id });
  }

  async removeOverride(call: AllowedCall): Promise<HttpResponse> {
    const { onCall } = this.#deps;
    const schedule = getSchedule(onCall, parameter(call, "name"));
    const id = parameter(call, "id");
    const { overrides } = onCall.ledger.agreedOn(schedule.name);
    refuseUnlessAgreed("override", { id, agreed: overrides, all: schedule.overrides });
    const by = actorOf(call, call.query.get("by") ?? "");
    const place = { by, schedule: schedule.name, id };
    await onCall.transact(() => [{ kind: "overrideRemoved", ...place }]);
    return jsonAnswer(200, { id });
  }

  async addSwap(call: AllowedCall): Promise<HttpResponse> {
    const { onCall } = this.#deps;
    const { name: schedule } = getSchedule(onCall, parameter(call, "name"));
    const body = await bodyOf(call);
    const by = actorOf(call, textIn(body, "by"));
    const swap = this.#swapIn(body);
    await onCall.transact(() => [{ kind: "swapAdded", by, schedule, swap }]);
    return jsonAnswer(201, { id: swap.id });
  }

  async removeSwap(call: AllowedCall): Promise<HttpResponse> {
    const { onCall } = this.#deps;
    const schedule = getSchedule(onCall, parameter(call, "name"));
    const id = parameter(call, "id");
    const { swaps } = onCall.ledger.agreedOn(schedule.name);
    refuseUnlessAgreed("swap", { id, agreed: swaps, all: schedule.swaps });
    const by = actorOf(call, call.query.get("by") ?? "");
    const place = { by, schedule: schedule.name, id };
    await onCall.transact(() => [{ kind: "swapRemoved", ...place }]);
    return jsonAnswer(200, { id });
  }

  /** A browser in which somebody asked for pages. It is used once they have confirmed one there. */
  async addSubscription(call: AllowedCall): Promise<HttpResponse> {
    const { onCall } = this.#deps;
    const user = this.#ownUser(call);
    const address = JSON.stringify(await bodyOf(call));
    const subscription = decodeSubscription(address);
    if (subscription === undefined || !subscription.endpoint.startsWith("https://")) {
      throw new RefusedError("invalid", "this is no push subscription");
    }
    const contact = contactIdOf(subscription.endpoint);
    const others = onCall.ledger.addedContacts(user).filter(({ id }) => id !== contact);
    if (others.length >= addedContactsMax) {
      throw new RefusedError("conflict", `${user} is reached in ${others.length} browsers already`);
    }
    const by = actorOf(call, user);
    const place = { by, user, contact, contactKind: "web-push", address } as const;
    await onCall.transact(() => [{ kind: "contactAdded", ...place }]);
    return jsonAnswer(201, { contact });
  }

  async removeContact(call: AllowedCall): Promise<HttpResponse> {
    const { onCall } = this.#deps;
    const user = this.#ownUser(call);
    const contact = parameter(call, "contact");
    const agreed = onCall.ledger.addedContacts(user);
    const all = getUser(onCall, user).contacts;
    refuseUnlessAgreed("contact", { id: contact, agreed, all });
    const place = { by: actorOf(call, user), user, contact };
    await onCall.transact(() => [{ kind: "contactRemoved", ...place }]);
    return jsonAnswer(200, { contact });
  }

  /** Sends a message by a contact method, to be confirmed by whoever gets it. */
  async sendVerification(call: Call): Promise<HttpResponse> {
    const { onCall } = this.#deps;
    const user = onCall.roster().users.get(parameter(call, "name"));
    const contact = user?.contacts.find(({ id }) => id === parameter(call, "contact"));
    if (user === undefined || contact === undefined) {
      throw new RefusedError("not found", "there is no such contact");
    }
    const outcome = await onCall.sendVerification(user, contact);
    if (outcome.kind === "failed") return jsonAnswer(502, { error: outcome.error });
    return jsonAnswer(202, { status: outcome.kind });
  }

  async trigger(call: Call): Promise<HttpResponse> {
    const body = await bodyOf(call);
    const title = textIn(body, "title");
    if (title === "") throw new RefusedError("invalid", "title is missing");
    const incident = await this.#deps.onCall.trigger({
      service: textIn(body, "service"),
      dedupKey: textIn(body, "dedupKey") || uuid(this.#deps.random),
      alert: {
        title,
        details: textIn(body, "details"),
        severity: textIn(body, "severity") || "critical",
        source: "api",
        links: [],
        heldBack: "",
      },
    });
    return jsonAnswer(201, incident && incidentView(incident));
  }

  async command(call: AllowedCall): Promise<HttpResponse> {
    const { onCall } = this.#deps;
    const incident = getIncident(onCall, parameter(call, "number"));
    const body = await bodyOf(call);
    const who = { by: actorOf(call, textIn(body, "by")), nowMs: onCall.nowMs() };
    const command = decodeCommand(parameter(call, "verb"), body, who);
    const done = await onCall.command(incident.id, command);
    return jsonAnswer(200, done && incidentView(done));
  }

  /** A schedule with what a body would change of it. */
  #changed(schedule: Schedule, body: Fields): Schedule {
    const { overrides, swaps } = schedule;
    switch (textIn(body, "change")) {
      case "override":
        return { ...schedule, overrides: [...overrides, this.#overrideIn(body)] };
      case "swap":
        return { ...schedule, swaps: [...swaps, this.#swapIn(body)] };
      case "removal": {
        const id = textIn(body, "id");
        const without = <T extends { readonly id: string }>(list: readonly T[]) =>
          list.filter((one) => one.id !== id);
        return { ...schedule, overrides: without(overrides), swaps: without(swaps) };
      }
      default:
        throw new RefusedError("invalid", "change is one of override, swap, removal");
    }
  }

  #overrideIn(body: Fields): Override {
    return {
      id: uuid(this.#deps.random),
      user: this.#userIn(body, "user"),
      replaces: this.#userIn(body, "replaces"),
      ...this.#spanIn(body),
    };
  }

  #swapIn(body: Fields): Swap {
    const [left, right] = [this.#userIn(body, "user"), this.#userIn(body, "with")];
    if (left === undefined || right === undefined || left === right) {
      throw new RefusedError("invalid", "a swap is between two users");
    }
    return { id: uuid(this.#deps.random), users: [left, right], ...this.#spanIn(body) };
  }

  #spanIn(body: Fields) {
    const fromMs = decodeTime(textIn(body, "from"), this.#deps.onCall.nowMs());
    const untilMs = decodeTime(textIn(body, "until"), Number.NaN);
    if (!(untilMs > fromMs)) throw new RefusedError("invalid", "until is not after from");
    return { fromMs, untilMs };
  }

  /** A user by name; undefined when the body names none. */
  #userIn(body: Fields, field: string): string | undefined {
    const user = textIn(body, field);
    return user === "" ? undefined : getUser(this.#deps.onCall, user).id;
  }

  /** The user of a path, whose own affair it is how they are reached. */
  #ownUser(call: AllowedCall): string {
    const { id } = getUser(this.#deps.onCall, parameter(call, "name"));
    const { caller } = call;
    if (caller.kind === "person" && caller.user !== id) {
      throw new RefusedError("forbidden", `only ${id} decides how ${id} is reached`);
    }
    return id;
  }
}

interface Agreed {
  readonly id: string;
  readonly agreed: readonly { readonly id: string }[];
  readonly all: readonly { readonly id: string }[];
}

/** What the file says cannot be taken back here. */
function refuseUnlessAgreed(what: string, { id, agreed, all }: Agreed): void {
  if (agreed.some((one) => one.id === id)) return;
  const isKnown = all.some((one) => one.id === id);
  if (!isKnown) throw new RefusedError("not found", `there is no ${what} ${id}`);
  throw new RefusedError("conflict", `the ${what} ${id} is in the configuration; change it there`);
}

async function bodyOf({ request }: Call): Promise<Fields> {
  const bytes = await readBody(request, bodyBytesMax);
  return bytes.length === 0 ? {} : decodeObject(bytes);
}

/** Who did it: the person who has proved it, else who is said to, else who asked, else `api`. */
function actorOf({ caller }: AllowedCall, said: string): string {
  if (caller.kind === "person") return caller.user;
  const own = caller.kind === "program" ? caller.name : undefined;
  return said === "" ? (own ?? "api") : said;
}
