/** Keeps and finds the revisions of a stack in the cluster. */
import type { Clock } from "#base";
import type { JsonObject } from "#api";
import type { ObjectClient } from "#client";
import { metadataOf } from "../cluster/decode.ts";
import { stackKind } from "../cluster/kinds.ts";
import { applied, deleteIfPresent } from "../deploy/apply.ts";
import type { DeployedStack } from "../plan.ts";
import {
  historySelector,
  outdated,
  type Packing,
  type Revision,
  revisionFacts,
  revisionName,
  revisionSecret,
  unpackStack,
} from "./revision.ts";

export interface HistoryDeps {
  readonly objects: ObjectClient;
  readonly packing: Packing;
  readonly clock: Pick<Clock, "nowMs">;
}

type StackKey = Pick<DeployedStack, "stack" | "namespace">;

const secretKind = stackKind("Secret");

/** All revisions without their content, oldest first. */
export async function listRevisions(
  objects: ObjectClient,
  key: StackKey,
  signal: AbortSignal,
): Promise<readonly Omit<Revision, "stack">[]> {
  const secrets = await listSecrets(objects, key, signal);
  return secrets.map(revisionFacts).sort((one, other) => one.number - other.number);
}

/** What was deployed as that revision. Throws when there is no such revision, or it was too large. */
export async function getRevision(
  { objects, packing }: HistoryDeps,
  key: StackKey,
  number: number,
  signal: AbortSignal,
): Promise<DeployedStack> {
  const name = revisionName(key.stack, number);
  const secret = await objects.find(secretKind, { namespace: key.namespace, name }, signal);
  if (secret === undefined) throw new Error(`stack "${key.stack}" has no revision ${number}`);
  const stack = await unpackStack(packing, secret);
  if (stack !== undefined) return stack;
  throw new Error(`revision ${number} of stack "${key.stack}" was too large to be kept`);
}

/** What was deployed last without failing; undefined when nothing was, or it was too large. */
export async function findDeployed(
  { objects, packing }: HistoryDeps,
  key: StackKey,
  signal: AbortSignal,
): Promise<DeployedStack | undefined> {
  const secrets = await listSecrets(objects, key, signal);
  const good = secrets
    .map((secret) => ({ secret, ...revisionFacts(secret) }))
    .filter(({ status }) => status === "deployed" || status === "superseded")
    .sort((one, other) => other.number - one.number);
  return good[0] === undefined ? undefined : unpackStack(packing, good[0].secret);
}

/** Writes a revision, and removes those that are too old by now. */
export async function keepRevision(
  { objects, packing }: HistoryDeps,
  key: StackKey,
  revision: Revision,
  signal: AbortSignal,
): Promise<void> {
  const secret = await revisionSecret(packing, key, revision);
  await objects.apply(secretKind, secret, applied, signal);
  const kept = await listSecrets(objects, key, signal);
  if (revision.status === "deployed") {
    for (const older of kept) await supersede(objects, older, revision.number, signal);
  }
  for (const number of outdated(kept.map(revisionFacts))) {
    const name = revisionName(key.stack, number);
    await deleteIfPresent(objects, secretKind, { namespace: key.namespace, name }, signal);
  }
}

/** What was deployed is so no longer once something else is. */
async function supersede(
  objects: ObjectClient,
  secret: JsonObject,
  by: number,
  signal: AbortSignal,
): Promise<void> {
  const { number, status } = revisionFacts(secret);
  if (number >= by || status !== "deployed") return;
  const { name, namespace = "", labels = {}, annotations = {} } = metadataOf(secret);
  const metadata = {
    name,
    namespace,
    labels,
    annotations: { ...annotations, "wherry.dev/status": "superseded" },
  };
  const { data, type } = secret;
  await objects.apply(
    secretKind,
    { apiVersion: "v1", kind: "Secret", metadata, data, type },
    applied,
    signal,
  );
}

function listSecrets(
  objects: ObjectClient,
  { stack, namespace }: StackKey,
  signal: AbortSignal,
): Promise<readonly JsonObject[]> {
  return objects.list(secretKind, { namespace, labelSelector: historySelector(stack) }, signal);
}
