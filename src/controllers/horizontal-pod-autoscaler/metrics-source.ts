/**
 * Where an autoscaler's figures come from: the interface that it needs, whoever answers. Amounts are
 * thousandths, as upstream counts them, whole and in `bigint` because bytes of memory times a thousand
 * leave what a number holds exactly.
 */

/** One pod's figure. */
export interface PodReading {
  /** When the window ended. */
  readonly atMs: number;
  /** How long was measured. */
  readonly windowMs: number;
  readonly millis: bigint;
}

/** By the pod's name; pods without figures are left out. Not empty. */
export type PodReadings = ReadonlyMap<string, PodReading>;

/** An answer, or why there is none, in the words of upstream's conditions. */
export type Measured<T> =
  | { readonly kind: "measured"; readonly value: T }
  | { readonly kind: "unavailable"; readonly why: string };

export interface ResourceQuestion {
  readonly namespace: string;
  /** The text of the label selector of the pods. */
  readonly pods: string;
  /** `cpu`, `memory`. */
  readonly resource: string;
  /** Of this container only; undefined: the sum over the pod. */
  readonly container: string | undefined;
}

interface PodsMetricQuestion {
  readonly namespace: string;
  /** The text of the label selector of the pods. */
  readonly pods: string;
  readonly metric: string;
  /** The text of the label selector of the series; may be empty. */
  readonly series: string;
}

export interface ObjectMetricQuestion {
  readonly namespace: string;
  readonly object: {
    readonly apiVersion?: string | undefined;
    readonly kind: string;
    readonly name: string;
  };
  readonly metric: string;
  readonly series: string;
}

interface ExternalMetricQuestion {
  readonly namespace: string;
  readonly metric: string;
  readonly series: string;
}

export interface MetricsSource {
  readResource(question: ResourceQuestion, signal: AbortSignal): Promise<Measured<PodReadings>>;
  readPodsMetric(question: PodsMetricQuestion, signal: AbortSignal): Promise<Measured<PodReadings>>;
  readObjectMetric(question: ObjectMetricQuestion, signal: AbortSignal): Promise<Measured<bigint>>;
  /** The values of all series that match. */
  readExternalMetric(
    question: ExternalMetricQuestion,
    signal: AbortSignal,
  ): Promise<Measured<readonly bigint[]>>;
}

/**
 * Tells that figures have changed, so that whoever wants to react need not wait for the next look.
 * Hearing it too often does no harm.
 */
export interface MetricChanges {
  /** Calls `listener` with the namespace whose figures are new; disposing ends it. */
  onChange(listener: (namespace: string) => void): Disposable;
}
