import type { Path } from "#compose";
import type { Labels } from "../labels.ts";
import { isLabelValue, isQualifiedName } from "../names.ts";
import type { Report } from "../report.ts";
import { isKomposeLabel } from "./kompose-labels.ts";

/** Of `labels` those that labels of objects can be. */
export function labelsOf(
  labels: ReadonlyMap<string, string> | undefined,
  path: Path,
  report: Report,
): Labels {
  return Object.fromEntries(
    [...(labels ?? [])].filter(([key, value]) => {
      if (isKomposeLabel(key)) return false;
      if (isQualifiedName(key) && isLabelValue(value)) return true;
      report.lose([...path, key], "ignored", "labels of objects cannot hold it");
      return false;
    }),
  );
}

/** Of `labels` those that annotations can be, which hold any text. */
export function annotationsOf(
  labels: ReadonlyMap<string, string> | undefined,
  path: Path,
  report: Report,
): Labels {
  return Object.fromEntries(
    [...(labels ?? [])].filter(([key]) => {
      if (isKomposeLabel(key)) return false;
      if (isQualifiedName(key)) return true;
      report.lose(
        [...path, key],
        "ignored",
        "keys of annotations have only letters, digits, -, _ and .",
      );
      return false;
    }),
  );
}
