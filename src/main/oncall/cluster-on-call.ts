/**
 * On-call of a cluster, in the process of its monitoring engine. It opens as soon as somebody can be
 * paged, or its log has something to go on with, and the API server answers, which keeps the log.
 */
import {
  assert,
  describeError,
  type HttpHandler,
  type HttpResponse,
  orAborted,
  sleep,
} from "#base";
import { within } from "#cli";
import { type MetricFamily, MetricRegistry } from "#exposition";
import { type HttpServer, openHttpServer, realDisk, realMachine } from "#host";
import {
  type AlertGroup,
  type OncallConfig,
  type Roster,
  type SuppressedReport,
  withTeamServices,
} from "#oncall";
import { ensureServerIdentity } from "../server-identity.ts";
import {
  type ClusterGround,
  type ClusterGroundDeps,
  hasClusterLog,
  openClusterGround,
} from "./cluster-ground.ts";
import { isOnCallTarget, type OnCallBeside } from "./file-on-call.ts";
import { identityIn, withoutIdentity } from "./on-call-mount.ts";
import { OnCallPart, type OnCallSettings } from "./on-call-part.ts";

export interface ClusterOnCallDeps extends ClusterGroundDeps {
  readonly directory: string;
  readonly settings: Pick<OnCallSettings, "externalUrl" | "env">;
  /** Has the Alertmanager hand alerts over. */
  readonly routeAlerts: () => Promise<void>;
}

/** How long to wait before the API server is asked again. */
const retryMs = 2_000;
const closeGraceMs = 1_000;
/** What the log calls the configuration. */
const configName = "objects of oncall.wherry.dev";

export class ClusterOnCall implements OnCallBeside {
  readonly #deps: ClusterOnCallDeps;
  readonly #needed = Promise.withResolvers<void>();
  #config: OncallConfig | undefined = undefined;
  #hasLog = false;
  #part: OnCallPart | undefined = undefined;
  /** Of the part that is open: each begins to count anew. */
  #registry = new MetricRegistry();

  constructor(deps: ClusterOnCallDeps) {
    this.#deps = deps;
  }

  /** Goes by this from now on, or from when it opens. */
  async apply(config: OncallConfig): Promise<void> {
    const isFirst = this.#config === undefined;
    this.#config = withTeamServices(config);
    const isNeeded = this.#openIfNeeded();
    if (isFirst && !isNeeded) this.#deps.log.info("nobody is configured to be on call");
    await this.#part?.apply(this.#config, configName);
  }

  /** With what people agreed on since it was configured; undefined while it is not open. */
  roster(): Roster | undefined {
    return this.#part?.roster();
  }

  beside(others: HttpHandler): HttpHandler {
    return {
      handle: (request, signal) =>
        isOnCallTarget(request.target)
          ? this.#own.handle(withoutIdentity(request), signal)
          : others.handle(request, signal),
      upgrade: (request, signal) => others.upgrade(request, signal),
    };
  }

  noteSuppressed(reports: readonly SuppressedReport[]): void {
    this.#part?.noteSuppressed(reports);
  }

  async take(group: AlertGroup): Promise<void> {
    if (this.#part === undefined) throw new Error("on-call is not open yet");
    await this.#part.take(group);
  }

  metrics(): readonly MetricFamily[] {
    return this.#registry.families();
  }

  /** Runs until the signal aborts, and then waits for what is being sent. */
  async run(signal: AbortSignal): Promise<void> {
    await using resources = new AsyncDisposableStack();
    const place = within.onCall(this.#deps.directory);
    await realDisk.makeDirectory(place, { mode: 0o700 });
    const lock = await realDisk.tryLock(place);
    if (lock === undefined) throw new Error(`another process is on call in ${place}`);
    resources.use(lock);
    const server = await this.#listen();
    resources.defer(() => server.close(closeGraceMs));
    this.#hasLog = await this.#persist(() => hasClusterLog(this.#deps), signal);
    this.#openIfNeeded();
    await orAborted(this.#needed.promise, signal);
    const ground = await this.#persist(() => this.#openGround(signal), signal);
    await this.#workOn(ground, signal);
  }

  async #workOn(ground: ClusterGround, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const standing = ground.leadership.run(over.signal);
    try {
      await using part = await this.#persist(() => this.#openPart(ground), signal);
      this.#part = part;
      await this.#persist(this.#deps.routeAlerts, signal);
      await orAborted(standing, signal);
    } finally {
      // The lease is given back when everything that it guards has ended.
      this.#part = undefined;
      over.abort(signal.reason);
      await standing;
    }
  }

  async #openGround(signal: AbortSignal): Promise<ClusterGround> {
    const { directory, random } = this.#deps;
    const { hostname } = await realMachine.describe();
    // Nobody else acts under the name, because nobody else has the lock.
    const identity = await ensureServerIdentity({ disk: realDisk, random }, directory, hostname);
    return openClusterGround(this.#deps, identity, signal);
  }

  #openPart(ground: ClusterGround): Promise<OnCallPart> {
    const { clock, log, settings } = this.#deps;
    assert(this.#config !== undefined, "it opens when it has been configured");
    this.#registry = new MetricRegistry();
    const own = { clock, meters: this.#registry, identityOf: identityIn };
    const around = { settings: { ...settings, ...own }, log };
    return OnCallPart.open(ground, this.#config, around);
  }

  #openIfNeeded(): boolean {
    const isNeeded = this.#config !== undefined && (this.#hasLog || canPage(this.#config.roster));
    if (isNeeded) this.#needed.resolve();
    return isNeeded;
  }

  get #own(): HttpHandler {
    return this.#part?.server ?? closed;
  }

  /** For the API server, which says who asks. */
  async #listen(): Promise<HttpServer> {
    const unixPath = within.onCallSocket(this.#deps.directory);
    // A process that was killed leaves it behind.
    await realDisk.remove(unixPath);
    const handler: HttpHandler = {
      handle: (request, signal) => this.#own.handle(request, signal),
      upgrade: (request, signal) => this.#own.upgrade(request, signal),
    };
    const { log } = this.#deps;
    return openHttpServer({ handler, log }, { local: { unixPath }, identity: "plain" });
  }

  /** Does it, as soon as the API server lets it. */
  async #persist<T>(act: () => Promise<T>, signal: AbortSignal): Promise<T> {
    while (true) {
      try {
        return await act();
      } catch (error) {
        if (signal.aborted) throw error;
        this.#deps.log.warn("on-call cannot begin yet", { why: describeError(error) });
        await sleep(this.#deps.clock, retryMs, signal);
      }
    }
  }
}

/** Whether anybody would hear of an alert. */
function canPage({ services, users }: Roster): boolean {
  return services.size > 0 && users.size > 0;
}

/** While there is nobody to page. Whoever hands over alerts tries again. */
const closed: HttpHandler = {
  handle: async () => closedAnswer(),
  upgrade: async () => ({ kind: "refused", response: closedAnswer() }),
};

function closedAnswer(): HttpResponse {
  const error =
    "nobody is on call yet: apply an OnCallUser, an OnCallSchedule and an OnCallTeam, or wait for the API server";
  const body = new TextEncoder().encode(`${JSON.stringify({ error })}\n`);
  return { status: 503, headers: { "content-type": "application/json" }, body };
}
