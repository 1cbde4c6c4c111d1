/** What holds for all autoscalers: upstream's flags `--horizontal-pod-autoscaler-…`, and their defaults. */
export interface AutoscalerOptions {
  /** Time from one look at an autoscaler to the next. */
  readonly syncPeriodMs: number;
  /** How far a metric may be off, as a ratio, where an autoscaler does not say. */
  readonly tolerance: number;
  /** How long back higher recommendations hold up a scale-down, where an autoscaler does not say. */
  readonly downscaleStabilizationMs: number;
  /** How long after its start a pod's processor time counts only once the pod is ready. */
  readonly cpuInitializationMs: number;
  /** A pod that lost its readiness this soon after its start was never ready. */
  readonly initialReadinessDelayMs: number;
}

export const autoscalerDefaults: AutoscalerOptions = {
  syncPeriodMs: 15_000,
  tolerance: 0.1,
  downscaleStabilizationMs: 300_000,
  cpuInitializationMs: 300_000,
  initialReadinessDelayMs: 30_000,
};
