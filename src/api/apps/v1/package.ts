import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.apps.v1",
  group: "apps",
  version: "v1",
});
