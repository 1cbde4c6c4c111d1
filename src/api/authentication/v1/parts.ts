import {
  listMessageOf,
  atomicListOf,
  field,
  mapOf,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { type } from "./package.ts";

export const userInfo = type("UserInfo", "A user, as authentication tells.", {
  username: field(1, string, "Name, unique among active users."),
  uid: field(2, string, "Identifier that is never used twice."),
  groups: field(3, atomicListOf(string), "Groups the user is in."),
  extra: field(4, mapOf(listMessageOf(string)), "Further facts."),
});
export interface UserInfo extends TypeOf<typeof userInfo> {}
