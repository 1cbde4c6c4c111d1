import { declarationsOf } from "../../schema/schema.ts";

/** The Prometheus Operator's AlertmanagerConfig in its newer form, as its CustomResourceDefinition (0.93) declares it. */
export const { type, kind } = declarationsOf({
  openApi: "com.coreos.monitoring.v1beta1",
  group: "monitoring.coreos.com",
  version: "v1beta1",
  isCustom: true,
});
