import type { Meters } from "#base";
import type { TargetFinder } from "#discovery";

/** Counts refreshes of discovery that failed, by mechanism. */
export function countRefreshFailures(meters: Meters): (mechanism: string) => void {
  const failures = meters.counter({
    name: "prometheus_sd_refresh_failures_total",
    help: "Number of refresh failures for the given SD mechanism.",
    labelNames: ["mechanism"],
  });
  return (mechanism) => failures.with(mechanism).add();
}

/** Tells how many targets each job has before relabelling, by who looks for them. */
export function showDiscoveredTargets(
  meters: Meters,
  finders: Readonly<Record<string, TargetFinder>>,
): void {
  const spec = {
    name: "prometheus_sd_discovered_targets",
    help: "Current number of discovered targets.",
    labelNames: ["name", "config"],
  };
  meters.sampled(spec, "gauge", () =>
    Object.entries(finders).flatMap(([name, finder]) =>
      Array.from(finder.discoveredCounts(), ([config, value]) => ({
        labelValues: [name, config],
        value,
      })),
    ),
  );
}
