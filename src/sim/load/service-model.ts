/** How a service answers to load: what a request costs, what one pod can do, and how long it takes to start. */

export interface ServiceModel {
  /** Processor time of one request, in thousandths of a second; irrelevant where load is told as processor time. */
  readonly cpuMillisPerRequest: number;
  /** Processor time that a pod uses without any load, in thousandths of a core. */
  readonly idleCpuMillis: number;
  /** The most processor time that a pod can use, in thousandths of a core. */
  readonly capacityMillis: number;
  /** Memory of a pod without load, and for each request a second that it gets; bytes. */
  readonly memoryBytes: number;
  readonly memoryBytesPerRequest: number;
  /** From the moment that a pod is given its node until it is ready. */
  readonly startupMs: number;
  /** From the moment that a pod is told to end until it has. */
  readonly shutdownMs: number;
  /** The objective is missed while load takes more than this share of what the ready pods can do. */
  readonly sloUtilization: number;
  /** The container that does the work; empty for the first. */
  readonly container: string;
}

/** What holds where nobody says otherwise; a pod's capacity follows from its template. */
export const serviceDefaults: Omit<ServiceModel, "capacityMillis"> = {
  cpuMillisPerRequest: 0,
  idleCpuMillis: 0,
  memoryBytes: 64 * 1024 * 1024,
  memoryBytesPerRequest: 0,
  startupMs: 10_000,
  shutdownMs: 1_000,
  sloUtilization: 0.9,
  container: "",
};

/** Only what is said. */
export function withoutGaps(
  said: {
    readonly [K in keyof ServiceModel]?: ServiceModel[K] | undefined;
  },
): Partial<ServiceModel> {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}
