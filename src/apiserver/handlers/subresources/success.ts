import { status } from "#api/meta/v1";
import type { ValueAnswer } from "../../respond/answer.ts";

/** What a subresource answers that has nothing to show: `Status` Success. */
export function answerSuccess(code: number): ValueAnswer {
  const value = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code };
  return { kind: "value", status: code, schema: status, value };
}
