import {
  type AnyKind,
  apiVersionOf,
  type Fields,
  type JsonObject,
  type KindSchema,
  type KindVersions,
  type ObjectOf,
  singleVersion,
} from "#api";

/** A kind whose objects are stored as those of another: the same thing in another version or group. */
export interface VersionView {
  readonly kind: AnyKind;
  readonly storedKind: AnyKind;
  toStored(object: JsonObject): JsonObject;
  fromStored(stored: JsonObject): JsonObject;
}

/** A view in the types of both kinds. */
export function defineView<F extends Fields, S extends Fields>(view: {
  readonly kind: KindSchema<F>;
  readonly storedKind: KindSchema<S>;
  readonly toStored: (object: ObjectOf<F>) => ObjectOf<S>;
  readonly fromStored: (stored: ObjectOf<S>) => ObjectOf<F>;
}): VersionView {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is only given objects that its two declarations decoded
  return view as unknown as VersionView;
}

/** A view that works on plain JSON. */
export function defineJsonView(view: VersionView): VersionView {
  return view;
}

/** The versions in which objects of `kind` can be seen, itself and its views or what it is a view of. */
export function kindVersionsOf(kind: AnyKind, views: readonly VersionView[]): KindVersions {
  const view = views.find((one) => one.kind === kind || one.storedKind === kind);
  if (view === undefined) return singleVersion(kind);
  const byVersion = new Map(
    [view.kind, view.storedKind].map((one) => [apiVersionOf(one), one] as const),
  );
  return {
    findKind: (apiVersion) => byVersion.get(apiVersion),
    convert: (object, apiVersion) => {
      if (object["apiVersion"] === apiVersion) return object;
      return byVersion.get(apiVersion) === view.storedKind
        ? view.toStored(object)
        : view.fromStored(object);
    },
  };
}
