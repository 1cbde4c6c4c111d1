import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1",
  group: "apiregistration.k8s.io",
  version: "v1",
});
