import type { Meters } from "#base";
import { createDiscoverer, TargetFinder } from "#discovery";
import { countRefreshFailures } from "./discovery-metrics.ts";
import type { MonitorDeps } from "./monitor.ts";

/** Makes what looks for the targets of a component; `found` gets them whenever they change. */
export type OpenFinder = (
  component: string,
  found: ConstructorParameters<typeof TargetFinder>[1],
) => TargetFinder;

export function finderOpener(deps: MonitorDeps, userAgent: string, meters: Meters): OpenFinder {
  const { clock, random, outbound } = deps;
  const countFailure = countRefreshFailures(meters);
  return (component, found) => {
    const own = { clock, random, log: deps.log.child({ component }), outbound };
    const discovery = { ...deps.discovery, ...own, userAgent, countFailure };
    return new TargetFinder(
      {
        clock,
        log: own.log,
        createDiscoverer: (config) => createDiscoverer(discovery, config),
      },
      found,
    );
  };
}
