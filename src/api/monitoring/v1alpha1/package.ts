import { declarationsOf } from "../../schema/schema.ts";

/** The Prometheus Operator's kinds that are not stable yet, as its CustomResourceDefinitions (0.93) declare them. */
export const { type, kind } = declarationsOf({
  openApi: "com.coreos.monitoring.v1alpha1",
  group: "monitoring.coreos.com",
  version: "v1alpha1",
  isCustom: true,
});
