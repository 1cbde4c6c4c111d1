/** What a person has chosen, kept by the browser. */
import { effect, type Signal, signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

const prefix = "wherry.";

/** A remembered value; what is stored is used only when it is one of `choices`. */
function remembered<T extends string>(name: string, choices: readonly [T, ...T[]]): Signal<T> {
  const stored = globalThis.localStorage.getItem(prefix + name);
  const value = signal<T>(choices.find((choice) => choice === stored) ?? choices[0]);
  effect(() => globalThis.localStorage.setItem(prefix + name, value.value));
  return value;
}

export const theme = remembered<Theme>("theme", ["auto", "light", "dark"]);
export const zone = remembered<"utc" | "local">("zone", ["utc", "local"]);
export const completion = remembered<"on" | "off">("completion", ["on", "off"]);

effect(() => {
  const { dataset } = globalThis.document.documentElement;
  if (theme.value === "auto") delete dataset["theme"];
  else dataset["theme"] = theme.value;
});

const historyMax = 100;

/** Queries that were run, the latest first. */
export const queryHistory = signal<readonly string[]>(storedHistory());

export function rememberQuery(expr: string): void {
  const others = queryHistory.value.filter((one) => one !== expr);
  queryHistory.value = [expr, ...others].slice(0, historyMax);
  globalThis.localStorage.setItem(`${prefix}history`, JSON.stringify(queryHistory.value));
}

function storedHistory(): readonly string[] {
  const stored = globalThis.localStorage.getItem(`${prefix}history`);
  if (stored === null) return [];
  try {
    const list: unknown = JSON.parse(stored);
    return Array.isArray(list) ? list.filter((one) => typeof one === "string") : [];
  } catch {
    // Somebody else's text under our name: start over.
    return [];
  }
}
