export { load } from "./script/load.ts";
export { MemoryStorage } from "./script/memory-storage.ts";
export { parseScript } from "./script/parse-script.ts";
export {
  type CaseOutcome,
  runScript,
  type ScriptDeps,
  type ScriptEngine,
  type ScriptStorage,
} from "./script/run-script.ts";
export { createScriptEngine } from "./script/script-engine.ts";
