import { type Logger, quoteGo } from "#base";
import { problemOf } from "./problem.ts";
import type { Console } from "./surroundings.ts";

/** Tells on standard error what goes wrong and does not end a command; all else is left out. */
export function warningsTo(console: Console): Logger {
  return {
    debug: () => {},
    info: () => {},
    warn: (message, fields = {}) => {
      const facts = Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => ` ${name}=${quoteGo(String(value))}`);
      console.note(`WARNING: ${message}${facts.join("")}`);
    },
    error: (message, error) => console.note(`WARNING: ${message}: ${problemOf(error)}`),
    child: () => warningsTo(console),
  };
}
