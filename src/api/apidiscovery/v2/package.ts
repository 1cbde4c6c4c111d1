import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.apidiscovery.v2",
  group: "apidiscovery.k8s.io",
  version: "v2",
});
