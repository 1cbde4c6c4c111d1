/** SigmaPolicies and BurnRatePolicies as files of policies, which the engine reads like any other. */
import { type AnyKind, asJsonObject, type JsonObject, type Live } from "#api";
import { burnRatePolicy, sigmaPolicy, type BurnRatePolicy, type SigmaPolicy } from "#api/oncall/v1";
import { ConfigError } from "#promconfig";
import { parsePolicyFile, type PolicyFile } from "#sigma";
import { specFieldNames } from "./field-names.ts";
import { InvalidObjectError } from "./invalid-object-error.ts";
import { objectMessage, traceDocument } from "./traced-document.ts";

/** The text of a file of one policy, and what it says. */
export interface PolicySource {
  readonly text: string;
  readonly file: PolicyFile;
}

/** What the engine will not take; both say what is wrong, if anything is. */
export interface PolicyCheck {
  findExprProblem(expr: string): string | undefined;
  /** Of the rules that are made of the policies. */
  findRuleProblem(file: PolicyFile): string | undefined;
}

/**
 * The file that says what the object says. Its policy is called `namespace/name`, so that two
 * namespaces may have policies of one name. Throws an `InvalidObjectError` with the field that is wrong.
 */
export function sigmaPolicySource(object: Live<SigmaPolicy>, check: PolicyCheck): PolicySource {
  const source = sourceOf(sigmaPolicy, "sigma_policies", object);
  refuse("spec.expr", check.findExprProblem(object.spec.expr));
  refuse("spec", check.findRuleProblem(source.file));
  return source;
}

/** The same for a service level objective. */
export function burnRatePolicySource(
  object: Live<BurnRatePolicy>,
  check: PolicyCheck,
): PolicySource {
  const source = sourceOf(burnRatePolicy, "burn_rate_policies", object);
  for (const field of ["badExpr", "totalExpr"] as const) {
    const expr = object.spec[field].replaceAll("$window", anyWindow);
    refuse(`spec.${field}`, check.findExprProblem(expr));
  }
  refuse("spec", check.findRuleProblem(source.file));
  return source;
}

/** As long as what it stands for, so that positions in refusals are those of the object's text. */
const anyWindow = "0h0m60s";

/** What a policy of an object is called in rules, series and reports. */
export function policyNameOf({ metadata }: Pick<Live<SigmaPolicy>, "metadata">): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

interface PolicyObject {
  readonly metadata: Live<SigmaPolicy>["metadata"];
  readonly spec: object;
}

function sourceOf(kind: AnyKind, key: string, object: PolicyObject): PolicySource {
  const spec: JsonObject = asJsonObject(object.spec);
  const entry = { owner: object, name: policyNameOf(object), spec };
  const document = traceDocument([{ key, entries: [entry] }], undefined);
  try {
    return { text: document.text, file: parsePolicyFile(document.text) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const path = document.placeOf(error)?.path ?? "spec";
    throw new InvalidObjectError(path, objectMessage(error, specFieldNames([kind])));
  }
}

function refuse(path: string, problem: string | undefined): void {
  if (problem !== undefined) throw new InvalidObjectError(path, problem);
}
