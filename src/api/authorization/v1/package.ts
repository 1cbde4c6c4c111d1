import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.authorization.v1",
  group: "authorization.k8s.io",
  version: "v1",
});
