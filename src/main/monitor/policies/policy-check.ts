import type { PolicyCheck } from "#oncallkinds";
import type { GlobalConfig } from "#promconfig";
import { parseExpr, type ParserOptions, PromqlError } from "#promql";
import { parseRuleFile } from "#rules";
import { formatRuleFile, policyFileRules } from "#sigma";

/** What an engine takes: the expressions of its PromQL, and rules as it reads them from files. */
export function policyCheck(
  parser: ParserOptions,
  { nameScheme }: Pick<GlobalConfig, "nameScheme">,
): PolicyCheck {
  const options = { parser, nameScheme, unknownFields: "refuse" } as const;
  return {
    findExprProblem(expr) {
      try {
        parseExpr(expr, parser);
        return undefined;
      } catch (error) {
        // Only what the parser refuses is the owner's; everything else is a bug.
        if (!(error instanceof PromqlError)) throw error;
        return error.message;
      }
    },
    findRuleProblem(file) {
      const parsed = parseRuleFile(formatRuleFile(policyFileRules(file)), options);
      if (parsed.kind === "valid") return undefined;
      // Positions in a file that nobody wrote help nobody.
      return parsed.problems.map(({ message }) => message.replace(/^\d+:\d+: /, "")).join("; ");
    },
  };
}
