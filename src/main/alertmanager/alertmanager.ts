/** `wherry alertmanager`: the alerting part as a program of its own. */
import { Alertmanager, createAlertmanagerServer, StateFile } from "#alerting";
import { describeError, type Logger, sleep } from "#base";
import type { AlertmanagerProgramSettings } from "#cli";
import {
  onReloadSignal,
  openHttpServer,
  openLogger,
  realClock,
  realDisk,
  realMachine,
  systemRandom,
} from "#host";
import { parseDuration } from "#series";
import { externalUrlOf } from "../monitor/external-url.ts";
import { listenAddressOf } from "../monitor/settings.ts";
import { ConfiguredReceivers, type Environment } from "./configured-receivers.ts";

/** The version of upstream's program whose behaviour this is. */
const alertmanagerVersion = "0.34.0";
/** How long requests may take to finish when the program stops. */
const closeGraceMs = 5_000;
const alone = { waitMs: 0, settled: () => Promise.resolve() };

export interface AlertmanagerSurroundings {
  readonly env: Environment;
  /** Called when everything is open; `reload` reads the configuration anew. */
  readonly onOpened: (program: { readonly reload: () => Promise<void> }) => void;
}

/** Runs until the signal aborts. Rejects when it cannot start. */
export async function runAlertmanager(
  settings: AlertmanagerProgramSettings,
  { env, onOpened }: AlertmanagerSurroundings,
  signal: AbortSignal,
): Promise<void> {
  const { flags, configFile, storagePath } = settings;
  using log = openLogger(realClock, {
    target: "stdout",
    level: flags["log.level"],
    format: flags["log.format"],
  });
  log.info("starting", { version: alertmanagerVersion, file: configFile });
  await realDisk.makeDirectory(storagePath);
  await using state = new StateFile({ disk: realDisk, log }, `${storagePath}/state.jsonl`);
  const manager = openAlertmanager(state, log, flags["silences.max-silences"]);
  await state.restore(manager, realClock.nowMs());
  const listening = flags["web.listen-address"].map(listenAddressOf);
  const { hostname } = await realMachine.describe();
  const listenPort = listening[0]?.port ?? 0;
  const externalUrl = externalUrlOf(flags["web.external-url"], { hostname, listenPort });
  await using receivers = new ConfiguredReceivers({
    env,
    externalUrl,
    log: log.child({ component: "notify" }),
    onTemplateFailure: () => {},
  });
  const reload = async () => {
    const configured = await receivers.load(configFile);
    manager.apply(configured.settings);
    log.info("loaded configuration", { file: configFile });
    return configured;
  };
  let current = await reload();
  const reloadCurrent = async () => {
    current = await reload();
  };
  const handler = createAlertmanagerServer({
    clock: realClock,
    log: log.child({ component: "api" }),
    manager,
    syntax: "either",
    settings: () => current.served,
    reload: reloadCurrent,
    version: alertmanagerVersion,
  });
  await using servers = new AsyncDisposableStack();
  for (const local of listening) {
    const server = await openHttpServer({ handler, log }, { local, identity: "plain" });
    servers.defer(() => server.close(closeGraceMs));
    log.info("listening", { address: server.local.address, port: server.local.port });
  }
  using _signal = onReloadSignal(() => {
    reloadCurrent().catch((error: unknown) =>
      log.error("the configuration stays as it was", error),
    );
  });
  onOpened({ reload: reloadCurrent });
  await upkeep(manager, state, { settings, log }, signal);
  manager.stop();
  await state.save(manager);
  log.info("stopped");
}

function openAlertmanager(state: StateFile, log: Logger, silencesMax: number): Alertmanager {
  return new Alertmanager(
    {
      clock: realClock,
      random: systemRandom,
      log: log.child({ component: "dispatcher" }),
      peers: alone,
      onSuppressed: ({ cause, groupKey, fingerprints }) =>
        log.debug("alerts left out", { cause, group: groupKey, alerts: fingerprints.length }),
      onAttempt: ({ receiver, integration, durationMs, error }) => {
        if (error === undefined) log.debug("notified", { receiver, integration, durationMs });
      },
      onSilence: (silence) => state.noteSilence(silence),
      onLogged: (entry) => state.noteTold(entry),
    },
    { silencesMax },
  );
}

/** Forgets what is over and writes the state anew, each in its time, until the signal aborts. */
async function upkeep(
  manager: Alertmanager,
  state: StateFile,
  { settings, log }: { readonly settings: AlertmanagerProgramSettings; readonly log: Logger },
  signal: AbortSignal,
): Promise<void> {
  const { flags } = settings;
  const retentionMs = parseDuration(flags["data.retention"]);
  const collect = async () => manager.collect(retentionMs);
  const every = async (intervalMs: number, act: () => Promise<void>) => {
    while (!signal.aborted) {
      try {
        await sleep(realClock, intervalMs, signal);
        await act();
      } catch (error) {
        if (signal.aborted) return;
        log.error("upkeep failed", { error: describeError(error) });
      }
    }
  };
  await Promise.all([
    every(parseDuration(flags["alerts.gc-interval"]), collect),
    every(parseDuration(flags["data.maintenance-interval"]), () => state.save(manager)),
  ]);
}
