export {
  type OtlpObserver,
  OtlpReceiver,
  type OtlpReceiverDeps,
  type OtlpReceiverOptions,
} from "./receive/receiver.ts";
export type { DeltaRule } from "./translate/rules.ts";
