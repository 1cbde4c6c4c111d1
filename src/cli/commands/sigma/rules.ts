import { defineCommand } from "../../command.ts";
import { readPolicyFiles } from "./policy-files.ts";

export const sigmaRulesCommand = defineCommand({
  usage: "sigma rules FILE...",
  summary: "Print sigma and burn-rate policies as a rule file.",
  description:
    "Any Prometheus evaluates it. Pages need the thresholds of the back-test, which only this\n" +
    'engine records: "wherry prometheus --sigma.policy-file=FILE" does both.',
  examples: ["sigma rules policies.yml > rules.yml"],
  flags: {},
  async run(args, _flags, { disk, terminal }) {
    const { formatRuleFile, policyFileRules } = await import("#sigma");
    const file = await readPolicyFiles(disk, args);
    terminal.print(formatRuleFile(policyFileRules(file)).trimEnd());
  },
});
