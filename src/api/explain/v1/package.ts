import { declarationsOf } from "../../schema/schema.ts";

/** Our own group: why the cluster did what it did. Nothing depends on it. */
export const { type, kind } = declarationsOf({
  openApi: "wherry.explain.v1",
  group: "explain.wherry",
  version: "v1",
});
