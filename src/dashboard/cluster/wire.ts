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

export interface Autoscaler {
  readonly namespace: string;
  readonly name: string;
  readonly target: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  readonly metrics: readonly {
    readonly name: string;
    readonly current: string;
    readonly target: string;
  }[];
  readonly conditions: readonly { readonly reason: string; readonly message: string }[];
}

export interface Decision {
  readonly time: string;
  readonly outcome: string;
  readonly reason: string;
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  readonly metrics: readonly {
    readonly metric: string;
    readonly arithmetic: string;
    readonly unit: string;
    readonly current: number | null;
    readonly target: number | null;
  }[];
  readonly steps: readonly string[];
}
