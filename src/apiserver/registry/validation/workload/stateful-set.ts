import { asJsonObject, dns1123LabelProblems, isSemanticallyEqual } from "#api";
import { type StatefulSet, type StatefulSetSpec, statefulSetSpec } from "#api/apps/v1";
import type { PodTemplateSpec, Volume } from "#api/core/v1";
import {
  countOrPercentProblems,
  isNothing,
  negativeProblems,
  over100PercentProblems,
} from "../numbers.ts";
import { endlessProblems, templateProblems } from "../pod/template.ts";
import {
  choiceProblems,
  forbiddenField,
  invalidFor,
  invalidValue,
  type Problems,
  required,
} from "../problems.ts";
import { claimSpecProblems } from "../storage/claim-spec.ts";
import { selectorProblems } from "./selector.ts";

export function* newStatefulSetProblems(object: StatefulSet): Problems {
  const { spec } = object;
  for (const [index, claim] of (spec?.volumeClaimTemplates ?? []).entries()) {
    const field = `spec.volumeClaimTemplates[${index}].spec`;
    yield* claimSpecProblems(field, claim.spec ?? {});
  }
  yield* statefulSetProblems(object);
  const serviceName = spec?.serviceName ?? "";
  if (serviceName === "") return;
  yield* invalidFor("spec.serviceName", serviceName, dns1123LabelProblems(serviceName));
}

export function* statefulSetChangeProblems(object: StatefulSet, current: StatefulSet): Problems {
  yield* statefulSetProblems(object);
  if (object.spec === undefined || current.spec === undefined) return;
  const settled = withChangesUndone(object.spec, current.spec);
  const [after, before] = [asJsonObject(settled), asJsonObject(current.spec)];
  if (isSemanticallyEqual(statefulSetSpec, after, before)) return;
  const why =
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
  yield forbiddenField("spec", why);
}

function withChangesUndone(spec: StatefulSetSpec, before: StatefulSetSpec): StatefulSetSpec {
  return {
    ...spec,
    replicas: before.replicas,
    ordinals: before.ordinals,
    template: before.template,
    updateStrategy: before.updateStrategy,
    revisionHistoryLimit: before.revisionHistoryLimit,
    persistentVolumeClaimRetentionPolicy: before.persistentVolumeClaimRetentionPolicy,
    minReadySeconds: before.minReadySeconds,
  };
}

function* statefulSetProblems({ spec }: StatefulSet): Problems {
  if (spec === undefined) return yield required("spec.selector");
  const { podManagementPolicy: management = "" } = spec;
  if (management === "") yield required("spec.podManagementPolicy");
  else if (management !== "OrderedReady" && management !== "Parallel") {
    const why = "must be 'OrderedReady' or 'Parallel'";
    yield invalidValue("spec.podManagementPolicy", management, why);
  }
  yield* strategyProblems("spec.updateStrategy", spec.updateStrategy ?? {});
  const retention = spec.persistentVolumeClaimRetentionPolicy;
  if (retention) {
    const path = "spec.persistentVolumeClaimRetentionPolicy";
    for (const when of ["whenDeleted", "whenScaled"] as const) {
      yield* choiceProblems(`${path}.${when}`, retention[when], ["Retain", "Delete"]);
    }
  }
  yield* negativeProblems("spec.replicas", spec.replicas);
  yield* negativeProblems("spec.minReadySeconds", spec.minReadySeconds);
  yield* negativeProblems("spec.ordinals.start", spec.ordinals?.start);
  yield* selectorProblems("spec", spec, "statefulset");
  yield* templateProblems("spec.template", asPodsWillBe(spec));
  yield* endlessProblems("spec.template", spec.template, "StatefulSet");
}

/** The template with what the controller will write into it: names, and a volume for each claim. */
function asPodsWillBe({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec {
  if (template.spec === undefined) return template;
  const claims = volumeClaimTemplates.map((claim): Volume => {
    const name = claim.metadata?.name ?? "";
    return { name, persistentVolumeClaim: { claimName: name } };
  });
  const claimed = new Set(claims.map(({ name }) => name));
  const others = (template.spec.volumes ?? []).filter(({ name }) => !claimed.has(name));
  const { hostname: _hostname, subdomain: _subdomain, ...spec } = template.spec;
  return { ...template, spec: { ...spec, volumes: [...claims, ...others] } };
}

function* strategyProblems(
  path: string,
  strategy: NonNullable<StatefulSetSpec["updateStrategy"]>,
): Problems {
  const { type = "", rollingUpdate } = strategy;
  if (type === "") return yield required(path);
  if (type === "OnDelete") {
    if (rollingUpdate === undefined) return;
    const why = "only allowed for updateStrategy 'RollingUpdate'";
    return yield invalidValue(`${path}.rollingUpdate`, rollingUpdate, why);
  }
  if (type !== "RollingUpdate") {
    const internal = new Map<string, unknown>([
      ["Type", type],
      ["RollingUpdate", rollingUpdate],
    ]);
    return yield invalidValue(path, internal, "must be 'RollingUpdate' or 'OnDelete'");
  }
  yield* negativeProblems(`${path}.rollingUpdate.partition`, rollingUpdate?.partition);
  const maxUnavailable = rollingUpdate?.maxUnavailable;
  if (maxUnavailable === undefined) return;
  const field = `${path}.rollingUpdate.maxUnavailable`;
  yield* countOrPercentProblems(field, maxUnavailable);
  if (isNothing(maxUnavailable)) yield invalidValue(field, maxUnavailable, "cannot be 0");
  yield* over100PercentProblems(field, maxUnavailable);
}
