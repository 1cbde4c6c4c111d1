import { declarationsOf } from "../../schema/schema.ts";

/** Our own kind: nodes that come and go with the pods that need them. */
export const { type, kind } = declarationsOf({
  openApi: "dev.wherry.autoscaling.v1",
  group: "autoscaling.wherry.dev",
  version: "v1",
  isCustom: true,
});
