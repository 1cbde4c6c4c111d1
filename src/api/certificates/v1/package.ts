import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.certificates.v1",
  group: "certificates.k8s.io",
  version: "v1",
});
