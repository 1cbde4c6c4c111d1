/** What real nodes do without until it is there. */
import type { LifecycleHooks, PodProbes } from "#agent";

export const noProbes: PodProbes = {
  track: () => {},
  forget: () => {},
  hasStarted: () => true,
  isReady: () => true,
  findFailure: () => undefined,
};

export const noHooks: LifecycleHooks = { postStart: async () => {}, preStop: async () => {} };
