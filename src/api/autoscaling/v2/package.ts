import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.autoscaling.v2",
  group: "autoscaling",
  version: "v2",
});
