import {
  flowSchema,
  type PriorityLevelConfiguration,
  priorityLevelConfiguration,
} from "#api/flowcontrol/v1";
import { ageColumn, type Cell, column, nameColumn, printerOf } from "./column.ts";
import { conditionStatus, orNone } from "./text.ts";

export const flowSchemaPrinter = printerOf(flowSchema, [
  nameColumn,
  column(
    "PriorityLevel",
    "Level at which the requests are served.",
    ({ spec }) => spec?.priorityLevelConfiguration.name ?? "",
  ),
  column(
    "MatchingPrecedence",
    "The lowest matching one decides.",
    ({ spec }) => spec?.matchingPrecedence ?? 0,
  ),
  column("DistinguisherMethod", "What tells flows apart.", ({ spec }) =>
    orNone(spec?.distinguisherMethod?.type),
  ),
  ageColumn,
  column(
    "MissingPL",
    "Whether the priority level is missing.",
    ({ status }) => conditionStatus(status?.conditions, "Dangling") ?? "?",
  ),
]);

export const priorityLevelPrinter = printerOf(priorityLevelConfiguration, [
  nameColumn,
  column("Type", "Whether the level is limited.", ({ spec }) => spec?.type ?? ""),
  column("NominalConcurrencyShares", "Share of the server's capacity.", ({ spec }) =>
    spec?.limited === undefined ? "<none>" : (spec.limited.nominalConcurrencyShares ?? 0),
  ),
  column("Queues", "Number of queues.", (object) => queuing(object, "queues")),
  column("HandSize", "Queues that one flow uses.", (object) => queuing(object, "handSize")),
  column("QueueLengthLimit", "Requests that a queue holds.", (object) =>
    queuing(object, "queueLengthLimit"),
  ),
  ageColumn,
]);

function queuing(
  { spec }: PriorityLevelConfiguration,
  name: "queues" | "handSize" | "queueLengthLimit",
): Cell {
  const settings = spec?.limited?.limitResponse?.queuing;
  return settings === undefined ? "<none>" : (settings[name] ?? 0);
}
