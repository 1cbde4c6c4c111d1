/** A deployment from beginning to end, with the namespace it needs and the memory it leaves. */
import { hasReason } from "#api";
import { namespaceKind, stackKind } from "../cluster/kinds.ts";
import { findDeployed, type HistoryDeps, keepRevision, listRevisions } from "../history/history.ts";
import { type Revision, revisionName } from "../history/revision.ts";
import type { DeployedStack } from "../plan.ts";
import { createNamespace, deleteIfPresent } from "./apply.ts";
import { type DeployDeps, type DeployOptions, type DeployOutcome, deployStack } from "./deploy.ts";
import { type Look, tryChanges } from "./look.ts";

export interface DeploymentDeps extends DeployDeps, Pick<HistoryDeps, "packing"> {}

export interface DeploymentOptions extends Omit<DeployOptions, "previous"> {
  /** What history says about it. */
  readonly description: string;
}

/**
 * Deploys what was looked at, and keeps it as a revision. Throws a `ComposeError` when the server
 * refuses a part of it, and then everything is as it was before.
 */
export async function runDeployment(
  deps: DeploymentDeps,
  stack: DeployedStack,
  look: Look,
  options: DeploymentOptions,
): Promise<DeployOutcome> {
  const { objects, signal } = deps;
  const previous = look.namespace === "absent" ? undefined : await rememberedStack(deps, stack);
  if (look.namespace === "absent") await createNamespace(objects, stack, signal);
  try {
    if (look.namespace === "absent") {
      const facts = { live: new Map(), findPlace: options.findPlace };
      await tryChanges(objects, stack, facts, signal);
    }
    const number = await nextNumber(deps, stack, look);
    const remember = (status: Revision["status"], deployed: DeployedStack) =>
      keep(deps, stack, { ...options, number, status, deployed });
    await remember("deploying", stack);
    const outcome = await takenBackWith(deps, stack, number, () =>
      deployStack(deps, stack, look, { ...options, previous }),
    );
    await remember(outcome.kind, outcome.stack);
    return outcome;
  } catch (error) {
    if (look.namespace === "absent" && !signal.aborted) {
      await deleteIfPresent(
        objects,
        namespaceKind,
        { namespace: "", name: stack.namespace },
        signal,
      );
    }
    throw error;
  }
}

/** A deployment that was taken back leaves no revision. */
async function takenBackWith(
  { objects, signal }: DeploymentDeps,
  { stack, namespace }: DeployedStack,
  number: number | undefined,
  deploy: () => Promise<DeployOutcome>,
): Promise<DeployOutcome> {
  try {
    return await deploy();
  } catch (error) {
    if (number !== undefined && !signal.aborted) {
      const key = { namespace, name: revisionName(stack, number) };
      await deleteIfPresent(objects, stackKind("Secret"), key, signal);
    }
    throw error;
  }
}

async function rememberedStack(
  deps: DeploymentDeps,
  stack: DeployedStack,
): Promise<DeployedStack | undefined> {
  try {
    return await findDeployed(deps, stack, deps.signal);
  } catch (error) {
    // Who may not read secrets has no history.
    if (hasReason(error, "Forbidden")) return undefined;
    throw error;
  }
}

/**
 * The number of this revision: the next one, or that of the newest when nothing changes but it had not
 * come up. Undefined when there is nothing to remember.
 */
async function nextNumber(
  deps: DeploymentDeps,
  stack: DeployedStack,
  { changes }: Look,
): Promise<number | undefined> {
  try {
    const newest = (await listRevisions(deps.objects, stack, deps.signal)).at(-1);
    if (changes.length > 0) return (newest?.number ?? 0) + 1;
    const isOpen = newest?.status === "deploying" || newest?.status === "failed";
    return isOpen ? newest.number : undefined;
  } catch (error) {
    if (!hasReason(error, "Forbidden")) throw error;
    deps.note(`no history is kept: ${error.message}`);
    return undefined;
  }
}

interface Kept {
  readonly number: number | undefined;
  readonly status: Revision["status"];
  readonly description: string;
  readonly deployed: DeployedStack;
}

async function keep(
  deps: DeploymentDeps,
  key: DeployedStack,
  { number, status, description, deployed }: Kept,
): Promise<void> {
  if (number === undefined) return;
  const deployedAtMs = deps.clock.nowMs();
  const revision = { number, status, description, deployedAtMs, stack: deployed };
  try {
    await keepRevision(deps, key, revision, deps.signal);
  } catch (error) {
    // A stack runs without its history; whether there is room for it is another question.
    if (!hasReason(error, "Forbidden")) throw error;
    deps.note(`this revision is not kept: ${error.message}`);
  }
}
