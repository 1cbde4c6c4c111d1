import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.autoscaling.v1",
  group: "autoscaling",
  version: "v1",
});
