import {
  atomicListOf,
  boolean,
  field,
  int64,
  mapOf,
  quantity,
  rawExtension,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { type } from "./package.ts";

export const celDeviceSelector = type("CELDeviceSelector", "Selects devices by an expression.", {
  expression: field(1, string, "CEL expression that is true of a device that fits.").required(),
});
export interface CELDeviceSelector extends TypeOf<typeof celDeviceSelector> {}

export const capacityRequirements = type(
  "CapacityRequirements",
  "How much of a device's capacities is needed.",
  {
    requests: field(1, mapOf(quantity), "The least that is needed, by capacity."),
  },
);
export interface CapacityRequirements extends TypeOf<typeof capacityRequirements> {}

export const opaqueDeviceConfiguration = type(
  "OpaqueDeviceConfiguration",
  "Settings that only a driver understands.",
  {
    driver: field(1, string, "Name of the driver.").required(),
    parameters: field(2, rawExtension, "The settings.").required(),
  },
);
export interface OpaqueDeviceConfiguration extends TypeOf<typeof opaqueDeviceConfiguration> {}

export const deviceClaimConfiguration = type(
  "DeviceClaimConfiguration",
  "Settings for devices that are wanted.",
  {
    requests: field(1, atomicListOf(string), "Requests the settings are for; empty means all."),
    opaque: field(1, opaqueDeviceConfiguration, "Settings for a driver.").pointer().embeddedIn(2),
  },
);
export interface DeviceClaimConfiguration extends TypeOf<typeof deviceClaimConfiguration> {}

export const deviceConstraint = type(
  "DeviceConstraint",
  "What must hold of several devices together.",
  {
    requests: field(1, atomicListOf(string), "Requests it is about; empty means all."),
    matchAttribute: field(2, string, "Attribute that must be equal.").pointer(),
    distinctAttribute: field(3, string, "Attribute that must differ.").pointer(),
  },
);
export interface DeviceConstraint extends TypeOf<typeof deviceConstraint> {}

export const deviceSelector = type("DeviceSelector", "Selects devices.", {
  cel: field(1, celDeviceSelector, "By an expression.").pointer(),
});
export interface DeviceSelector extends TypeOf<typeof deviceSelector> {}

export const deviceToleration = type("DeviceToleration", "Taints that do not exclude a device.", {
  key: field(1, string, "Key of the taints; empty with Exists: all taints."),
  operator: field(2, string, "Equal (the default) or Exists."),
  value: field(3, string, "Value of the taints, for Equal."),
  effect: field(4, string, "Effect of the taints; absent: every effect."),
  tolerationSeconds: field(
    5,
    int64,
    "How long a NoExecute taint is tolerated; absent: forever.",
  ).pointer(),
});
export interface DeviceToleration extends TypeOf<typeof deviceToleration> {}

export const deviceSubRequest = type("DeviceSubRequest", "An alternative of a request.", {
  name: field(1, string, "Name of the alternative.").required(),
  deviceClassName: field(2, string, "Class of the devices.").required(),
  selectors: field(3, atomicListOf(deviceSelector), "What must hold of the devices."),
  allocationMode: field(4, string, "ExactCount (the default) or All."),
  count: field(5, int64, "How many; 1 by default."),
  tolerations: field(6, atomicListOf(deviceToleration), "Taints that do not exclude a device."),
  capacity: field(7, capacityRequirements, "How much of their capacities is needed.").pointer(),
});
export interface DeviceSubRequest extends TypeOf<typeof deviceSubRequest> {}

export const exactDeviceRequest = type("ExactDeviceRequest", "Devices that are wanted.", {
  deviceClassName: field(1, string, "Class of the devices.").required(),
  selectors: field(2, atomicListOf(deviceSelector), "What must hold of the devices."),
  allocationMode: field(3, string, "ExactCount (the default) or All."),
  count: field(4, int64, "How many; 1 by default."),
  adminAccess: field(
    5,
    boolean,
    "Whether they are for administration, beside their other users.",
  ).pointer(),
  tolerations: field(6, atomicListOf(deviceToleration), "Taints that do not exclude a device."),
  capacity: field(7, capacityRequirements, "How much of their capacities is needed.").pointer(),
});
export interface ExactDeviceRequest extends TypeOf<typeof exactDeviceRequest> {}

export const deviceRequest = type(
  "DeviceRequest",
  "A request for devices. One of exactly and firstAvailable is set.",
  {
    name: field(1, string, "Name of the request.").required(),
    exactly: field(2, exactDeviceRequest, "The devices that are wanted.").pointer(),
    firstAvailable: field(3, atomicListOf(deviceSubRequest), "Alternatives, most wanted first."),
  },
);
export interface DeviceRequest extends TypeOf<typeof deviceRequest> {}

export const deviceClaim = type("DeviceClaim", "The devices that are wanted.", {
  requests: field(1, atomicListOf(deviceRequest), "The requests, which must all be met.").always(),
  constraints: field(
    2,
    atomicListOf(deviceConstraint),
    "What must hold of several devices together.",
  ),
  config: field(3, atomicListOf(deviceClaimConfiguration), "Settings for the devices."),
});
export interface DeviceClaim extends TypeOf<typeof deviceClaim> {}

export const resourceClaimSpec = type(
  "ResourceClaimSpec",
  "What a claim asks for. It cannot be changed.",
  {
    devices: field(1, deviceClaim, "The devices.").always(),
  },
);
export interface ResourceClaimSpec extends TypeOf<typeof resourceClaimSpec> {}
