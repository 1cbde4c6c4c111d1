/** Writes the pages of the command line from the commands' own declarations. Tests compare the two. */
import { writeFileSync } from "node:fs";
import { formatReference } from "#cli";
import { formatPromtoolReference } from "#promtool";

writeFileSync("docs/reference/cli.md", formatReference());
writeFileSync("docs/reference/promtool.md", formatPromtoolReference());
