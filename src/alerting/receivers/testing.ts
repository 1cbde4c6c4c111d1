/** Receivers told in a test: what they were told over HTTP, and answers to it. */
import type { Headers, HttpConnector, HttpRequest, HttpResponse, SecureDialer } from "#base";
import { silentLogger } from "#base";
import { MemoryDisk, seededRandom, VirtualClock } from "#base/testing";
import { createHttpClient } from "#outbound";
import { labelsOf } from "#series";
import { alertOf } from "../alert/alert.ts";
import { parseAlertmanagerConfig } from "../config/alertmanager-config.ts";
import type { Notification } from "../notify/integration.ts";
import { NotificationTemplates } from "../template/notification-templates.ts";
import type { OnCallGroup, ReceiverDeps } from "./receiver-kind.ts";

/** 2026-03-01T12:00:00Z. */
const startMs = Date.UTC(2026, 2, 1, 12);

const zones = {
  find: (name: string) =>
    name === "Europe/Berlin" ? { offsetMsAt: () => 3_600_000, nameAt: () => "CET" } : undefined,
  local: { offsetMsAt: () => 0 },
};

/**
 * A notification of alerts in the notation `+name{label=value}` for one that fires and `-name` for one
 * that is over. They are grouped by their name.
 */
function notificationOf(words: string, receiver = "team"): Notification {
  const nowMs = startMs + 60_000;
  const alerts = words.split(" ").map((word) => {
    const [name = "", rest = ""] = word.slice(1).replace("}", "").split("{");
    const pairs = rest.split(",").filter((pair) => pair !== "");
    return alertOf({
      labels: labelsOf([
        ["alertname", name],
        ...pairs.map((pair) => [pair.split("=")[0] ?? "", pair.split("=")[1] ?? ""] as const),
      ]),
      annotations: labelsOf([["summary", `${name} & <all>`]]),
      startsAtMs: startMs,
      endsAtMs: word.startsWith("-") ? nowMs - 1_000 : 0,
      generatorUrl: "http://prometheus/graph?g0.expr=up",
      updatedAtMs: startMs,
      isTimeout: false,
    });
  });
  const [name = ""] = words.slice(1).split(/[{ ]/);
  return {
    groupKey: `{}:{alertname="${name}"}`,
    groupLabels: labelsOf([["alertname", name]]),
    receiver,
    reason: "first notification",
    alerts,
    nowMs,
    repeatIntervalMs: 3_600_000,
    routeLabels: [],
  };
}

export interface Told {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  /** Parsed where it is JSON. */
  readonly body: unknown;
}

/** How the other side answers a request; 200 with nothing unless it says otherwise. */
export type Answer = (told: Told) => {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
};

const noDialer: SecureDialer = {
  connectClear: () => Promise.reject(new Error("nobody is there")),
  connectTls: () => Promise.reject(new Error("nobody is there")),
};

/** A receiver as it would be configured, with everything around it of the test's own. */
export class ReceiverBench {
  readonly told: Told[] = [];
  /** What on-call was given. */
  readonly taken: OnCallGroup[] = [];
  readonly problems: string[] = [];
  readonly clock = new VirtualClock(startMs);
  readonly disk = new MemoryDisk();
  readonly #entries: readonly ((
    notification: Notification,
    signal: AbortSignal,
  ) => Promise<void>)[];
  #answer: Answer = () => ({ text: "ok" });

  constructor(
    yaml: string,
    options: {
      readonly dialer?: SecureDialer;
      readonly templates?: string;
      readonly onCall?: "absent";
    } = {},
  ) {
    const source = `route: {receiver: team}\nreceivers:\n- name: team\n${indented(yaml)}`;
    const config = parseAlertmanagerConfig(source, {
      directory: undefined,
      syntax: "either",
      zones,
    });
    const deps: ReceiverDeps = {
      clock: this.clock,
      random: seededRandom(1),
      log: silentLogger,
      disk: this.disk,
      dialer: options.dialer ?? noDialer,
      hostname: "am-0",
      env: () => undefined,
      externalUrl: "http://am:9093",
      takeOnCall:
        options.onCall === "absent" ? undefined : async (group) => void this.taken.push(group),
      templates: new NotificationTemplates(zones, [
        { name: "own.tmpl", text: options.templates ?? "" },
      ]),
      onTemplateFailure: (problem) => this.problems.push(problem),
      openClient: (http) =>
        createHttpClient(
          {
            connector: this.#connector(),
            clock: this.clock,
            disk: this.disk,
            env: () => undefined,
          },
          http,
          "Alertmanager/0.34.0",
        ),
    };
    this.#entries = (config.receivers[0]?.entries ?? []).map((entry) => entry.open(deps));
  }

  answerWith(answer: Answer): void {
    this.#answer = answer;
  }

  /** Tells all entries, one after another. */
  async tell(words: string): Promise<void> {
    const { signal } = new AbortController();
    for (const tell of this.#entries) await tell(notificationOf(words), signal);
  }

  #connector(): HttpConnector {
    return {
      open: async ({ server, tls }) => ({
        send: async (request) => this.#take(request, tls === "plain" ? "http" : "https", server),
        upgrade: () => Promise.reject(new Error("nobody upgrades")),
        [Symbol.asyncDispose]: async () => {},
      }),
    };
  }

  #take(request: HttpRequest, scheme: string, server: object): HttpResponse {
    const host = "host" in server ? String(server.host) : "";
    const text = request.body instanceof Uint8Array ? new TextDecoder().decode(request.body) : "";
    const told = {
      method: request.method,
      url: `${scheme}://${host}${request.target}`,
      headers: request.headers,
      body: /^[{[]/.test(text) ? JSON.parse(text) : text,
    };
    this.told.push(told);
    const { status = 200, json, text: plain = "" } = this.#answer(told);
    const type = json === undefined ? "text/plain" : "application/json";
    const answer = json === undefined ? plain : JSON.stringify(json);
    return {
      status,
      headers: { "content-type": type },
      body: new TextEncoder().encode(answer),
    };
  }
}

function indented(yaml: string): string {
  return yaml
    .trim()
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
