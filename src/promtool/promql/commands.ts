import { type Command, defineCommand, defineFamily } from "../command-line/command.ts";
import { exitFailure, type Surroundings } from "../surroundings.ts";

const query = { kind: "text", isRequired: true, help: "PromQL query." } as const;

const formatCommand = defineCommand({
  name: "format",
  help: "Format PromQL query to pretty printed form.",
  args: { query },
  async run(values, surroundings) {
    const { formatQuery } = await import("./edit-query.ts");
    return formatQuery(values.query, surroundings);
  },
});

const setCommand = defineCommand({
  name: "set",
  help: "Set a label matcher in the query.",
  flags: {
    type: {
      kind: "choice",
      choices: ["=", "!=", "=~", "!~"],
      default: "=",
      short: "t",
      help: "Type of the label matcher to set.",
    },
  },
  args: {
    query,
    name: { kind: "text", isRequired: true, help: "Name of the label matcher to set." },
    value: { kind: "text", isRequired: true, help: "Value of the label matcher to set." },
  },
  async run(values, surroundings) {
    const { setMatcher } = await import("./edit-query.ts");
    const { name, value, type: operator } = values;
    return setMatcher(values.query, { name, value, operator }, surroundings);
  },
});

const deleteCommand = defineCommand({
  name: "delete",
  help: "Delete a label from the query.",
  args: {
    query,
    name: { kind: "text", isRequired: true, help: "Name of the label to delete." },
  },
  async run(values, surroundings) {
    const { deleteMatcher } = await import("./edit-query.ts");
    return deleteMatcher(values.query, values.name, surroundings);
  },
});

/** `promtool promql …`, which wants `--experimental`. */
export const promqlFamily = defineFamily(
  {
    name: "promql",
    help: "PromQL formatting and editing. Requires the --experimental flag.",
  },
  [
    experimental(formatCommand),
    defineFamily(
      {
        name: "label-matchers",
        help: "Edit label matchers contained within an existing PromQL query.",
      },
      [experimental(setCommand), experimental(deleteCommand)],
    ),
  ],
);

function experimental(command: Command): Command {
  const run = async (
    values: Parameters<NonNullable<Command["run"]>>[0],
    surroundings: Surroundings,
  ) => {
    if (surroundings.isExperimental) return (await command.run?.(values, surroundings)) ?? 0;
    surroundings.console.note(
      "This command is experimental and requires the --experimental flag to be set.",
    );
    return exitFailure;
  };
  return { ...command, run };
}
