/**
 * Opsgenie's Alert API: create, acknowledge and close.
 * Source of the format: docs.opsgenie.com, "Alert API".
 */
import { type Fields, linesOf, objectIn, textIn } from "./decode-fields.ts";
import { IntakeError, type IntakeReport } from "./report.ts";

const messageMax = 130;
const severityOf: ReadonlyMap<string, string> = new Map([
  ["P1", "critical"],
  ["P2", "error"],
  ["P3", "warning"],
  ["P4", "info"],
  ["P5", "info"],
]);

/** An alert to create; `newAlias` is the alias of one that has none. */
export function readOpsgenie(body: Fields, newAlias: string): IntakeReport {
  const message = textIn(body, "message");
  const priority = textIn(body, "priority") || "P3";
  const severity = severityOf.get(priority);
  if (message === "") throw new IntakeError(["Message can not be empty."]);
  if (severity === undefined) throw new IntakeError([`Priority can not be ${priority}.`]);
  const description = textIn(body, "description");
  const details = linesOf(objectIn(body, "details"));
  return {
    action: "trigger",
    dedupKey: textIn(body, "alias") || newAlias,
    alert: {
      title: message.slice(0, messageMax),
      details: [...(description === "" ? [] : [description]), ...details].join("\n"),
      severity,
      source: "opsgenie",
      links: [],
      heldBack: "",
    },
  };
}
