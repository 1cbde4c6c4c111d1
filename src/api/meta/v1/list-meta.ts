import { field, int64, string, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";

export const shardInfo = type("ShardInfo", "Which part of the objects a list holds.", {
  selector: field(1, string, "Selector of the part.").required(),
});
export interface ShardInfo extends TypeOf<typeof shardInfo> {}

export const listMeta = type("ListMeta", "Metadata of a list.", {
  selfLink: field(1, string, "No longer filled in."),
  resourceVersion: field(
    2,
    string,
    "Version of the store that the list is a snapshot of; watches can start from it.",
  ),
  continue: field(3, string, "Token for the next page; empty on the last one."),
  remainingItemCount: field(4, int64, "About how many objects come after this page.").pointer(),
  shardInfo: field(
    5,
    shardInfo,
    "Which part of the objects the list holds, if it was asked for one.",
  ).pointer(),
});
export interface ListMeta extends TypeOf<typeof listMeta> {}
