/** What the routes about the engine's cluster answer. */

/** Cores, or bytes. `null` is unknown or unlimited. */
export interface Amounts {
  readonly usage: number | null;
  readonly request: number | null;
  readonly limit: number | null;
  readonly capacity: number | null;
}

export interface Used {
  readonly cpu: Amounts;
  readonly memory: Amounts;
}

export interface NodeRow extends Used {
  readonly name: string;
  readonly isReady: boolean;
  readonly isCordoned: boolean;
  readonly podCount: number;
  readonly podsMax: number;
}

export interface PodRow extends Used {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly status: string;
  readonly isReady: boolean;
  readonly readyCount: number;
  readonly containerCount: number;
  readonly restartCount: number;
}
