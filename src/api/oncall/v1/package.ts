import { declarationsOf } from "../../schema/schema.ts";

/** Wherry's own kinds: what is watched by its standard deviations, and who is woken by it. */
export const { type, kind } = declarationsOf({
  openApi: "dev.wherry.oncall.v1",
  group: "oncall.wherry.dev",
  version: "v1",
  isCustom: true,
});
