/** Rules about numbers, and about what may also be a percentage or a name. */

import { parsePercent, portNameProblems, rangeProblems } from "#api";
import { invalidFor, invalidValue, type Problems } from "./problems.ts";

export const int32Max = 2_147_483_647;
const portMax = 65_535;
const fileModeMax = 0o777;

type Whole = number | bigint | undefined;

export function* negativeProblems(field: string, value: Whole): Problems {
  if (value !== undefined && value < 0) {
    yield invalidValue(field, value, "must be greater than or equal to 0");
  }
}

export function* notPositiveProblems(field: string, value: Whole): Problems {
  if (value !== undefined && value <= 0) {
    yield invalidValue(field, value, "must be greater than zero");
  }
}

/** Both bounds belong to the range. */
export function* rangeFieldProblems(
  field: string,
  value: Whole,
  [min, max]: readonly [number, number],
): Problems {
  if (value !== undefined) yield* invalidFor(field, value, rangeProblems(Number(value), min, max));
}

export function* portProblems(field: string, port: number): Problems {
  yield* rangeFieldProblems(field, port, [1, portMax]);
}

export function* portOrNameProblems(field: string, port: number | string): Problems {
  if (typeof port === "number") yield* portProblems(field, port);
  else yield* invalidFor(field, port, portNameProblems(port));
}

export function* fileModeProblems(field: string, mode: number | undefined): Problems {
  if (mode !== undefined && (mode < 0 || mode > fileModeMax)) {
    yield invalidValue(field, mode, "must be a number between 0 and 0777 (octal), both inclusive");
  }
}

/** Users and groups of Linux. */
export function* idProblems(field: string, id: Whole): Problems {
  yield* rangeFieldProblems(field, id, [0, int32Max]);
}

const percentWhy =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** A count or a percentage, not below zero. */
export function* countOrPercentProblems(field: string, value: number | string): Problems {
  if (typeof value === "number") yield* negativeProblems(field, value);
  else if (!isPercent(value)) yield invalidValue(field, value, percentWhy);
}

export function* over100PercentProblems(field: string, value: number | string): Problems {
  if (typeof value === "string" && isPercent(value) && (parsePercent(value) ?? 0) > 100) {
    yield invalidValue(field, value, "must not be greater than 100%");
  }
}

/** Whether a count or percentage is none at all. */
export function isNothing(value: number | string): boolean {
  return typeof value === "number" ? value === 0 : (parsePercent(value) ?? 0) === 0;
}

function isPercent(text: string): boolean {
  return /^[0-9]+%$/.test(text);
}
