/**
 * The parts of which a cluster must have one at work, however many servers it has. Each waits for its
 * own lease, under upstream's name, and goes back to waiting when it loses it: the API server in the
 * same process goes on either way.
 */
import type { Meters } from "#base";
import { LeaderElector, type LeaderElectorDeps, leaderElectionDefaults } from "#client";
import { runParts, type RunningPart } from "./run-parts.ts";

/** Tells who leads, for every part that counts in `meters`. */
export function leadershipGauge(meters: Meters) {
  return meters.gauge({
    name: "leader_election_master_status",
    help: "Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 indicates master. 'name' is the string used to identify the lease. Please make sure to group by name.",
    labelNames: ["name"],
  });
}

/** A part that runs `partsOfTerm()`, made anew for each term, while this server leads. */
export function ledPart(
  deps: LeaderElectorDeps & { readonly leadership: ReturnType<typeof leadershipGauge> },
  { name, identity }: { readonly name: string; readonly identity: string },
  partsOfTerm: () => readonly RunningPart[],
): RunningPart {
  const lease = { namespace: "kube-system", name };
  const options = { ...leaderElectionDefaults, lease, identity, component: name };
  const elector = new LeaderElector(deps, options);
  const status = deps.leadership.with(name);
  return {
    name,
    run: (signal) =>
      elector.run(signal, async (term) => {
        status.set(1);
        await runParts(partsOfTerm(), term).finally(() => status.set(0));
      }),
  };
}
