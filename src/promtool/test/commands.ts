import { defineCommand, defineFamily } from "../command-line/command.ts";

const testFlags = {
  junit: { kind: "text", help: "File path to store JUnit XML test results." },
} as const;

const rulesCommand = defineCommand({
  name: "rules",
  help: "Unit tests for rules.",
  inherited: testFlags,
  flags: {
    run: {
      kind: "texts",
      help: "If set, will only run test groups whose names match the regular expression. Can be specified multiple times.",
    },
    debug: { kind: "switch", help: "Enable unit test debugging." },
    diff: {
      kind: "switch",
      help: "[Experimental] Print colored differential output between expected & received output.",
    },
    "ignore-unknown-fields": {
      kind: "switch",
      help: "Ignore unknown fields in the test files. This is useful when you want to extend rule files with custom metadata. Ensure that those fields are removed before loading them into the Prometheus server as it performs strict checks by default.",
    },
  },
  args: {
    "test-rule-file": { kind: "files", isRequired: true, help: "The unit test file." },
  },
  async run(values, surroundings) {
    const { testRules } = await import("./rules.ts");
    return testRules(
      values["test-rule-file"],
      {
        junitFile: values.junit,
        only: values.run,
        unknownFields: values["ignore-unknown-fields"] ? "ignore" : "refuse",
        alertFailures: values.diff ? "difference" : "lists",
        isDebugging: values.debug,
      },
      surroundings,
    );
  },
});

/** `promtool test …`. */
export const testFamily = defineFamily({ name: "test", help: "Unit testing.", flags: testFlags }, [
  rulesCommand,
]);
