/** What containers ask of a node. */

import { compareQuantities } from "#api";
import type { ResourceRequirements } from "#api/core/v1";
import {
  duplicate,
  forbiddenField,
  invalidValue,
  type Problems,
  required,
  unknownName,
} from "../problems.ts";
import {
  amountProblems,
  canOvercommit,
  containerResourceNameProblems,
  isHugePages,
  quantityAt,
  type ResourceList,
} from "../resource-list.ts";

/** `claimNames` are the claims of the pod, of which a container may use some. */
export function* resourcesProblems(
  path: string,
  { limits = {}, requests = {}, claims = [] }: ResourceRequirements,
  claimNames: ReadonlySet<string>,
): Problems {
  yield* amountsProblems(`${path}.limits`, limits);
  yield* amountsProblems(`${path}.requests`, requests);
  for (const name of Object.keys(requests)) {
    yield* requestProblems(path, name, { limits, requests });
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes("cpu") && !names.includes("memory")) {
    yield forbiddenField(path, "HugePages require cpu or memory");
  }
  yield* claimsProblems(`${path}.claims`, claims, claimNames);
}

export function* amountsProblems(path: string, list: ResourceList): Problems {
  for (const [name, amount] of Object.entries(list)) {
    yield* containerResourceNameProblems(`${path}[${name}]`, name);
    yield* amountProblems(`${path}[${name}]`, name, amount);
  }
}

interface Amounts {
  readonly limits: ResourceList;
  readonly requests: ResourceList;
}

/** No more is asked for than the limit, and of what cannot be promised twice just as much. */
function* requestProblems(path: string, name: string, { limits, requests }: Amounts): Problems {
  const request = requests[name] ?? "0";
  const limit = limits[name];
  if (limit === undefined) {
    if (canOvercommit(name)) return;
    yield required(`${path}.limits`, "Limit must be set for non overcommitable resources");
    return;
  }
  const order = compareQuantities(quantityAt(request), quantityAt(limit));
  if (order !== 0 && !canOvercommit(name)) {
    yield invalidValue(`${path}.requests`, request, `must be equal to ${name} limit of ${limit}`);
  } else if (order > 0) {
    const why = `must be less than or equal to ${name} limit of ${limit}`;
    yield invalidValue(`${path}.requests`, request, why);
  }
}

function* claimsProblems(
  path: string,
  claims: NonNullable<ResourceRequirements["claims"]>,
  claimNames: ReadonlySet<string>,
): Problems {
  const seen = new Set<string>();
  for (const [index, { name, request = "" }] of claims.entries()) {
    const at = `${path}[${index}]`;
    const use = request === "" ? name : `${name}/${request}`;
    if (name === "") yield required(at);
    else if (seen.has(use)) yield duplicate(at, use);
    else if (!claimNames.has(name)) yield unknownName(at, name);
    seen.add(use);
  }
}
