import { StatusError } from "#api";
import { placed } from "../objects/object-content.ts";
import { decodeBody } from "../request/body.ts";
import type { Handler } from "../request/request-context.ts";
import { parseWriteOptions } from "../request/write-options.ts";

/** `POST …/{reviews}`: a question is answered and forgotten. */
export const answerReview: Handler = async (parts, context) => {
  const { request, resource, target, user, signal } = context;
  const review = parts.reviews.find(({ kind }) => kind === resource.kind);
  if (review === undefined) {
    throw new StatusError("NotImplemented", `${resource.kind.kind} is not answered by this server`);
  }
  const options = parseWriteOptions(target.query, "CreateOptions");
  const { object, warnings } = await decodeBody(request, resource.kind, options.fieldValidation);
  for (const warning of warnings) context.warn(warning);
  const question = { object: placed(resource, object, target), user, namespace: target.namespace };
  const value = await review.answer(question, signal);
  return { kind: "value", status: 201, schema: resource.kind, value };
};
