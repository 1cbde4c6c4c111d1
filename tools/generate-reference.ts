/** Writes docs/reference/cli.md from the commands' own declarations. A test compares the two. */
import { writeFileSync } from "node:fs";
import { formatReference } from "#cli";

writeFileSync("docs/reference/cli.md", formatReference());
