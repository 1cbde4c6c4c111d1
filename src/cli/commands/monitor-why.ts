import { defineCommand } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import { whyFlags } from "../why/flags.ts";

export const monitorWhyCommand = defineCommand({
  usage: "monitor why KIND/NAME",
  summary: "Tell step by step why a monitor has the targets that it has, or none.",
  description:
    "KIND is servicemonitor, podmonitor, probe, scrapeconfig or prometheusrule. Each step is marked ✓ or ✗;\n" +
    "the last line says what to do. The exit status is 1 when something is wrong.",
  examples: [
    "monitor why servicemonitor/web",
    "monitor why prometheusrule/slo -n shop",
    "monitor why podmonitor/web -o json",
  ],
  flags: whyFlags,
  async run(args, flags, context, given) {
    const [word, ...rest] = args;
    if (word === undefined || rest.length > 0) {
      throw new UsageError("monitor why takes one KIND/NAME");
    }
    const { explainObject } = await import("../why/explain-object.ts");
    const { formatExplanation } = await import("../why/print-explanation.ts");
    const explanation = await explainObject(context, word, flags, given);
    context.terminal.print(formatExplanation(explanation, flags.output));
    return explanation.findings.some(({ outcome }) => outcome === "failed") ? 1 : 0;
  },
});
