/** Whether a query is about a policy's series, so that its graph can show their bands. */
import type { SigmaPolicy } from "./wire.ts";

/** The policy whose expression it is, or whose recorded value. */
export function policyOfQuery(
  query: string,
  policies: readonly SigmaPolicy[],
): SigmaPolicy | undefined {
  const asked = compact(query);
  const recorded = /^sigma:value\{(.*)\}$/.exec(asked)?.[1] ?? "";
  const [, named] = /(?:^|,)sigma_policy="([^"]*)"/.exec(recorded) ?? [];
  return policies.find(({ name, expr }) => name === named || compact(expr) === asked);
}

/** The labels of a recorded value without those that the policy adds: the series of its expression. */
export function seriesOfPolicy(
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { sigma_policy: policy, ...others } = labels;
  if (policy === undefined) return labels;
  const { __name__: _recorded, ...own } = others;
  return own;
}

/** Without the spaces that mean nothing; those inside of quotation marks stay. */
function compact(query: string): string {
  return query.replaceAll(
    /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|\s+/g,
    (_, text: string) => (text === undefined ? "" : text),
  );
}
