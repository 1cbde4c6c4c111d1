import { field, int32, limited, type TypeOf } from "../../schema/schema.ts";
import { type } from "./package.ts";
import { duration } from "./text.ts";

export const pageBudget = type("PageBudget", "How many incidents may page one person.", {
  pages: field(limited(int32, { minimum: 1 }), "So many; 2."),
  per: field(duration, "In this time; 12h."),
});
export interface PageBudget extends TypeOf<typeof pageBudget> {}
