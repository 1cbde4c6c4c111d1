import type { DeploymentSpec, RollingUpdateDeployment } from "#api/apps/v1";
import type { StackService } from "../stack-service.ts";

/** How a new version of a service takes the place of the old one. */
export function rolloutOf(
  service: StackService,
  hasVolumes: boolean,
): Pick<DeploymentSpec, "strategy" | "minReadySeconds"> {
  const update = service.definition.deploy?.update_config;
  const delay = update?.delay ?? 0;
  const minReady = delay > 0 ? { minReadySeconds: Math.ceil(delay / 1000) } : {};
  const step = stepOf(service);
  // Two versions at once would write to the same files.
  if (hasVolumes && update?.order !== "start-first") {
    return { strategy: { type: "Recreate" }, ...minReady };
  }
  return {
    ...(step === undefined ? {} : { strategy: { type: "RollingUpdate", rollingUpdate: step } }),
    ...minReady,
  };
}

/** How many pods are replaced at once, and whether the new ones come first. */
export function stepOf({ definition }: StackService): RollingUpdateDeployment | undefined {
  const update = definition.deploy?.update_config;
  if (update?.parallelism === undefined && update?.order === undefined) return undefined;
  const { parallelism = 1, order = "stop-first" } = update;
  const size = parallelism === 0 ? "100%" : parallelism;
  return order === "start-first"
    ? { maxSurge: size, maxUnavailable: 0 }
    : { maxSurge: 0, maxUnavailable: size };
}
