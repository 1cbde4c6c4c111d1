import { asJsonObject, formatYaml } from "#api";
import type { Explanation, Finding } from "#operator";

const marks: Readonly<Record<Finding["outcome"], string>> = { ok: "✓", failed: "✗", note: "·" };

/** The explanation as text for people, or as data for programs. */
export function formatExplanation(
  explanation: Explanation,
  output: "text" | "json" | "yaml",
): string {
  switch (output) {
    case "json":
      return JSON.stringify(explanation);
    case "yaml":
      return formatYaml(asJsonObject(explanation)).trimEnd();
    case "text": {
      const { subject, findings, advice } = explanation;
      const lines = findings.map(({ outcome, text }) => `${marks[outcome]} ${text}`);
      return [subject, "", ...lines, "", advice].join("\n");
    }
  }
}
