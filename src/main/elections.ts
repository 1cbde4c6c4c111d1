/**
 * The parts of which a cluster must have one at work, however many servers it has. Each waits for its
 * own lease, under upstream's name, and goes back to waiting when it loses it: the API server in the
 * same process goes on either way.
 */
import { LeaderElector, type LeaderElectorDeps, leaderElectionDefaults } from "#client";
import { runParts, type RunningPart } from "./run-parts.ts";

/** A part that runs `partsOfTerm()`, made anew for each term, while this server leads. */
export function ledPart(
  deps: LeaderElectorDeps,
  { name, identity }: { readonly name: string; readonly identity: string },
  partsOfTerm: () => readonly RunningPart[],
): RunningPart {
  const lease = { namespace: "kube-system", name };
  const options = { ...leaderElectionDefaults, lease, identity, component: name };
  const elector = new LeaderElector(deps, options);
  return {
    name,
    run: (signal) => elector.run(signal, (term) => runParts(partsOfTerm(), term)),
  };
}
