import { answerObject } from "../respond/answer.ts";
import { parseGetPoint } from "../request/read-options.ts";
import type { Handler } from "../request/request-context.ts";

/** `GET …/{resource}/{name}`: one object, as stored. */
export const getObject: Handler = async ({ reader }, { target, resource, signal }) => {
  await reader.settle(parseGetPoint(target.query), signal);
  return answerObject(await reader.get(resource, target));
};
