/**
 * What was deployed, kept in the cluster beside it: a Secret for each revision, so that going back
 * needs no file. A Secret because stacks have secrets in them.
 */
import type { JsonObject } from "#api";
import { decodeSecret, metadataOf } from "../cluster/decode.ts";
import { managerName, stackLabels } from "../labels.ts";
import { base64 } from "../objects/bind-contents.ts";
import { contentHash, isObjectName, objectNameOf } from "../names.ts";
import type { DeployedStack } from "../plan.ts";
import { decodeStack } from "./decode.ts";

/** On the Secrets of the history, with the number of the revision. */
export const historyLabel = "wherry.dev/stack-revision";

const statusAnnotation = "wherry.dev/status";
const timeAnnotation = "wherry.dev/deployed-at";
const descriptionAnnotation = "wherry.dev/description";

type RevisionStatus = "deploying" | "deployed" | "failed" | "superseded";

export interface Revision {
  readonly number: number;
  readonly status: RevisionStatus;
  readonly deployedAtMs: number;
  /** What was deployed, in a few words. */
  readonly description: string;
  /** Undefined when it was too large to keep. */
  readonly stack: DeployedStack | undefined;
}

/** Packs texts, since they say the same things often. */
export interface Packing {
  gzip(bytes: Uint8Array): Promise<Uint8Array>;
  gunzip(bytes: Uint8Array, bytesMax: number): Promise<Uint8Array | undefined>;
}

/** How many revisions are kept. */
const revisionsMax = 10;

/** What a Secret holds, with some room for the rest of it. */
const packedBytesMax = 750_000;

const unpackedBytesMax = 64 * 1024 * 1024;

export function historySelector(stack: string): string {
  return `${stackLabels.stack}=${stack},${historyLabel}`;
}

/** The Secret that keeps a revision. */
export async function revisionSecret(
  packing: Packing,
  { stack, namespace }: Pick<DeployedStack, "stack" | "namespace">,
  revision: Revision,
): Promise<JsonObject> {
  const { number, status, deployedAtMs, description } = revision;
  const text = JSON.stringify(revision.stack ?? null);
  const packed = await packing.gzip(new TextEncoder().encode(text));
  const fits = packed.length <= packedBytesMax;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: revisionName(stack, number),
      namespace,
      labels: {
        [stackLabels.stack]: stack,
        [stackLabels.manager]: managerName,
        [historyLabel]: String(number),
      },
      annotations: {
        [statusAnnotation]: status,
        [timeAnnotation]: new Date(deployedAtMs).toISOString(),
        [descriptionAnnotation]: description,
      },
    },
    type: historyLabel,
    data: fits ? { stack: base64(packed) } : {},
  };
}

export function revisionName(stack: string, number: number): string {
  const plain = objectNameOf(stack);
  const name = plain === stack && isObjectName(plain) ? plain : `${plain}-${contentHash(stack)}`;
  return `wherry.stack.${name}.v${number}`;
}

/** The revision that a Secret keeps, without its content. */
export function revisionFacts(secret: JsonObject): Omit<Revision, "stack"> {
  const { labels = {}, annotations = {} } = metadataOf(secret);
  return {
    number: Number(labels[historyLabel]),
    status: statusOf(annotations[statusAnnotation]),
    deployedAtMs: Date.parse(annotations[timeAnnotation] ?? ""),
    description: annotations[descriptionAnnotation] ?? "",
  };
}

/** What was deployed then; undefined when it was too large to keep. */
export async function unpackStack(
  packing: Packing,
  secret: JsonObject,
): Promise<DeployedStack | undefined> {
  const packed = decodeSecret(secret).data?.["stack"];
  if (packed === undefined) return undefined;
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const text = await packing.gunzip(bytes, unpackedBytesMax);
  return text === undefined ? undefined : decodeStack(new TextDecoder().decode(text));
}

function statusOf(text: string | undefined): RevisionStatus {
  return text === "deployed" || text === "failed" || text === "superseded" ? text : "deploying";
}

/** The revision to go back to: the one before the newest that was deployed. */
export function choosePrevious(revisions: readonly Omit<Revision, "stack">[]): number | undefined {
  const newestFirst = [...revisions].sort((one, other) => other.number - one.number);
  return newestFirst.slice(1).find(({ status }) => status === "superseded" || status === "deployed")
    ?.number;
}

/** Those that are too old to keep, once there is a newer one. */
export function outdated(revisions: readonly Omit<Revision, "stack">[]): readonly number[] {
  const numbers = revisions.map(({ number }) => number).sort((one, other) => other - one);
  return numbers.slice(revisionsMax);
}
