import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.metrics.pkg.apis.custom_metrics.v1beta2",
  group: "custom.metrics.k8s.io",
  version: "v1beta2",
});
