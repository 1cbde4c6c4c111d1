import { atomicListOf, field, standardVerbs, string, type TypeOf } from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { deviceSelector, opaqueDeviceConfiguration } from "./parts.ts";
import { kind, type } from "./package.ts";

export const deviceClassConfiguration = type(
  "DeviceClassConfiguration",
  "Settings for devices of a class.",
  {
    opaque: field(1, opaqueDeviceConfiguration, "Settings for a driver.").pointer().embeddedIn(1),
  },
);
export interface DeviceClassConfiguration extends TypeOf<typeof deviceClassConfiguration> {}

export const deviceClassSpec = type("DeviceClassSpec", "Which devices belong to a class.", {
  selectors: field(1, atomicListOf(deviceSelector), "What must hold of the devices."),
  config: field(2, atomicListOf(deviceClassConfiguration), "Settings for the devices."),
  extendedResourceName: field(
    4,
    string,
    "Extended resource by which pods can ask for the class.",
  ).pointer(),
});
export interface DeviceClassSpec extends TypeOf<typeof deviceClassSpec> {}

export const deviceClass = kind(
  "DeviceClass",
  "A kind of devices that claims can ask for.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, deviceClassSpec, "The desired state.").required(),
  },
  { name: "deviceclasses", singular: "deviceclass", namespaced: false, verbs: standardVerbs },
);
export interface DeviceClass extends TypeOf<typeof deviceClass> {}
