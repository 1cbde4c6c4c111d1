import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.networking.v1",
  group: "networking.k8s.io",
  version: "v1",
});
