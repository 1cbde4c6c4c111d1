import { field, int64, string, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";

export const shardInfo = type("ShardInfo", "", {
  selector: field(1, string, "").required(),
});
export interface ShardInfo extends TypeOf<typeof shardInfo> {}

export const listMeta = type("ListMeta", "", {
  selfLink: field(1, string, ""),
  resourceVersion: field(2, string, ""),
  continue: field(3, string, ""),
  remainingItemCount: field(4, int64, "").pointer(),
  shardInfo: field(5, shardInfo, "").pointer(),
});
export interface ListMeta extends TypeOf<typeof listMeta> {}
