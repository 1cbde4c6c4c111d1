import {
  type Alertmanager,
  encodeLogChange,
  encodeSilenceChange,
  type LogEntry,
  type Peers,
  sharedLog,
  sharedSilences,
  type Silence,
} from "#alerting";
import type { Clock } from "#base";
import { type Cluster, isLong } from "#gossip";

export interface ClusterPeeringOptions {
  /** How long each waits for the one before it. */
  readonly peerTimeoutMs: number;
  /** How long silences are kept after their end. */
  readonly retentionMs: number;
}

/** Hears what others have changed, to save it. */
export interface PeerNews {
  readonly onTold: (entry: LogEntry) => void;
  readonly onSilenced: (silence: Silence) => void;
}

/** What an Alertmanager and its cluster have to do with each other. */
export class ClusterPeering {
  readonly #cluster: Cluster;
  readonly #clock: Clock;
  readonly #options: ClusterPeeringOptions;
  #tellLogged: (entry: LogEntry) => void = () => {};
  #tellSilence: (silence: Silence) => void = () => {};

  constructor(cluster: Cluster, clock: Clock, options: ClusterPeeringOptions) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#options = options;
  }

  get peers(): Peers {
    const cluster = this.#cluster;
    const { peerTimeoutMs } = this.#options;
    return {
      get waitMs() {
        return cluster.position * peerTimeoutMs;
      },
      settled: (signal) => cluster.settled(signal),
    };
  }

  /** Tells the others of what was changed here. */
  readonly onLogged = (entry: LogEntry): void => this.#tellLogged(entry);

  readonly onSilence = (silence: Silence): void => this.#tellSilence(silence);

  /** Shares what is known, and what will be. Before the cluster runs. */
  share(manager: Alertmanager, news: PeerNews): void {
    const { retentionMs } = this.#options;
    const clock = this.#clock;
    const onTold = (entry: LogEntry, receivedBytes: number) => {
      news.onTold(entry);
      // What came with much else has reached everybody the same way.
      if (!isLong(receivedBytes)) this.#tellLogged(entry);
    };
    const onSilenced = (silence: Silence, receivedBytes: number) => {
      news.onSilenced(silence);
      if (!isLong(receivedBytes)) this.#tellSilence(silence);
    };
    const log = sharedLog(manager.notificationLog, { clock, onMerged: onTold });
    const tellLog = this.#cluster.share(log);
    this.#tellLogged = (entry) => tellLog(encodeLogChange(entry));
    const heard = { clock, onMerged: onSilenced };
    const silences = sharedSilences(manager.silences, heard, retentionMs);
    const tellSilence = this.#cluster.share(silences);
    this.#tellSilence = (silence) => tellSilence(encodeSilenceChange(silence, retentionMs));
  }
}
