import { choosePrevious, getRevision, listRevisions } from "#stack";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import { deliverStack } from "./deliver-stack.ts";
import type { DeliveryFlagValues } from "./delivery-flags.ts";
import { getStackName } from "./load-stack.ts";
import { openCluster } from "./open-cluster.ts";
import type { ConnectionFlagValues } from "./stack-flags.ts";

export async function rollBackStack(
  context: CommandContext,
  [name = "", wanted, ...rest]: readonly string[],
  flags: ConnectionFlagValues & DeliveryFlagValues,
  given: readonly string[],
): Promise<number> {
  const { clock, packing, signal } = context;
  if (wanted !== undefined && !/^[1-9]\d{0,8}$/.test(wanted)) {
    throw new UsageError(`REVISION is a number, not "${wanted}"`);
  }
  const stackName = getStackName(name === "" ? rest : [name, ...rest], "stack rollback");
  const cluster = await openCluster(context, flags, given);
  const { objects, namespace } = cluster;
  const key = { stack: stackName, namespace };
  const revisions = await listRevisions(objects, key, signal);
  const number = wanted === undefined ? choosePrevious(revisions) : Number(wanted);
  if (number === undefined) throw new Error(`stack "${stackName}" has no revision before this one`);
  const stack = await getRevision({ objects, packing, clock }, key, number, signal);
  const description = `rollback to ${number}`;
  const placeOf = (service: string) =>
    stack.services.find((known) => known.name === service)?.place ?? nowhere;
  // The file may be another one by now, but it tells where to look.
  const findPlace = (path: readonly (string | number)[]) => placeOf(String(path[1]));
  return deliverStack(context, { cluster, stack, findPlace, description }, flags);
}

const nowhere = { file: "history", line: 1, column: 1 };
