/** On-call at work in this process: its engine, what watches over it, and what it serves. */
import {
  assert,
  type Clock,
  describeError,
  type HttpHandler,
  type Logger,
  type Meters,
  type ReceivedRequest,
  sleep,
} from "#base";
import { realDisk, realHttpConnector, systemRandom } from "#host";
import {
  type AlertGroup,
  applicationServerKey,
  type CompactedLog,
  createCourier,
  createOnCallServer,
  type Credentials,
  type Finding,
  Heartbeats,
  type Identity,
  keptAfter,
  type Leadership,
  Ledger,
  type OncallConfig,
  OnCall,
  PagingMetrics,
  preFlight,
  type PreFlightFinding,
  retentionDefaultMs,
  type Roster,
  runAuditor,
  SignedLinks,
  SuppressionNotes,
  type SuppressedReport,
  takeGroup,
  throttleDefaults,
} from "#oncall";
import { createHttpClient, type HttpClient } from "#outbound";
import { httpClientDefaults } from "#promconfig";
import type { OnCallKeys } from "./on-call-keys.ts";
import { waysOf } from "./on-call-ways.ts";

/** What on-call stands on: files of this machine, or what replicas share. */
export interface OnCallGround {
  readonly events: CompactedLog;
  readonly leadership: Leadership;
  readonly keys: OnCallKeys;
  /** How often to look for what other replicas appended; 0 when there are none. */
  readonly pollMs: number;
}

export interface OnCallSettings {
  readonly clock: Clock;
  /** Where paging tells of itself; the part registers its metrics when it opens. */
  readonly meters: Meters;
  /** Under which address people reach this server, for the links in pages. */
  readonly externalUrl: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Who sends a request, where the program in front of this part has verified it. */
  readonly identityOf: (request: ReceivedRequest) => Identity | undefined;
}

const compactEveryMs = 24 * 3_600_000;

export class OnCallPart implements AsyncDisposable {
  readonly #ground: OnCallGround;
  readonly #settings: OnCallSettings;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #config: OncallConfig;
  #parts: Parts | undefined = undefined;
  #running: Promise<unknown> = Promise.resolve();

  /** Reads the log and goes on from there. Rejects when it is damaged. */
  static async open(
    ground: OnCallGround,
    config: OncallConfig,
    { settings, log }: { readonly settings: OnCallSettings; readonly log: Logger },
  ): Promise<OnCallPart> {
    const part = new OnCallPart(ground, config, { settings, log });
    await part.#start();
    return part;
  }

  private constructor(
    ground: OnCallGround,
    config: OncallConfig,
    { settings, log }: { readonly settings: OnCallSettings; readonly log: Logger },
  ) {
    this.#ground = ground;
    this.#config = config;
    this.#settings = settings;
    this.#log = log;
  }

  /** Serves what is below `/oncall`. */
  get server(): HttpHandler {
    return this.#opened.server;
  }

  /** Goes by another configuration. Open incidents go on by that with which they were opened. */
  async apply(config: OncallConfig, file: string): Promise<void> {
    this.#config = config;
    await this.#opened.onCall.transact(() => [{ kind: "configured", file }]);
    this.#log.info("loaded on-call configuration", { file });
  }

  /** What is right by its form and would fail at night all the same. */
  findings(): readonly PreFlightFinding[] {
    const { onCall } = this.#opened;
    return preFlight(onCall.roster(), onCall.nowMs());
  }

  /** Who there is, with what people agreed on since it was configured. */
  roster(): Roster {
    return this.#opened.onCall.roster();
  }

  noteSuppressed(reports: readonly SuppressedReport[]): void {
    this.#opened.notes.note(reports);
  }

  /** Takes in what a receiver of on-call is told. */
  take(group: AlertGroup): Promise<void> {
    return takeGroup(this.#opened.onCall, group);
  }

  /** Waits for what is being sent. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("the program stops"));
    await this.#running;
    await this.#parts?.outbound[Symbol.asyncDispose]();
  }

  get #opened(): Parts {
    assert(this.#parts !== undefined, "nobody has the part before it is open");
    return this.#parts;
  }

  async #start(): Promise<void> {
    const { keys, events, leadership, pollMs } = this.#ground;
    const { clock, env, externalUrl } = this.#settings;
    const log = this.#log;
    const outbound = createHttpClient(
      { connector: realHttpConnector, clock, disk: realDisk, env: (name) => env[name] },
      httpClientDefaults,
      "wherry",
    );
    const links = new SignedLinks(keys.links, externalUrl.replace(/\/+$/, ""));
    const ways = () => waysOf(this.#config, keys.webPush, clock);
    const ledger = new Ledger();
    const metrics = new PagingMetrics(this.#settings.meters, ledger);
    const onCall = await OnCall.open({
      clock,
      random: systemRandom,
      log,
      events,
      ledger,
      leadership,
      courier: createCourier({ clock, outbound, links, ways }),
      roster: () => this.#config.roster,
      limits: throttleDefaults,
      pollMs,
      onAppended: (appended) => metrics.count(appended),
    });
    const heartbeats = new Heartbeats({ clock, log, onCall });
    const server = createOnCallServer({
      onCall,
      log,
      random: systemRandom,
      links,
      heartbeats,
      twilio: () => ways().twilio,
      credentials: () => credentialsOf(this.#config),
      identityOf: this.#settings.identityOf,
      webPushKey: applicationServerKey(keys.webPush),
    });
    this.#parts = { onCall, server, notes: new SuppressionNotes(onCall, log), outbound };
    this.#running = this.#run(onCall, { heartbeats, metrics, outbound }, this.#stop.signal);
  }

  /** Everything that goes on until the end. */
  async #run(
    onCall: OnCall,
    { heartbeats, metrics, outbound }: Running,
    signal: AbortSignal,
  ): Promise<void> {
    const { events } = this.#ground;
    const { clock } = this.#settings;
    await Promise.all([
      onCall.run(signal),
      heartbeats.run(signal),
      this.#audit(onCall, { metrics, outbound }, signal),
      compactNowAndThen(onCall, { clock, events, log: this.#log }, signal),
      this.#follow(onCall, signal),
    ]);
  }

  /** Reads what other replicas appended, also while this one does not lead. */
  async #follow(onCall: OnCall, signal: AbortSignal): Promise<void> {
    const { clock } = this.#settings;
    const { pollMs } = this.#ground;
    while (pollMs > 0 && !signal.aborted) {
      try {
        await sleep(clock, pollMs, signal);
        await onCall.transact(() => []);
      } catch (error) {
        if (signal.aborted) return;
        this.#log.warn("the on-call log cannot be read", { error: describeError(error) });
      }
    }
  }

  async #audit(
    onCall: OnCall,
    { metrics, outbound }: { readonly metrics: PagingMetrics; readonly outbound: HttpClient },
    signal: AbortSignal,
  ): Promise<void> {
    const deps = {
      clock: this.#settings.clock,
      log: this.#log,
      incidents: () => onCall.ledger.listOpen(),
      nowMs: () => onCall.nowMs(),
      onAudited: (findings: readonly Finding[]) => metrics.audited(findings, onCall.nowMs()),
      beat: async () => {
        const outside = this.#config.file.outsideHeartbeat;
        if (outside !== undefined) await beat(outbound, outside.url, signal);
      },
    };
    const intervalMs = this.#config.file.outsideHeartbeat?.intervalMs ?? 60_000;
    await runAuditor(deps, intervalMs, signal);
  }
}

interface Running {
  readonly heartbeats: Heartbeats;
  readonly metrics: PagingMetrics;
  readonly outbound: HttpClient;
}

interface Parts {
  readonly onCall: OnCall;
  readonly server: HttpHandler;
  readonly notes: SuppressionNotes;
  readonly outbound: HttpClient;
}

function credentialsOf({ file }: OncallConfig): Credentials {
  const tokens = file.users.flatMap(({ name, token }) =>
    token.isEmpty ? [] : [[name, token.reveal()] as const],
  );
  return { apiToken: file.apiToken.reveal(), userTokens: new Map(tokens) };
}

async function beat(outbound: HttpClient, url: string, signal: AbortSignal): Promise<void> {
  const request = { method: "GET", url, headers: {}, body: undefined, unixPath: undefined };
  const { status, body } = await outbound.send(request, signal);
  if (body !== undefined && !(body instanceof Uint8Array)) for await (const _chunk of body) break;
  if (status >= 300) throw new Error(`${url} answered ${status}`);
}

interface CompactingDeps {
  readonly clock: Clock;
  readonly events: CompactedLog;
  readonly log: Logger;
}

async function compactNowAndThen(
  onCall: OnCall,
  { clock, events, log }: CompactingDeps,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await onCall.alone(() =>
        events.compact(keptAfter(onCall.ledger, onCall.nowMs(), retentionDefaultMs)),
      );
      await sleep(clock, compactEveryMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      log.warn("the on-call log is not compacted", { error: describeError(error) });
      await sleep(clock, compactEveryMs, signal).catch(() => {});
    }
  }
}
