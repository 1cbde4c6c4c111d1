import { podDisruptionBudget } from "#api/policy/v1";
import { priorityClass } from "#api/scheduling/v1";
import {
  ageColumn,
  booleanColumn,
  column,
  integerColumn,
  nameColumn,
  printerOf,
} from "./column.ts";

export const podDisruptionBudgetPrinter = printerOf(podDisruptionBudget, [
  nameColumn,
  column("Min Available", "Pods that must stay available.", ({ spec }) =>
    String(spec?.minAvailable ?? "N/A"),
  ),
  column("Max Unavailable", "Pods that may be unavailable.", ({ spec }) =>
    String(spec?.maxUnavailable ?? "N/A"),
  ),
  integerColumn(
    "Allowed Disruptions",
    "Pods that may be disrupted now.",
    ({ status }) => status?.disruptionsAllowed ?? 0,
  ),
  ageColumn,
]);

export const priorityClassPrinter = printerOf(priorityClass, [
  nameColumn,
  integerColumn("Value", "Priority of the pods of this class.", ({ value }) => value ?? 0),
  booleanColumn(
    "Global-Default",
    "Whether pods without a class get this one.",
    (object) => object.globalDefault ?? false,
  ),
  ageColumn,
  column(
    "PreemptionPolicy",
    "Whether the pods may take the place of others.",
    (object) => object.preemptionPolicy ?? "",
  ),
]);
