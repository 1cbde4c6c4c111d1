import type { Clock } from "#base";
import { createEngine } from "../engine.ts";
import { scriptParserOptions } from "./parse-script.ts";
import type { ScriptEngine } from "./run-script.ts";

/** The engine with the settings that scripts are written for: few samples, and everything experimental. */
export function createScriptEngine(clock: Clock): ScriptEngine {
  const engine = createEngine(
    { clock },
    {
      samplesMax: 10_000,
      timeoutMs: 100_000,
      nameRemoval: "delayed",
      startTimestamps: "used",
      syntax: scriptParserOptions,
    },
  );
  const { signal } = new AbortController();
  return {
    instant: (storage, query, timeMs) => engine.instant(query, { timeMs }, storage, signal),
    range: (storage, query, grid) => engine.range(query, grid, storage, signal),
  };
}
