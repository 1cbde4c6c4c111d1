import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.metrics.pkg.apis.metrics.v1beta1",
  group: "metrics.k8s.io",
  version: "v1beta1",
});
