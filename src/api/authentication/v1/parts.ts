import {
  listMessageOf,
  atomicListOf,
  field,
  mapOf,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { type } from "./package.ts";

export const userInfo = type("UserInfo", "", {
  username: field(1, string, ""),
  uid: field(2, string, ""),
  groups: field(3, atomicListOf(string), ""),
  extra: field(4, mapOf(listMessageOf(string)), ""),
});
export interface UserInfo extends TypeOf<typeof userInfo> {}
