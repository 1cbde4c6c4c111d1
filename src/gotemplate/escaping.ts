import type { GoValue } from "./value.ts";

/**
 * Sees everything that an execution writes, in order, and says what is written in its place: how
 * `html/template` makes a value harmless where it stands.
 */
export interface Escaping {
  /** What the template itself says. */
  literal(text: string): string;
  /** A value, and how it would be printed. */
  value(value: GoValue, text: string): string;
}

/** Everything as it is: `text/template`. */
export const noEscaping: Escaping = {
  literal: (text) => text,
  value: (_value, text) => text,
};
