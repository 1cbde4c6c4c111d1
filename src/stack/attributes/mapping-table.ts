import type { Fate } from "./fate.ts";
import { otherFates, serviceFates } from "./fates.ts";
import { komposeLabelNames } from "./kompose-labels.ts";

/** The tables of the guide: what becomes of every attribute, in Markdown. */
export function formatMappingTables(): string {
  const labels = komposeLabelNames.map((name) => `\`${name}\``).join(", ");
  return [
    "### Attributes of a service",
    "",
    ...tableOf(serviceFates),
    "",
    "### Everything else",
    "",
    ...tableOf(otherFates),
    "",
    "### Labels for Kompose that are read",
    "",
    labels,
    "",
  ].join("\n");
}

function tableOf(fates: ReadonlyMap<string, Fate>): readonly string[] {
  const rows = [...fates].map(([name, fate]) => `| \`${name}\` | ${describe(fate)} |`);
  return ["| Attribute | Becomes |", "|---|---|", ...rows];
}

function describe(fate: Fate): string {
  switch (fate.kind) {
    case "mapped":
      return fate.to;
    case "by value":
      return `${fate.to}; reported or refused: ${fate.except}`;
    case "ignored":
      return `*ignored*: ${fate.reason}`;
    case "refused":
      return `**refused**: ${fate.reason}`;
  }
}
