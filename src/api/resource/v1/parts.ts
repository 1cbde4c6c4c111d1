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

export const celDeviceSelector = type("CELDeviceSelector", "", {
  expression: field(1, string, "").required(),
});
export interface CELDeviceSelector extends TypeOf<typeof celDeviceSelector> {}

export const capacityRequirements = type("CapacityRequirements", "", {
  requests: field(1, mapOf(quantity), ""),
});
export interface CapacityRequirements extends TypeOf<typeof capacityRequirements> {}

export const opaqueDeviceConfiguration = type("OpaqueDeviceConfiguration", "", {
  driver: field(1, string, "").required(),
  parameters: field(2, rawExtension, "").required(),
});
export interface OpaqueDeviceConfiguration extends TypeOf<typeof opaqueDeviceConfiguration> {}

export const deviceClaimConfiguration = type("DeviceClaimConfiguration", "", {
  requests: field(1, atomicListOf(string), ""),
  opaque: field(1, opaqueDeviceConfiguration, "").pointer().embeddedIn(2),
});
export interface DeviceClaimConfiguration extends TypeOf<typeof deviceClaimConfiguration> {}

export const deviceConstraint = type("DeviceConstraint", "", {
  requests: field(1, atomicListOf(string), ""),
  matchAttribute: field(2, string, "").pointer(),
  distinctAttribute: field(3, string, "").pointer(),
});
export interface DeviceConstraint extends TypeOf<typeof deviceConstraint> {}

export const deviceSelector = type("DeviceSelector", "", {
  cel: field(1, celDeviceSelector, "").pointer(),
});
export interface DeviceSelector extends TypeOf<typeof deviceSelector> {}

export const deviceToleration = type("DeviceToleration", "", {
  key: field(1, string, ""),
  operator: field(2, string, ""),
  value: field(3, string, ""),
  effect: field(4, string, ""),
  tolerationSeconds: field(5, int64, "").pointer(),
});
export interface DeviceToleration extends TypeOf<typeof deviceToleration> {}

export const deviceSubRequest = type("DeviceSubRequest", "", {
  name: field(1, string, "").required(),
  deviceClassName: field(2, string, "").required(),
  selectors: field(3, atomicListOf(deviceSelector), ""),
  allocationMode: field(4, string, ""),
  count: field(5, int64, ""),
  tolerations: field(6, atomicListOf(deviceToleration), ""),
  capacity: field(7, capacityRequirements, "").pointer(),
});
export interface DeviceSubRequest extends TypeOf<typeof deviceSubRequest> {}

export const exactDeviceRequest = type("ExactDeviceRequest", "", {
  deviceClassName: field(1, string, "").required(),
  selectors: field(2, atomicListOf(deviceSelector), ""),
  allocationMode: field(3, string, ""),
  count: field(4, int64, ""),
  adminAccess: field(5, boolean, "").pointer(),
  tolerations: field(6, atomicListOf(deviceToleration), ""),
  capacity: field(7, capacityRequirements, "").pointer(),
});
export interface ExactDeviceRequest extends TypeOf<typeof exactDeviceRequest> {}

export const deviceRequest = type("DeviceRequest", "", {
  name: field(1, string, "").required(),
  exactly: field(2, exactDeviceRequest, "").pointer(),
  firstAvailable: field(3, atomicListOf(deviceSubRequest), ""),
});
export interface DeviceRequest extends TypeOf<typeof deviceRequest> {}

export const deviceClaim = type("DeviceClaim", "", {
  requests: field(1, atomicListOf(deviceRequest), "").always(),
  constraints: field(2, atomicListOf(deviceConstraint), ""),
  config: field(3, atomicListOf(deviceClaimConfiguration), ""),
});
export interface DeviceClaim extends TypeOf<typeof deviceClaim> {}

export const resourceClaimSpec = type("ResourceClaimSpec", "", {
  devices: field(1, deviceClaim, "").always(),
});
export interface ResourceClaimSpec extends TypeOf<typeof resourceClaimSpec> {}
