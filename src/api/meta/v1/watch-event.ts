import { field, rawExtension, string, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";

export const watchEvent = type("WatchEvent", "One change, as a watch streams it.", {
  type: field(1, string, "ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.").required(),
  object: field(2, rawExtension, "The object after the change, or a Status.").required(),
});
export interface WatchEvent extends TypeOf<typeof watchEvent> {}
