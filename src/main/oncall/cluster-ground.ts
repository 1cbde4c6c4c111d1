/** What on-call of a cluster stands on: the cluster itself, so that every replica finds it. */
import type { Clock, Logger, Random } from "#base";
import {
  type Client,
  LeaderElector,
  leaderElectionDefaults,
  type LeaderElectionOptions,
} from "#client";
import { RecordLog } from "#oncall";
import { openClusterKeys } from "./cluster-keys.ts";
import { LeaseLeadership } from "./lease-leadership.ts";
import type { OnCallGround } from "./on-call-part.ts";
import { onCallNamespace, SecretRecords } from "./secret-records.ts";

export interface ClusterGroundDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** A ground whose leadership has to run for anybody to lead. */
export interface ClusterGround extends OnCallGround {
  readonly leadership: LeaseLeadership;
}

/** Other replicas are few, and whoever leads reads the log before it does anything. */
const pollMs = 5_000;
const name = "wherry-oncall";

/** Rejects while the API server does not answer. */
export async function openClusterGround(
  deps: ClusterGroundDeps,
  identity: string,
  signal: AbortSignal,
): Promise<ClusterGround> {
  const keys = await openClusterKeys(deps.client, signal);
  const records = new SecretRecords(deps);
  const events = new RecordLog({ records, random: deps.random });
  const elector = new LeaderElector(deps, onCallLease(identity));
  return { events, leadership: new LeaseLeadership(elector), keys, pollMs };
}

/** Whether anything was ever written down: then there may be incidents to go on with. */
export async function hasClusterLog(deps: ClusterGroundDeps): Promise<boolean> {
  const { random } = deps;
  const events = new RecordLog({ records: new SecretRecords(deps), random });
  return (await events.read(0)).length > 0;
}

/** By which the replicas agree on who sends. */
export function onCallLease(identity: string): LeaderElectionOptions {
  const lease = { namespace: onCallNamespace, name };
  return { ...leaderElectionDefaults, lease, identity, component: name };
}
