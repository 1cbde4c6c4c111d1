import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.rbac.v1",
  group: "rbac.authorization.k8s.io",
  version: "v1",
});
