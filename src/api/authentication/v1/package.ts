import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.authentication.v1",
  group: "authentication.k8s.io",
  version: "v1",
});
