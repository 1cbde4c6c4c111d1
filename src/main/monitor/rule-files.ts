import type { PrometheusConfig } from "#promconfig";
import type { ParserOptions } from "#promql";
import { loadRules, parseRuleFile, type RuleDisk, type RuleFiles } from "#rules";

export interface RuleFileDeps {
  readonly disk: RuleDisk;
  readonly parser: ParserOptions;
  readonly externalUrl: string;
}

/** Reads and checks the rule files of a configuration. Rejects with all that is wrong with them. */
export async function loadRuleFiles(
  { disk, parser, externalUrl }: RuleFileDeps,
  { global, ruleFiles }: PrometheusConfig,
  /** Rules that come of something else than a rule file. */
  made: readonly { readonly path: string; readonly ruleText: string }[],
): Promise<RuleFiles> {
  const options = { parser, nameScheme: global.nameScheme, unknownFields: "refuse" } as const;
  const { files, problems: found } = await loadRules(disk, ruleFiles, options);
  const parsed = made.map(({ path, ruleText }) => ({ path, ...parseRuleFile(ruleText, options) }));
  const problems = [
    ...found,
    ...parsed.flatMap((one) =>
      one.kind === "valid" ? [] : one.problems.map(({ message }) => ({ path: one.path, message })),
    ),
  ];
  if (problems.length > 0) {
    const lines = problems.map(({ path, message }) => `${path}: ${message}`);
    throw new Error(`loading rules: ${lines.join("\n")}`);
  }
  const settings = {
    externalLabels: global.externalLabels,
    externalUrl,
    intervalMs: global.evaluationIntervalMs,
    queryOffsetMs: global.ruleQueryOffsetMs,
  };
  const valid = parsed.flatMap((one) => (one.kind === "valid" ? [one] : []));
  return { files: [...files, ...valid], settings };
}
