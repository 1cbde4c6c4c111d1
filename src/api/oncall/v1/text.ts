/** The forms of text and numbers that all kinds of the group share. */

import { limited, string } from "../../schema/schema.ts";
import { duration as anyDuration } from "../../monitoring/v1/text.ts";

/** Prometheus' form of a span of time, such as `1h30m`. */
export const duration = limited(anyDuration, { minLength: 1 });
export const nonEmpty = limited(string, { minLength: 1 });
/** What may be a label's value and a part of an alert's name. */
export const label = limited(string, { pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" });
/** A moment by the wall clock of the zone that it belongs to. */
export const wallTime = limited(string, {
  pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?$",
});
export const date = limited(string, { pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" });
export const timeOfDay = limited(string, { pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$" });
