import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.metrics.pkg.apis.custom_metrics.v1beta1",
  group: "custom.metrics.k8s.io",
  version: "v1beta1",
});
