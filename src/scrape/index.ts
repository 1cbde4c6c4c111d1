export type { OwnAddress } from "./global-url.ts";
export {
  type RelabelStepStatus,
  Scraper,
  type ScraperDeps,
  type ScraperOptions,
  type TargetStatus,
} from "./scraper.ts";
export type { Health } from "./target.ts";
export { type TargetOutcome, targetsOfGroup } from "./target-labels.ts";
