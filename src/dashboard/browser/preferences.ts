/** What a person has chosen, kept by the browser. */
import { effect, type Signal, signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

const prefix = "wherry.";

/** A remembered value; what is stored is used only when it is one of `choices`. */
function rememberedChoice<T extends string>(
  name: string,
  choices: readonly [T, ...T[]],
): Signal<T> {
  const stored = globalThis.localStorage.getItem(prefix + name);
  return keeping(name, signal<T>(choices.find((choice) => choice === stored) ?? choices[0]));
}

/** A remembered text; empty until there is one. */
export function remembered(name: string): Signal<string> {
  return keeping(name, signal(globalThis.localStorage.getItem(prefix + name) ?? ""));
}

function keeping<T extends string>(name: string, value: Signal<T>): Signal<T> {
  effect(() => globalThis.localStorage.setItem(prefix + name, value.value));
  return value;
}

export const theme = rememberedChoice<Theme>("theme", ["auto", "light", "dark"]);
export const zone = rememberedChoice<"utc" | "local">("zone", ["utc", "local"]);
export const completion = rememberedChoice<"on" | "off">("completion", ["on", "off"]);

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
