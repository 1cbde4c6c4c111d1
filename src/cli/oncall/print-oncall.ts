/** What the on-call server answers, for people. */
import { formatTable } from "../table.ts";
import { type JsonObject, objectOf, objectsOf, textOf } from "./decode-oncall.ts";

/** Who is on call, and who follows. */
export function whoLines(answer: unknown): readonly string[] {
  const rows = objectsOf(answer).map((row) => {
    const [now, next] = [objectOf(row["now"]), objectOf(row["next"])];
    return [
      textOf(row, "schedule"),
      textOf(now, "user") || "nobody",
      minuteOf(textOf(now, "until")),
      textOf(next, "user") || "-",
    ];
  });
  return formatTable(["SCHEDULE", "ON CALL", "UNTIL", "THEN"], rows);
}

export function scheduleLines(answer: unknown): readonly string[] {
  const rows = objectsOf(objectOf(answer)["final"]).map((duty) => [
    minuteOf(textOf(duty, "from")),
    minuteOf(textOf(duty, "until")),
    textOf(duty, "user") || "nobody",
    textOf(duty, "by") || "-",
  ]);
  return formatTable(["FROM", "UNTIL", "ON CALL", "BY"], rows);
}

export function incidentsLines(answer: unknown): readonly string[] {
  const rows = objectsOf(answer).map((incident) => [
    `#${textOf(incident, "number")}`,
    textOf(incident, "status"),
    textOf(incident, "severity"),
    textOf(incident, "service"),
    minuteOf(textOf(incident, "openedAt")),
    textOf(incident, "acknowledgedBy") || "-",
    textOf(incident, "title"),
  ]);
  if (rows.length === 0) return ["no incidents"];
  return formatTable(["INCIDENT", "STATUS", "SEVERITY", "SERVICE", "OPENED", "BY", "TITLE"], rows);
}

export function incidentLine(answer: unknown): string {
  return `#${textOf(answer, "number")} is ${textOf(answer, "status")}`;
}

/** The answer in one sentence, then everything that led to it. */
export function whyLines(answer: unknown): readonly string[] {
  const { summary, reasons } = objectOf(answer);
  return [String(summary), "", ...objectsOf(reasons).map(reasonLine)];
}

export function whyAlertLines(answer: unknown): readonly string[] {
  const found = objectsOf(answer);
  return found.length === 0 ? ["nothing is known of such an alert"] : found.map(reasonLine);
}

function reasonLine(reason: JsonObject): string {
  return `${textOf(reason, "at").slice(0, 19)}Z  ${textOf(reason, "text")}`;
}

export function reportLines(answer: unknown): readonly string[] {
  const rows = objectsOf(objectOf(answer)["rows"]).map((row) => [
    textOf(row, "user"),
    textOf(row, "pages"),
    textOf(row, "outOfHours"),
    textOf(row, "acknowledged"),
    durationOf(row["acknowledgeMs"]),
    shareOf(row["falseShare"]),
  ]);
  if (rows.length === 0) return ["nobody was paged"];
  return formatTable(["USER", "PAGES", "OUT OF HOURS", "ACKNOWLEDGED", "AFTER", "FALSE"], rows);
}

export function checkLines(answer: unknown): readonly string[] {
  return objectsOf(answer).map((one) => `${textOf(one, "object")}: ${textOf(one, "problem")}`);
}

/** `2026-01-05 09:00Z`. */
function minuteOf(time: string): string {
  return time === "" ? "-" : `${time.slice(0, 16).replace("T", " ")}Z`;
}

/** `4:05`. */
function durationOf(value: unknown): string {
  if (typeof value !== "number") return "-";
  const seconds = Math.round(value / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function shareOf(value: unknown): string {
  return typeof value === "number" ? `${Math.round(value * 100)}%` : "-";
}
