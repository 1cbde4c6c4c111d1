import { scaledObject, type ScaledObject } from "#api/keda/v1alpha1";
import { ageColumn, type Column, column, nameColumn, printerOf } from "./column.ts";

/** By KEDA's CustomResourceDefinition; a column whose path leads nowhere stays empty. */
export const scaledObjectPrinter = printerOf(scaledObject, [
  nameColumn,
  column(
    "ScaleTargetKind",
    "Kind of what is scaled.",
    ({ status }) => status?.scaleTargetKind ?? "",
  ),
  column("ScaleTargetName", "What is scaled.", ({ spec }) => spec.scaleTargetRef.name),
  column("Min", "Fewest pods.", ({ spec }) => spec.minReplicaCount ?? ""),
  column("Max", "Most pods.", ({ spec }) => spec.maxReplicaCount ?? ""),
  conditionColumn("Ready"),
  conditionColumn("Active"),
  conditionColumn("Fallback"),
  conditionColumn("Paused"),
  column("Triggers", "What it goes by.", ({ status }) => status?.triggersTypes ?? ""),
  column("Authentications", "Its credentials.", ({ status }) => status?.authenticationsTypes ?? ""),
  ageColumn,
]);

function conditionColumn(type: string): Column<ScaledObject> {
  return column(type, `Status of the condition ${type}.`, ({ status }) => {
    return status?.conditions?.find((one) => one.type === type)?.status ?? "";
  });
}
