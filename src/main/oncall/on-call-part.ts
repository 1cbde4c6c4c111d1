/** On-call as a part of the alerting program: beside its API, below `/oncall`. */
import {
  describeError,
  type HttpHandler,
  type HttpResponse,
  type Logger,
  type ReceivedRequest,
  sleep,
} from "#base";
import type { AlertmanagerProgramSettings } from "#cli";
import {
  generateWebPushKey,
  onReloadSignal,
  openWebPushKeys,
  realClock,
  realDisk,
  realHttpConnector,
  realTimeZones,
  systemRandom,
} from "#host";
import {
  applicationServerKey,
  createCourier,
  createOnCallServer,
  type Credentials,
  FileLog,
  Heartbeats,
  keptAfter,
  leadsAlone,
  Ledger,
  type OncallConfig,
  OnCall,
  parseOncallConfig,
  preFlight,
  retentionDefaultMs,
  runAuditor,
  SignedLinks,
  SuppressionNotes,
  type SuppressedReport,
  throttleDefaults,
  type Ways,
  type WebPushCrypto,
} from "#oncall";
import { createHttpClient, type HttpClient } from "#outbound";
import { ConfigError, describePlace, httpClientDefaults, inFile } from "#promconfig";
import { sendMailBy } from "./send-mail.ts";

interface OnCallSettings {
  readonly configFile: string;
  /** Where the log and the keys are; made when it is absent. */
  readonly directory: string;
  /** Under which address people reach this server, for the links in pages. */
  readonly externalUrl: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The name of whoever sends a request, where the program in front of this part has verified it. */
  readonly identityOf: (request: ReceivedRequest) => string | undefined;
}

const compactEveryMs = 24 * 3_600_000;

/** The part when the program was given a file for it. */
export async function openOnCallPart(
  { oncallConfigFile, storagePath }: AlertmanagerProgramSettings,
  surroundings: Omit<OnCallSettings, "configFile" | "directory">,
  log: Logger,
): Promise<OnCallPart | undefined> {
  if (oncallConfigFile === undefined) return undefined;
  const place = { configFile: oncallConfigFile, directory: `${storagePath}/oncall` };
  return OnCallPart.open({ ...place, ...surroundings }, log.child({ component: "oncall" }));
}

export class OnCallPart implements AsyncDisposable {
  readonly #settings: OnCallSettings;
  readonly #log: Logger;
  readonly #resources = new AsyncDisposableStack();
  readonly #stop = new AbortController();
  #config: OncallConfig;
  #parts: Parts | undefined = undefined;

  /** Rejects when the file is wrong, the log is damaged, or another program has it. */
  static async open(settings: OnCallSettings, log: Logger): Promise<OnCallPart> {
    const part = new OnCallPart(settings, log, await loadConfig(settings.configFile));
    try {
      await part.#start();
    } catch (error) {
      await part[Symbol.asyncDispose]();
      throw error;
    }
    return part;
  }

  private constructor(settings: OnCallSettings, log: Logger, config: OncallConfig) {
    this.#settings = settings;
    this.#log = log;
    this.#config = config;
  }

  /** Reads the file again. Rejects when it is wrong; the old one stays then. */
  async reload(): Promise<void> {
    this.#config = await loadConfig(this.#settings.configFile);
    await this.#noteConfigured();
  }

  /** Serves what is below `/oncall`, and leaves the rest to `others`. */
  beside(others: HttpHandler): HttpHandler {
    const own = this.#parts?.server ?? others;
    return {
      handle: async (request, signal) => {
        const isReload = request.method === "POST" && request.target === "/-/reload";
        const problem = isReload ? await this.#problemOfReload() : undefined;
        if (problem !== undefined) return refusedReload(problem);
        const isOwn = /^\/oncall(?:[/?]|$)/.test(request.target);
        return (isOwn ? own : others).handle(request, signal);
      },
      upgrade: (request, signal) => others.upgrade(request, signal),
    };
  }

  noteSuppressed(reports: readonly SuppressedReport[]): void {
    this.#parts?.notes.note(reports);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("the program stops"));
    await this.#resources[Symbol.asyncDispose]();
  }

  /** What keeps the file from being read again; undefined when it was. */
  async #problemOfReload(): Promise<string | undefined> {
    try {
      await this.reload();
      return undefined;
    } catch (error) {
      this.#log.error("the on-call configuration stays as it was", error);
      return describeError(error);
    }
  }

  async #start(): Promise<void> {
    const { directory, env, externalUrl } = this.#settings;
    const log = this.#log;
    await realDisk.makeDirectory(directory, { mode: 0o700 });
    const lock = await realDisk.tryLock(directory);
    if (lock === undefined) throw new Error(`another program is on call in ${directory}`);
    this.#resources.use(lock);
    const keys = await openKeys(directory);
    const outbound = createHttpClient(
      { connector: realHttpConnector, clock: realClock, disk: realDisk, env: (name) => env[name] },
      httpClientDefaults,
      "wherry",
    );
    this.#resources.use(outbound);
    const events = this.#resources.use(await FileLog.open(realDisk, `${directory}/events.log`));
    const links = new SignedLinks(keys.links, externalUrl.replace(/\/+$/, ""));
    const ways = () => waysOf(this.#config, keys.webPush);
    const courier = createCourier({ clock: realClock, outbound, links, ways });
    const onCall = await OnCall.open({
      clock: realClock,
      random: systemRandom,
      log,
      events,
      ledger: new Ledger(),
      leadership: leadsAlone,
      courier,
      roster: () => this.#config.roster,
      limits: throttleDefaults,
      pollMs: 0,
    });
    const heartbeats = new Heartbeats({ clock: realClock, log, onCall });
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
    this.#parts = { onCall, server, notes: new SuppressionNotes(onCall, log) };
    await this.#noteConfigured();
    this.#run(onCall, { events, heartbeats, outbound });
    this.#resources.use(onReloadSignal(() => void this.#problemOfReload()));
  }

  /** Everything that goes on until the end; the end waits for it. */
  #run(onCall: OnCall, { events, heartbeats, outbound }: Running): void {
    const { signal } = this.#stop;
    const all = Promise.all([
      onCall.run(signal),
      heartbeats.run(signal),
      this.#audit(onCall, outbound, signal),
      compactNowAndThen(onCall, { events, log: this.#log }, signal),
    ]);
    this.#resources.defer(() => all.then(() => {}));
  }

  async #audit(onCall: OnCall, outbound: HttpClient, signal: AbortSignal): Promise<void> {
    const deps = {
      clock: realClock,
      log: this.#log,
      incidents: () => onCall.ledger.listOpen(),
      nowMs: () => onCall.nowMs(),
      beat: async () => {
        const outside = this.#config.file.outsideHeartbeat;
        if (outside !== undefined) await beat(outbound, outside.url, signal);
      },
    };
    const intervalMs = this.#config.file.outsideHeartbeat?.intervalMs ?? 60_000;
    await runAuditor(deps, intervalMs, signal);
  }

  /** Notes what is configured now, and warns of what would fail at night. */
  async #noteConfigured(): Promise<void> {
    const { configFile } = this.#settings;
    const onCall = this.#parts?.onCall;
    if (onCall === undefined) return;
    await onCall.transact(() => [{ kind: "configured", file: configFile }]);
    this.#log.info("loaded on-call configuration", { file: configFile });
    for (const { object, problem } of preFlight(onCall.roster(), onCall.nowMs())) {
      this.#log.warn("look at this before somebody relies on it", { object, problem });
    }
  }
}

function refusedReload(problem: string): HttpResponse {
  const body = new TextEncoder().encode(`failed to reload config: ${problem}\n`);
  return { status: 500, headers: { "content-type": "text/plain; charset=utf-8" }, body };
}

interface Parts {
  readonly onCall: OnCall;
  readonly server: HttpHandler;
  readonly notes: SuppressionNotes;
}

interface Running {
  readonly events: FileLog;
  readonly heartbeats: Heartbeats;
  readonly outbound: HttpClient;
}

async function loadConfig(file: string): Promise<OncallConfig> {
  const source = new TextDecoder().decode(await realDisk.readFile(file));
  try {
    return inFile(file, "", () => parseOncallConfig(source, realTimeZones));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new Error(`${describePlace(error)}: ${error.message}`, { cause: error });
  }
}

const linkKeyBytes = 32;

/** The keys of this installation, which are made once. */
async function openKeys(directory: string) {
  const linkPath = `${directory}/link.key`;
  const pushPath = `${directory}/web-push.pem`;
  const links = (await realDisk.findFile(linkPath)) ?? systemRandom.bytes(linkKeyBytes);
  if (links.length !== linkKeyBytes) throw new Error(`${linkPath} is no key of 32 bytes`);
  await realDisk.replaceFile(linkPath, links, { mode: 0o600 });
  const known = await realDisk.findFile(pushPath);
  const pem = known === undefined ? generateWebPushKey() : new TextDecoder().decode(known);
  await realDisk.replaceFile(pushPath, pem, { mode: 0o600 });
  return { links, webPush: openWebPushKeys(pem) };
}

function credentialsOf({ file }: OncallConfig): Credentials {
  const tokens = file.users.flatMap(({ name, token }) =>
    token.isEmpty ? [] : [[name, token.reveal()] as const],
  );
  return { apiToken: file.apiToken.reveal(), userTokens: new Map(tokens) };
}

function waysOf({ file }: OncallConfig, crypto: WebPushCrypto): Ways {
  const { smtp, slack, telegram, twilio, webPush, ntfyToken } = file;
  return {
    mail: smtp && sendMailBy(smtp),
    slack: slack && { apiUrl: slack.apiUrl, botToken: slack.botToken.reveal() },
    telegram: telegram && { apiUrl: telegram.apiUrl, botToken: telegram.botToken.reveal() },
    twilio: twilio && { ...twilio, authToken: twilio.authToken.reveal() },
    webPush: webPush && { crypto, subject: webPush.subject },
    ntfyToken: ntfyToken.reveal(),
  };
}

async function beat(outbound: HttpClient, url: string, signal: AbortSignal): Promise<void> {
  const request = { method: "GET", url, headers: {}, body: undefined, unixPath: undefined };
  const { status, body } = await outbound.send(request, signal);
  if (body !== undefined && !(body instanceof Uint8Array)) for await (const _chunk of body) break;
  if (status >= 300) throw new Error(`${url} answered ${status}`);
}

async function compactNowAndThen(
  onCall: OnCall,
  { events, log }: { readonly events: FileLog; readonly log: Logger },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await onCall.alone(() =>
        events.compact(keptAfter(onCall.ledger, onCall.nowMs(), retentionDefaultMs)),
      );
      await sleep(realClock, compactEveryMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      log.warn("the on-call log is not compacted", { error: describeError(error) });
      await sleep(realClock, compactEveryMs, signal).catch(() => {});
    }
  }
}
