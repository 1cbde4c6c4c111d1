/** Writes the pages of the command line from the commands' own declarations. Tests compare the two. */
import { readFileSync, writeFileSync } from "node:fs";
import { formatReference } from "#cli";
import { formatPromtoolReference } from "#promtool";
import { formatMappingTables } from "#stack";

writeFileSync("docs/reference/cli.md", formatReference());
writeFileSync("docs/reference/promtool.md", formatPromtoolReference());

const guide = readFileSync("docs/guides/compose.md", "utf8");
const tables = `<!-- mapping -->\n\n${formatMappingTables()}\n<!-- /mapping -->`;
writeFileSync(
  "docs/guides/compose.md",
  guide.replace(/<!-- mapping -->[^]*<!-- \/mapping -->/, () => tables),
);
