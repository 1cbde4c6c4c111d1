/**
 * The state of a cluster's objects as metrics. Each object is turned into its lines when it changes;
 * the lines are kept, the object is not, so that a page is only put together when somebody asks.
 */
import type { Fields, KindSchema, Live, LiveMetadata, TypeOf } from "#api";
import { createInformer, type Informer, type InformerDeps } from "#client";
import { type KindFamilies, renderHeading, renderSamples } from "./family.ts";
import { watchedKinds } from "./watched-kinds.ts";

export interface KubeState {
  /** Watches all kinds until aborted. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when the first complete state is known. */
  synced(signal: AbortSignal): Promise<void>;
  /** The page in Prometheus' text format, piece by piece; kinds without objects are left out. */
  write(): Iterable<string>;
}

export function createKubeState(deps: InformerDeps): KubeState {
  const boards = watchedKinds((kind, families) => openBoard(deps, kind, families));
  return {
    async run(signal) {
      await Promise.all(boards.map(({ informer }) => informer.run(signal)));
    },
    async synced(signal) {
      await Promise.all(boards.map(({ informer }) => informer.synced(signal)));
    },
    *write() {
      for (const board of boards) yield* board.write();
    },
  };
}

/** The lines of all objects of one kind. */
interface Board {
  readonly informer: Pick<Informer<unknown>, "run" | "synced">;
  write(): Iterable<string>;
}

function openBoard<F extends Fields>(
  deps: InformerDeps,
  kind: KindSchema<F>,
  kept: KindFamilies<TypeOf<KindSchema<F>>>,
): Board {
  type T = TypeOf<KindSchema<F>>;
  /** By uid: the lines of each family, in the families' order. */
  const lines = new Map<string, readonly string[]>();
  const informer = createInformer(deps, kind, { keeps: "identities" });
  informer.onChange(({ before, after }) => {
    if (before !== undefined && before.metadata.uid !== after?.metadata.uid) {
      lines.delete(before.metadata.uid);
    }
    if (after !== undefined) lines.set(after.metadata.uid, renderObject<T>(kept, after));
  });
  return {
    informer,
    *write() {
      if (lines.size === 0) return;
      for (const [index, family] of kept.families.entries()) {
        yield renderHeading(family);
        for (const object of lines.values()) yield object[index] ?? "";
      }
    },
  };
}

/** The lines of each family about one object. */
export function renderObject<T>(
  { identify, families }: KindFamilies<T>,
  object: Live<T> & { readonly metadata: LiveMetadata },
): readonly string[] {
  const identity = identify(object.metadata);
  return families.map((family) => renderSamples(family, identity, object));
}
