import { xxHash64 } from "#base";
import type { Labels } from "#series";

const separator = 255;
/** More than any character takes in UTF-8. */
const bytesPerUnit = 3;

/**
 * What the notification log knows an alert by, in hexadecimal digits: the hash that every Alertmanager
 * makes of the labels, so that instances of different programs agree on who was told of what.
 */
export function alertHash(labels: Labels): string {
  const units = labels.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(bytesPerUnit * units + labels.length);
  const encoder = new TextEncoder();
  let length = 0;
  for (const text of labels) {
    length += encoder.encodeInto(text, bytes.subarray(length)).written;
    bytes[length++] = separator;
  }
  return xxHash64(bytes.subarray(0, length)).toString(16).padStart(16, "0");
}
