/** Where other programs report what is wrong, each in its own format. */
import { type HttpResponse, type Random, uuid } from "#base";
import { findHeader, readBody } from "#http";
import { areEqualSecrets } from "../deliver/equal-secrets.ts";
import type { OnCall } from "../engine/on-call.ts";
import { readAlertmanager } from "../intake/alertmanager.ts";
import { decodeObject, type Fields } from "../intake/decode-fields.ts";
import type { Heartbeats } from "../intake/heartbeats.ts";
import { readOpsgenie } from "../intake/opsgenie.ts";
import { readPagerduty } from "../intake/pagerduty.ts";
import { IntakeError } from "../intake/report.ts";
import { takeReport } from "../intake/take-group.ts";
import type { Incident } from "../incident/incident.ts";
import type { Service } from "../roster.ts";
import { bodyBytesMax, type Call, jsonAnswer, parameter } from "./answer.ts";

export interface IntakeDeps {
  readonly onCall: OnCall;
  readonly random: Random;
  readonly heartbeats: Heartbeats;
}

export class IntakeApi {
  readonly #deps: IntakeDeps;

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
  }

  async alertmanager(call: Call): Promise<HttpResponse> {
    const service = this.#serviceOf(parameter(call, "key"));
    if (service === undefined) return jsonAnswer(401, { error: "no service has this key" });
    try {
      await takeReport(this.#deps.onCall, service, readAlertmanager(await bodyOf(call)));
    } catch (error) {
      if (!(error instanceof IntakeError)) throw error;
      return jsonAnswer(400, { error: error.message });
    }
    return jsonAnswer(200, { status: "success" });
  }

  async pagerduty(call: Call): Promise<HttpResponse> {
    try {
      const event = readPagerduty(await bodyOf(call), this.#newKey());
      const service = this.#serviceOf(event.routingKey);
      if (service === undefined) throw new IntakeError(["'routing_key' is invalid"]);
      await takeReport(this.#deps.onCall, service, event);
      const { dedupKey } = event;
      return jsonAnswer(202, {
        status: "success",
        message: "Event processed",
        dedup_key: dedupKey,
      });
    } catch (error) {
      if (!(error instanceof IntakeError)) throw error;
      const message = "Event object is invalid";
      return jsonAnswer(400, { status: "invalid event", message, errors: error.problems });
    }
  }

  opsgenieCreate(call: Call): Promise<HttpResponse> {
    return this.#opsgenie(call, async (service) => {
      await takeReport(
        this.#deps.onCall,
        service,
        readOpsgenie(await bodyOf(call), this.#newKey()),
      );
    });
  }

  opsgenieAct(call: Call, action: "acknowledge" | "resolve"): Promise<HttpResponse> {
    return this.#opsgenie(call, async (service) => {
      const incident = this.#opsgenieAlert(call, service);
      if (incident === undefined) return;
      await this.#act(incident, action, "opsgenie");
    });
  }

  async heartbeat(call: Call): Promise<HttpResponse> {
    const isKnown = await this.#deps.heartbeats.beat(parameter(call, "key"));
    return isKnown
      ? jsonAnswer(200, { result: "PONG" })
      : jsonAnswer(404, { error: "no heartbeat has this key" });
  }

  /** Answers as Opsgenie does, which takes a request before it knows what becomes of it. */
  async #opsgenie(call: Call, act: (service: Service) => Promise<void>): Promise<HttpResponse> {
    const requestId = uuid(this.#deps.random);
    const header = findHeader(call.request.headers, "authorization") ?? "";
    const service = this.#serviceOf(header.replace(/^GenieKey /, ""));
    if (service === undefined || !header.startsWith("GenieKey ")) {
      return jsonAnswer(403, { message: "Could not authenticate", took: 0, requestId });
    }
    try {
      await act(service);
    } catch (error) {
      if (!(error instanceof IntakeError)) throw error;
      const message = "Request body is not processable. Please check the errors.";
      return jsonAnswer(422, { message, errors: { message: error.message }, took: 0, requestId });
    }
    return jsonAnswer(202, { result: "Request will be processed", took: 0, requestId });
  }

  #opsgenieAlert(call: Call, { name }: Service): Incident | undefined {
    const { ledger } = this.#deps.onCall;
    const identifier = parameter(call, "id");
    switch (call.query.get("identifierType") ?? "id") {
      case "alias":
        return ledger.findOpen(name, identifier);
      case "tiny":
        return ownedBy(name, ledger.findByNumber(Number(identifier)));
      default:
        return ownedBy(name, ledger.find(identifier));
    }
  }

  async #act({ id }: Incident, action: "acknowledge" | "resolve", by: string): Promise<void> {
    const kind = action === "acknowledge" ? "acknowledged" : "resolved";
    await this.#deps.onCall.command(id, { kind, by, via: by });
  }

  #newKey(): string {
    return uuid(this.#deps.random).replaceAll("-", "");
  }

  #serviceOf(key: string): Service | undefined {
    const services = [...this.#deps.onCall.roster().services.values()];
    // All of them are compared, so that the time tells nothing.
    const matching = services.filter(
      ({ integrationKeys }) =>
        integrationKeys.filter((one) => areEqualSecrets(one, key)).length > 0,
    );
    return matching[0];
  }
}

async function bodyOf({ request }: Call): Promise<Fields> {
  return decodeObject(await readBody(request, bodyBytesMax));
}

function ownedBy(service: string, incident: Incident | undefined): Incident | undefined {
  return incident?.service === service ? incident : undefined;
}
