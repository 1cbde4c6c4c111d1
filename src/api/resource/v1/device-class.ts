import { atomicListOf, field, standardVerbs, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { deviceSelector, opaqueDeviceConfiguration } from "./parts.ts";
import { kind, type } from "./package.ts";

export const deviceClassConfiguration = type("DeviceClassConfiguration", "", {
  opaque: field(1, opaqueDeviceConfiguration, "").pointer().embeddedIn(1),
});
export interface DeviceClassConfiguration extends TypeOf<typeof deviceClassConfiguration> {}

export const deviceClassSpec = type("DeviceClassSpec", "", {
  selectors: field(1, atomicListOf(deviceSelector), ""),
  config: field(2, atomicListOf(deviceClassConfiguration), ""),
  extendedResourceName: field(4, string, "").pointer(),
});
export interface DeviceClassSpec extends TypeOf<typeof deviceClassSpec> {}

export const deviceClass = kind(
  "DeviceClass",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, deviceClassSpec, "").required(),
  },
  { name: "deviceclasses", singular: "deviceclass", namespaced: false, verbs: standardVerbs },
);
export interface DeviceClass extends TypeOf<typeof deviceClass> {}
