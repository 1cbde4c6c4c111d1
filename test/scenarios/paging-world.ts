/**
 * Alerting and on-call together on the virtual clock, as the program composes them: what is written in
 * both files, alerts that fire and end, and what everybody was sent.
 */
import {
  alertOf,
  Alertmanager,
  type Integration,
  inhibitRuleOf,
  NotificationTemplates,
  parseAlertmanagerConfig,
  type ReceiverDeps,
  resolveIntervals,
  routeSpecOf,
  routeTree,
} from "#alerting";
import { silentLogger } from "#base";
import { MemoryDisk, promisesSettled, seededRandom, VirtualClock } from "#base/testing";
import { realTimeZones } from "#host";
import {
  type OnCall,
  parseOncallConfig,
  SuppressionNotes,
  takeGroup,
  throttleDefaults,
} from "#oncall";
import { labelsOf } from "#series";
import { suppressedReports } from "../../src/main/oncall/suppressed-reports.ts";
import { takeOnCallBy } from "../../src/main/oncall/take-on-call.ts";
import { minutes, openReplica, Phones, SharedLog } from "../../src/oncall/testing.ts";

export interface PagingFiles {
  readonly alertmanager: string;
  readonly oncall: string;
}

const unused = () => Promise.reject(new Error("nobody is told this way"));

export class PagingWorld implements Disposable {
  readonly clock: VirtualClock;
  readonly manager: Alertmanager;
  readonly onCall: OnCall;
  readonly #phones: Phones;
  readonly #startMs: number;
  readonly #running: Disposable;

  static async open(files: PagingFiles, startMs: number): Promise<PagingWorld> {
    const clock = new VirtualClock(startMs);
    const phones = new Phones(clock);
    const { roster } = parseOncallConfig(files.oncall, realTimeZones);
    const onCall = await openReplica({
      clock,
      events: new SharedLog(),
      courier: phones,
      roster: () => roster,
      limits: throttleDefaults,
    });
    return new PagingWorld(files, { clock, phones, onCall });
  }

  private constructor(
    { alertmanager }: PagingFiles,
    parts: {
      readonly clock: VirtualClock;
      readonly phones: Phones;
      readonly onCall: OnCall & Disposable;
    },
  ) {
    const { clock, phones, onCall } = parts;
    this.clock = clock;
    this.onCall = onCall;
    this.#phones = phones;
    this.#running = onCall;
    this.#startMs = clock.nowMs();
    const notes = new SuppressionNotes(onCall, silentLogger);
    const random = seededRandom(1);
    this.manager = new Alertmanager(
      {
        clock,
        random,
        log: silentLogger,
        peers: { waitMs: 0, settled: () => Promise.resolve() },
        onSuppressed: (one) => notes.note(suppressedReports(this.manager.alerts, one)),
        onAttempt: () => {},
        onFailed: () => {},
        onSilence: () => {},
        onLogged: () => {},
      },
      { silencesMax: 0 },
    );
    this.manager.apply(settingsOf(alertmanager, this.#receiverDeps()));
  }

  /** Reports an alert, as a rule engine does: it fires, or is over. */
  async report(
    labels: Readonly<Record<string, string>>,
    { isOver = false, annotations = {} } = {},
  ): Promise<void> {
    const nowMs = this.clock.nowMs();
    const endsAtMs = isOver ? nowMs : nowMs + 4 * 3_600_000;
    const alert = alertOf({
      labels: labelsOf(Object.entries(labels)),
      annotations: labelsOf(Object.entries(annotations)),
      startsAtMs: nowMs,
      endsAtMs,
      generatorUrl: "",
      updatedAtMs: nowMs,
      isTimeout: false,
    });
    this.manager.put([alert]);
    await promisesSettled();
  }

  /** Goes on to a minute, counted from the start. */
  async until(minute: number): Promise<void> {
    await this.clock.advance(this.#startMs + minute * 60_000 - this.clock.nowMs());
  }

  /** What left for whom: `5:00 bob page`. */
  sent(): readonly string[] {
    return this.#phones.rung.map(
      ({ atMs, page }) => `${minutes(atMs - this.#startMs)} ${page.user} ${page.purpose}`,
    );
  }

  [Symbol.dispose](): void {
    this.manager.stop();
    this.#running[Symbol.dispose]();
  }

  #receiverDeps(): ReceiverDeps {
    return {
      clock: this.clock,
      random: seededRandom(2),
      log: silentLogger,
      disk: new MemoryDisk(),
      dialer: { connectClear: unused, connectTls: unused },
      openClient: () => ({ send: unused, [Symbol.asyncDispose]: async () => {} }),
      hostname: "here",
      env: () => undefined,
      externalUrl: "http://alerts.test",
      templates: new NotificationTemplates(realTimeZones, []),
      onTemplateFailure: () => {},
      takeOnCall: takeOnCallBy({ take: (group) => takeGroup(this.onCall, group) }),
    };
  }
}

function settingsOf(source: string, deps: ReceiverDeps) {
  const config = parseAlertmanagerConfig(source, {
    directory: undefined,
    syntax: "either",
    zones: realTimeZones,
  });
  const receivers = config.receivers.map(({ name, entries }) => {
    const integrations = entries.map((entry, index): Integration => {
      const { kind, sendsResolved } = entry;
      return { name: kind, index, sendsResolved, send: entry.open(deps) };
    });
    return [name, integrations] as const;
  });
  return {
    route: routeTree(routeSpecOf(config.route)),
    inhibitRules: config.inhibitRules.map(inhibitRuleOf),
    receivers: new Map(receivers),
    timeIntervals: new Map(
      config.timeIntervals.map((one) => [one.name, resolveIntervals(one, realTimeZones)] as const),
    ),
    onRetired: () => {},
  };
}
