export { capitalizeWords } from "./capitalize.ts";
export type { ExecutionOptions } from "./evaluate.ts";
export { escapeHtml, escapeUrlQuery } from "./escape.ts";
export type { Escaping } from "./escaping.ts";
export { formatGoFloat } from "./float-text.ts";
export { goDuration, nanosecondsOf } from "./duration.ts";
export {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
  numberOf,
  unixNanoseconds,
} from "./humanize.ts";
export { parseGoTime } from "./parse-time.ts";
export { formatTime, goTime } from "./time.ts";
export { TemplateError } from "./template-error.ts";
export { TemplateSet } from "./template-set.ts";
export {
  boxed,
  CallRefusal,
  functionOf,
  type GoFunction,
  type GoList,
  type GoMap,
  type GoStruct,
  type GoTypeName,
  type GoValue,
  goValueOf,
  isKind,
  listOf,
  mapOf,
  stringOf,
  typeNameOf,
  unboxed,
} from "./value.ts";
