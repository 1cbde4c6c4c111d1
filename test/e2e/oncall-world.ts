/**
 * On-call with its pages on a virtual clock: the engine, the API and the pages as the program has
 * them, behind a real port. Only time is not real, and the phones note what rings.
 */
import assert from "node:assert/strict";
import path from "node:path";
import { silentLogger } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import { openHttpServer, realDisk, realTimeZones } from "#host";
import { createAlertmanagerServer, routeTree } from "#alerting";
import {
  type Credentials,
  createOnCallServer,
  Heartbeats,
  type Page,
  parseOncallConfig,
  SignedLinks,
} from "#oncall";
import { Scenario } from "../../src/alerting/testing.ts";
import { pageFilesIn } from "../../src/main/monitor/page-files.ts";
import { openReplica, Phones, SharedLog } from "../../src/oncall/testing.ts";
import { freePort } from "./prometheus.ts";

const pagesDirectory = path.resolve(import.meta.dirname, "../../dist/dashboard");
const route = { receiver: "hook", groupBy: ["alertname"], groupWaitMs: 0 };

export interface OncallWorld extends AsyncDisposable {
  readonly url: string;
  readonly clock: VirtualClock;
  readonly phones: Phones;
  /** The link that a page has. */
  linkIn(place: string, page: Page | undefined): string;
  /** Something breaks, in `web` unless it says otherwise. Resolves when the first step was taken. */
  breaks(title: string, further?: Readonly<Record<string, string>>): Promise<void>;
}

/** `config` is an `oncall.yml`; the clock stands at `startMs`. */
export async function openOncallWorld(
  config: string,
  startMs: number,
  credentials: Credentials = { apiToken: "", userTokens: new Map() },
): Promise<OncallWorld> {
  const clock = new VirtualClock(startMs);
  const { roster } = parseOncallConfig(config, realTimeZones);
  const phones = new Phones(clock);
  const onCall = await openReplica({
    clock,
    events: new SharedLog(),
    courier: phones,
    roster: () => roster,
  });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const links = new SignedLinks(new Uint8Array(32), url);
  const oncallServer = createOnCallServer({
    onCall,
    log: silentLogger,
    random: seededRandom(3),
    links,
    heartbeats: new Heartbeats({ clock, log: silentLogger, onCall }),
    twilio: () => undefined,
    credentials: () => credentials,
    identityOf: () => undefined,
    webPushKey: serverKey,
  });
  const { manager } = new Scenario({ route, clock });
  const alerting = createAlertmanagerServer({
    clock,
    log: silentLogger,
    manager,
    syntax: "either",
    settings: () => ({
      route: routeTree(route),
      receivers: [{ name: "hook", labels: new Map() }],
      resolveTimeoutMs: 300_000,
      original: "",
      routeLabelsOf: () => [],
    }),
    reload: async () => {},
    version: "0.34.0",
    cluster: () => undefined,
    onReceived: () => {},
    pages: pageFilesIn(realDisk, { directory: pagesDirectory, title: "Wherry alerting" }),
    metrics: () => ({ status: 200, headers: {}, body: undefined }),
  });
  const handler = {
    handle: (request, signal) =>
      (request.target.startsWith("/oncall/") ? oncallServer : alerting).handle(request, signal),
    upgrade: alerting.upgrade,
  } satisfies typeof alerting;
  const local = { address: "127.0.0.1", port };
  const server = await openHttpServer({ handler, log: silentLogger }, { local, identity: "plain" });
  return {
    url,
    clock,
    phones,
    linkIn: (place, page) => {
      assert(page !== undefined, "somebody was paged");
      const { incident, user, id: message } = page;
      const expiresAtMs = clock.nowMs() + 3_600_000;
      return links.linkOf(place, { incident, user, message, expiresAtMs });
    },
    breaks: async (title, further = {}) => {
      await onCall.trigger({
        service: further["service"] ?? "web",
        dedupKey: title,
        alert: {
          title,
          details: further["details"] ?? "",
          severity: further["severity"] ?? "critical",
          source: "alertmanager",
          links: [],
          heldBack: "",
        },
      });
      await clock.advance(0);
    },
    [Symbol.asyncDispose]: async () => {
      onCall[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** A point of P-256, as browsers want it: the generator. */
const serverKey =
  "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";
