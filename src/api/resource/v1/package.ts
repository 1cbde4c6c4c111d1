import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.resource.v1",
  group: "resource.k8s.io",
  version: "v1",
});
