/**
 * The service proxy of one node: follows Services and EndpointSlices and keeps the node's nftables
 * table as they ask. Runs inside the node's network namespace.
 *
 * Changes gather for a few milliseconds and are then applied as one transaction, by one `nft`. The
 * whole table is written at the start, after a transaction that failed, and when a look finds that
 * somebody removed it.
 */

import type { Live } from "#api";
import type { Service } from "#api/core/v1";
import { type Clock, type Logger, type Processes, sleep } from "#base";
import type { ObjectSource } from "../object-source.ts";
import { runCommand } from "../node/step.ts";
import { WakeUp } from "../wake-up.ts";
import { type HealthAnswer, healthAnswerOf, healthPortOf } from "./health-answer.ts";
import { HealthServer, type HealthServerDeps } from "./health-server.ts";
import { proxyTable, RuleTable } from "./rule-table.ts";
import { servicePortsOf } from "./service-port.ts";
import { planService, type ProxyNode } from "./service-rules.ts";
import { type ServiceSources, ServiceView } from "./service-view.ts";
import { deleteFlowArgs, findStaleFlows } from "./stale-flows.ts";

export interface ServiceProxyDeps extends ServiceSources, HealthServerDeps {
  /** For the zone of our own node, which topology hints are about. */
  readonly nodes: ObjectSource<LabelledNode>;
  readonly clock: Clock;
  readonly processes: Processes;
  readonly log: Logger;
  readonly observer: ProxyObserver;
}

/** What is needed of a Node. */
export interface LabelledNode {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>> | undefined;
  };
}

const zoneLabel = "topology.kubernetes.io/zone";

/** What the proxy tells about itself; names and meanings are kube-proxy's. */
export interface ProxyObserver {
  /** `kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds`. */
  queued(): void;
  /** `kubeproxy_sync_{full,partial}_proxy_rules_duration_seconds`. */
  synced(kind: "full" | "partial", durationMs: number): void;
  /** `kubeproxy_sync_proxy_rules_nftables_sync_failures_total`. */
  failed(): void;
}

export const silentObserver: ProxyObserver = {
  queued: () => {},
  synced: () => {},
  failed: () => {},
};

export interface ServiceProxyOptions extends Omit<ProxyNode, "zone"> {
  /** How long changes gather before they are applied. */
  readonly gatherMs: number;
  /** How often to look whether the table is still there. */
  readonly checkMs: number;
  /** Pause after a failure. */
  readonly retryMs: number;
}

export const serviceProxyDefaults = { gatherMs: 5, checkMs: 30_000, retryMs: 1_000 } as const;

/** Runs until aborted; the rules stay, so that connections outlive a restart of the agent. */
export async function runServiceProxy(
  deps: ServiceProxyDeps,
  options: ServiceProxyOptions,
  signal: AbortSignal,
): Promise<void> {
  const { nodes, services, slices } = deps;
  await Promise.all([nodes, services, slices].map((source) => source.synced(signal)));
  const view = new ServiceView();
  const wakeUp = new WakeUp(deps.clock);
  using _following = view.follow(deps, () => {
    deps.observer.queued();
    wakeUp.wake();
  });
  const [healthAddress = "127.0.0.1"] = options.nodeAddresses;
  await using health = new HealthServer(deps, healthAddress);
  const proxy = new ServiceProxy(deps, options, view, health);
  using _own = nodes.onChange(({ after }) => {
    if (after?.metadata.name === options.nodeName && proxy.moveTo(zoneOf(after))) wakeUp.wake();
  });
  proxy.moveTo(
    zoneOf(nodes.cache.list().find(({ metadata }) => metadata.name === options.nodeName)),
  );
  wakeUp.wake();
  while (!signal.aborted) {
    const reason = await wakeUp.next(options.checkMs, signal);
    if (signal.aborted) return;
    if (reason === "timeout") await proxy.check();
    else await sleep(deps.clock, options.gatherMs, signal).catch(() => {});
    if (await proxy.sync()) continue;
    await sleep(deps.clock, options.retryMs, signal).catch(() => {});
    wakeUp.wake();
  }
}

function zoneOf(node: LabelledNode | undefined): string | undefined {
  return node?.metadata.labels?.[zoneLabel];
}

type DatagramFrontends = ReadonlyMap<string, ReadonlySet<string>>;

class ServiceProxy {
  readonly #deps: ServiceProxyDeps;
  readonly #view: ServiceView;
  readonly #health: HealthServer;
  readonly #table: RuleTable;
  readonly #answers = new Map<string, readonly [port: number, HealthAnswer]>();
  #node: ProxyNode;
  /** What the next sync must write; anything but a complete success leaves the table unknown. */
  #need: "full" | "partial" = "full";

  constructor(
    deps: ServiceProxyDeps,
    options: ServiceProxyOptions,
    view: ServiceView,
    health: HealthServer,
  ) {
    this.#deps = deps;
    this.#view = view;
    this.#health = health;
    this.#node = { ...options, zone: undefined };
    this.#table = new RuleTable(this.#node);
  }

  /** Takes the node's zone; true when that is another than before. */
  moveTo(zone: string | undefined): boolean {
    if (zone === this.#node.zone) return false;
    this.#node = { ...this.#node, zone };
    this.#view.markAll();
    return true;
  }

  /** Notices when the table was removed from outside: the next sync writes all of it. */
  async check(): Promise<void> {
    const args = ["list", "chain", "ip", proxyTable, "dispatch-incoming"];
    const isThere = await this.#deps.processes.run("nft", args).then(
      ({ exitCode }) => exitCode === 0,
      // The sync that follows meets the same trouble, and says so.
      () => false,
    );
    if (isThere) return;
    this.#deps.log.warn("service rules are gone, writing them again");
    this.#need = "full";
  }

  /** Brings the node to the present view. False when that failed: then everything is to be redone. */
  async sync(): Promise<boolean> {
    const { clock, log, observer } = this.#deps;
    const startedMs = clock.elapsedMs();
    const kind = this.#need;
    const touched = this.#plan();
    const texts = kind === "full" ? [this.#table.wholeTable()] : this.#table.transactions();
    try {
      for (const input of texts) {
        await runCommand(this.#deps.processes, { program: "nft", args: ["-f", "-"], input });
      }
      this.#table.settle();
      this.#need = "partial";
    } catch (error) {
      this.#need = "full";
      observer.failed();
      log.error("service rules not applied", error, { kind });
      return false;
    }
    await this.#forgetStaleFlows(kind === "full" ? this.#allFrontends(touched) : touched);
    if (texts.length > 0) observer.synced(kind, clock.elapsedMs() - startedMs);
    await this.#health.apply(new Map(this.#answers.values()));
    return true;
  }

  /** Takes the changes into the table; the UDP frontends they touch, lost ones without endpoints. */
  #plan(): DatagramFrontends {
    const touched = new Map<string, ReadonlySet<string>>();
    for (const key of this.#view.takeChanged()) {
      const before = this.#table.find(key)?.datagramFrontends;
      for (const at of before?.keys() ?? []) touched.set(at, new Set());
      const service = this.#view.find(key);
      if (service === undefined) {
        this.#table.replace(key, undefined);
        this.#answers.delete(key);
      } else {
        this.#planService(key, service);
      }
      const after = this.#table.find(key)?.datagramFrontends;
      for (const [at, targets] of after ?? []) touched.set(at, targets);
    }
    return touched;
  }

  #planService(key: string, service: Live<Service>): void {
    const ports = servicePortsOf(service, this.#view.slicesOf(key), this.#node.nodeName);
    this.#table.replace(key, planService(ports, this.#node));
    const healthPort = healthPortOf(service);
    if (healthPort === undefined) this.#answers.delete(key);
    else this.#answers.set(key, [healthPort, healthAnswerOf(service, ports)]);
  }

  #allFrontends(touched: DatagramFrontends): DatagramFrontends {
    const keys = [...this.#table.services()];
    const all = keys.flatMap((key) => [...(this.#table.find(key)?.datagramFrontends ?? [])]);
    return new Map([...touched, ...all]);
  }

  /** Not worth a retry: without it, a UDP client waits for its flow to time out, and all else works. */
  async #forgetStaleFlows(frontends: DatagramFrontends): Promise<void> {
    if (frontends.size === 0) return;
    const { processes, log } = this.#deps;
    try {
      const list = { program: "conntrack", args: ["-L", "-p", "udp"] };
      const listing = await runCommand(processes, list);
      for (const flow of findStaleFlows(listing, frontends)) {
        // Fails when the entry ended by itself in between, which is as good.
        await processes.run("conntrack", deleteFlowArgs(flow));
      }
    } catch (error) {
      log.error("stale UDP flows not removed", error);
    }
  }
}
