import { defineCommand } from "../../command.ts";
import { policyFlags, readPolicies } from "./read-policies.ts";

export const sigmaRulesCommand = defineCommand({
  usage: "sigma rules (FILE | KIND/NAME)...",
  summary: "Print sigma and burn-rate policies as a rule file.",
  description:
    "Any Prometheus evaluates it. Pages need the thresholds of the back-test, which only this\n" +
    'engine records: "wherry prometheus --sigma.policy-file=FILE" does both. KIND is sigmapolicy or\n' +
    "burnratepolicy: an object of the cluster.",
  examples: ["sigma rules policies.yml > rules.yml", "sigma rules burnratepolicy/api -n shop"],
  flags: policyFlags,
  async run(args, flags, context, given) {
    const { formatRuleFile, policyFileRules } = await import("#sigma");
    const file = await readPolicies(context, { args, flags, given });
    context.terminal.print(formatRuleFile(policyFileRules(file)).trimEnd());
  },
});
