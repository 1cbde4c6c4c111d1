export type { ExecutionOptions } from "./evaluate.ts";
export { formatGoFloat } from "./float-text.ts";
export { parseGoFloat } from "./number.ts";
export { escapeUrlQuery } from "./escape.ts";
export { goDuration, nanosecondsOf } from "./duration.ts";
export { goTime } from "./time.ts";
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
} from "./value.ts";
