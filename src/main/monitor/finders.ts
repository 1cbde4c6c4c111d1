import type { Meters } from "#base";
import { createDiscoverer, discoveryMetrics, TargetFinder } from "#discovery";
import type { MonitorDeps } from "./monitor.ts";

/** Makes what looks for the targets of a component; `found` gets them whenever they change. */
export type OpenFinder = (
  component: string,
  found: ConstructorParameters<typeof TargetFinder>[1],
) => TargetFinder;

export function finderOpener(deps: MonitorDeps, userAgent: string, meters: Meters): OpenFinder {
  const { clock, random, outbound } = deps;
  const metrics = discoveryMetrics(meters, clock);
  return (component, found) => {
    const own = { clock, random, log: deps.log.child({ component }), outbound };
    const discovery = { ...deps.discovery, ...own, userAgent, metrics };
    return new TargetFinder(
      {
        clock,
        log: own.log,
        createDiscoverer: (config, job) => createDiscoverer(discovery, config, job),
      },
      found,
    );
  };
}
