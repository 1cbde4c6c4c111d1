import { field, rawExtension, string, type TypeOf } from "../../schema/schema.ts";
import { kind } from "./package.ts";

export const watchEvent = kind("WatchEvent", "", {
  type: field(1, string, "").required(),
  object: field(2, rawExtension, "").required(),
});
export interface WatchEvent extends TypeOf<typeof watchEvent> {}
