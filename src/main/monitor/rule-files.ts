import type { PrometheusConfig } from "#promconfig";
import type { ParserOptions } from "#promql";
import { loadRules, type RuleDisk, type RuleFiles } from "#rules";

export interface RuleFileDeps {
  readonly disk: RuleDisk;
  readonly parser: ParserOptions;
  readonly externalUrl: string;
}

/** Reads and checks the rule files of a configuration. Rejects with all that is wrong with them. */
export async function loadRuleFiles(
  { disk, parser, externalUrl }: RuleFileDeps,
  { global, ruleFiles }: PrometheusConfig,
): Promise<RuleFiles> {
  const options = { parser, nameScheme: global.nameScheme, unknownFields: "refuse" } as const;
  const { files, problems } = await loadRules(disk, ruleFiles, options);
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
  return { files, settings };
}
