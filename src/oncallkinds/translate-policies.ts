/** All SigmaPolicies and BurnRatePolicies of a cluster as files of policies, one for each. */
import type { AnyKind, Live } from "#api";
import { burnRatePolicy, sigmaPolicy, type BurnRatePolicy, type SigmaPolicy } from "#api/oncall/v1";
import { compareText } from "#base";
import { InvalidObjectError } from "./invalid-object-error.ts";
import {
  burnRatePolicySource,
  type PolicyCheck,
  policyNameOf,
  type PolicySource,
  sigmaPolicySource,
} from "./policy-source.ts";

export interface PolicyObjects {
  readonly sigma: readonly Live<SigmaPolicy>[];
  readonly burnRates: readonly Live<BurnRatePolicy>[];
}

/** By uid: what is in force of each object. */
export type SourcesInForce = ReadonlyMap<string, PolicySource>;

export interface PolicyContext {
  readonly check: PolicyCheck;
  /** Of the translation before this one; empty at first. */
  readonly before: SourcesInForce;
}

/** What became of one object. */
export type PolicyVerdict = PolicyAttempt &
  (
    | { readonly list: "sigma"; readonly object: Live<SigmaPolicy> }
    | { readonly list: "burnRates"; readonly object: Live<BurnRatePolicy> }
  );

interface PolicyAttempt {
  /** Why it cannot be in force as it is, with the field; undefined: it is. */
  readonly problem: string | undefined;
  /** What is in force of it: its old version where there is a problem, if there was one. */
  readonly source: PolicySource | undefined;
}

/** The kind of each list. */
export const policyKinds = {
  sigma: sigmaPolicy,
  burnRates: burnRatePolicy,
} as const satisfies Readonly<Record<PolicyVerdict["list"], AnyKind>>;

/** A bad object stops no other; what was in force of it before stays. */
export function translatePolicies(
  { sigma, burnRates }: PolicyObjects,
  { check, before }: PolicyContext,
): readonly PolicyVerdict[] {
  const attempted = (object: PolicyVerdict["object"], make: () => PolicySource) =>
    attempt(make, before.get(object.metadata.uid));
  return [
    ...[...sigma].sort(byName).map((object) => {
      const made = attempted(object, () => sigmaPolicySource(object, check));
      return { list: "sigma", object, ...made } as const;
    }),
    ...[...burnRates].sort(byName).map((object) => {
      const made = attempted(object, () => burnRatePolicySource(object, check));
      return { list: "burnRates", object, ...made } as const;
    }),
  ];
}

/** What the next translation goes by. */
export function sourcesInForce(verdicts: readonly PolicyVerdict[]): SourcesInForce {
  return new Map(
    verdicts.flatMap(({ object, source }) =>
      source === undefined ? [] : [[object.metadata.uid, source] as const],
    ),
  );
}

function attempt(make: () => PolicySource, old: PolicySource | undefined): PolicyAttempt {
  try {
    return { problem: undefined, source: make() };
  } catch (error) {
    if (!(error instanceof InvalidObjectError)) throw error;
    return { problem: error.message, source: old };
  }
}

function byName(left: PolicyVerdict["object"], right: PolicyVerdict["object"]): number {
  return compareText(policyNameOf(left), policyNameOf(right));
}
