/** The part of the alerting program that knows of other instances. */
import type { Alertmanager, AlertmanagerDeps, ClusterStatus, Peers, StateFile } from "#alerting";
import type { Clock, Logger, Meters } from "#base";
import type { AlertmanagerClusterSettings, AlertmanagerProgramSettings } from "#cli";
import {
  advertisedOctets,
  clearTransport,
  type Cluster,
  type ClusterOptions,
  openCluster,
  ulid,
} from "#gossip";
import { lookUpHost, realDialer, realMachine, realSockets, systemRandom } from "#host";
import { parseDuration } from "#series";
import { listenAddressOf } from "../monitor/settings.ts";
import { openAt } from "../open-at.ts";
import { ClusterPeering } from "./cluster-peering.ts";

export interface Peering extends AsyncDisposable {
  readonly peers: Peers;
  /** Tells the others of what was changed here. */
  readonly onSilence: AlertmanagerDeps["onSilence"];
  readonly onLogged: AlertmanagerDeps["onLogged"];
  readonly status: () => ClusterStatus | undefined;
  /** Takes part until the signal aborts. Never rejects: without others one tells alone. */
  run(signal: AbortSignal): Promise<void>;
  /** Shares what is known; before `run`. */
  share(manager: Alertmanager, state: StateFile): void;
}

/** Opens the socket for others, unless there are none by the settings. */
export async function openPeering(
  settings: AlertmanagerProgramSettings,
  around: { readonly clock: Clock; readonly log: Logger; readonly meters: Meters },
): Promise<Peering> {
  const { cluster: asked, flags } = settings;
  if (asked === undefined) return alone;
  const { clock, log } = around;
  const flag = "cluster.listen-address";
  const cluster = await openAt({ address: asked[flag], flag }, () =>
    openCluster(
      {
        ...around,
        random: systemRandom,
        openTransport: clearTransport({ sockets: realSockets, dialer: realDialer }),
        lookUp: lookUpHost,
      },
      clusterOptionsOf(asked, around),
    ),
  );
  const { address, port } = cluster.local;
  log.info("listening for peers", { address, port, name: cluster.name });
  const peering = new ClusterPeering(cluster, clock, {
    retentionMs: parseDuration(flags["data.retention"]),
    peerTimeoutMs: parseDuration(asked["cluster.peer-timeout"]),
  });
  return {
    peers: peering.peers,
    onLogged: peering.onLogged,
    onSilence: peering.onSilence,
    share: (manager, state) =>
      peering.share(manager, {
        onTold: (entry) => state.noteTold(entry),
        onSilenced: (silence) => state.noteSilence(silence),
      }),
    status: () => ({ name: cluster.name, status: cluster.status, peers: cluster.peers() }),
    run: (signal) => runCluster(cluster, log, signal),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

async function runCluster(cluster: Cluster, log: Logger, signal: AbortSignal): Promise<void> {
  try {
    await cluster.run(signal);
  } catch (error) {
    // Nobody is woken by us saying nothing: better twice than never.
    log.error("the cluster is lost; notifications go out without it", error);
  }
}

const alone: Peering = {
  peers: { waitMs: 0, settled: () => Promise.resolve() },
  onSilence: () => {},
  onLogged: () => {},
  status: () => undefined,
  run: () => Promise.resolve(),
  share: () => {},
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

function clusterOptionsOf(
  flags: AlertmanagerClusterSettings,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): ClusterOptions {
  const listen = listenAddressOf(flags["cluster.listen-address"], "cluster address");
  const asked =
    flags["cluster.advertise-address"] === ""
      ? undefined
      : listenAddressOf(flags["cluster.advertise-address"], "address to advertise");
  const peers = flags["cluster.peer"].map((text) => {
    const { address: host, port } = listenAddressOf(text, "peer");
    return { host, port };
  });
  const octets = advertisedOctets({
    listenHost: listen.address,
    askedHost: asked?.address,
    ownAddresses: realMachine
      .addresses()
      .filter(({ loopback }) => !loopback)
      .map(({ address }) => address),
    mayBePublic: flags["cluster.allow-insecure-public-advertise-address-discovery"],
    hasPeers: peers.length > 0,
  });
  log.debug("advertising", { address: octets.join(".") });
  const name = flags["cluster.peer-name"];
  const duration = (flag: DurationFlag) => parseDuration(flags[`cluster.${flag}`]);
  return {
    name: name === "" ? ulid(clock.nowMs(), systemRandom) : name,
    listen,
    advertise: (local) => ({ octets, port: asked?.port ?? local.port }),
    label: flags["cluster.label"],
    peers,
    gossipIntervalMs: duration("gossip-interval"),
    pushPullIntervalMs: duration("pushpull-interval"),
    probeIntervalMs: duration("probe-interval"),
    probeTimeoutMs: duration("probe-timeout"),
    tcpTimeoutMs: duration("tcp-timeout"),
    settleTimeoutMs: duration("settle-timeout"),
    resolveTimeoutMs: duration("peers-resolve-timeout"),
    reconnectIntervalMs: duration("reconnect-interval"),
    reconnectTimeoutMs: duration("reconnect-timeout"),
  };
}

type DurationFlag =
  | "gossip-interval"
  | "peers-resolve-timeout"
  | "probe-interval"
  | "probe-timeout"
  | "pushpull-interval"
  | "reconnect-interval"
  | "reconnect-timeout"
  | "settle-timeout"
  | "tcp-timeout";
