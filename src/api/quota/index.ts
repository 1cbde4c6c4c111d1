export {
  addUsage,
  formatUsage,
  maskUsage,
  parseUsage,
  subtractUsage,
  type Usage,
} from "./usage.ts";
export { kindCounts, usageOfObject } from "./object-usage.ts";
export { unspecifiedAmounts } from "./pod-amounts.ts";
export { quotaCovers } from "./scopes.ts";
