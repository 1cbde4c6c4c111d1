import { SendError, type TakeOnCall } from "#alerting";
import { describeError } from "#base";
import { IntakeError, RefusedError } from "#oncall";
import type { OnCallBeside } from "./file-on-call.ts";

/** How receivers hand alerts to on-call. What on-call refuses is not tried again. */
export function takeOnCallBy(onCall: Pick<OnCallBeside, "take">): TakeOnCall {
  return async (group) => {
    try {
      await onCall.take(group);
    } catch (error) {
      const isRefused = error instanceof RefusedError || error instanceof IntakeError;
      const reason = isRefused ? "clientError" : "serverError";
      const why = { isRetryable: !isRefused, reason, cause: error } as const;
      throw new SendError(describeError(error), why);
    }
  };
}
