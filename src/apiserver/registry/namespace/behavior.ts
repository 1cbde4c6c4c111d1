import { type Namespace, namespace } from "#api/core/v1";
import { type BehaviorEntry, defineBehavior } from "../behavior.ts";

/** Held until the namespace's content is gone. */
const contentFinalizer = "kubernetes";
const nameLabel = "kubernetes.io/metadata.name";

export const namespaceBehavior: BehaviorEntry = defineBehavior(namespace, {
  applyDefaults: withNameLabel,
  prepareForCreate: (object) => ({
    ...object,
    spec: { finalizers: withContentFinalizer(object.spec?.finalizers ?? []) },
    status: { phase: "Active" },
  }),
  // Who may finish a namespace off goes through its `finalize` subresource.
  prepareForUpdate: (object, current, target) =>
    target === "finalize"
      ? object
      : { ...object, spec: { ...object.spec, finalizers: current.spec?.finalizers ?? [] } },
  names: "dns-label",
  deleteAnswer: "object",
  otherFinalizersOf: (object) => object.spec?.finalizers ?? [],
  markDeleted: (object) => ({ ...object, status: { ...object.status, phase: "Terminating" } }),
  selectableFields: { "status.phase": (object) => object.status?.phase ?? "" },
});

/** Selectors find a namespace by name through this label, so nobody may set it otherwise. */
function withNameLabel(object: Namespace): Namespace {
  const name = object.metadata?.name ?? "";
  if (name === "") return object;
  const labels = { ...object.metadata?.labels, [nameLabel]: name };
  return { ...object, metadata: { ...object.metadata, labels } };
}

function withContentFinalizer(finalizers: readonly string[]): readonly string[] {
  return finalizers.includes(contentFinalizer) ? finalizers : [...finalizers, contentFinalizer];
}
