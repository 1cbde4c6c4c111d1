/** `pods/{name}/log`: what a container wrote, as its node's agent tells it. */

import { badRequest, invalid, notFound, StatusError } from "#api";
import type { HttpResponse } from "#base";
import { collect } from "#http";
import type { Handler } from "../../request/request-context.ts";
import type { RawAnswer } from "../../respond/answer.ts";
import { containerOf, getPod } from "./pod-container.ts";

/** The parameters that agents understand, under the same names. */
const forwarded = [
  "follow",
  "previous",
  "sinceSeconds",
  "sinceTime",
  "timestamps",
  "tailLines",
  "limitBytes",
];
const counts = ["sinceSeconds", "tailLines", "limitBytes"];
const refusalBytesMax = 16 * 1024;

export const getLog: Handler = async (parts, { target, signal }) => {
  checkCounts(target.query);
  const object = await getPod(parts, target);
  const container = containerOf(object, target.query.get("container") ?? "");
  const nodeName = object.spec?.nodeName ?? "";
  // Nothing has been written yet where nothing can have run.
  if (nodeName === "") return logAnswer({ status: 200, headers: {}, body: new Uint8Array() });

  const query = new URLSearchParams();
  for (const name of forwarded) {
    const value = target.query.get(name);
    if (value !== null) query.set(name, value);
  }
  const path = ["", "containerLogs", target.namespace, target.name, container].join("/");
  const request = { method: "GET", target: `${path}?${query}`, headers: {}, body: undefined };
  const transport = await reached(() => parts.nodes.connectNode(nodeName, signal));
  const response = await reached(() => transport.send(request, signal));
  if (response.status === 200) return logAnswer(response);
  throw await refusalOf(response, target.name);
};

/** Names the failure of a node or of the way to it. */
export async function reached<T>(reach: () => Promise<T>): Promise<T> {
  try {
    return await reach();
  } catch (error) {
    // Whatever it is, the client learns that it was not the request.
    const message = error instanceof Error ? error.message : String(error);
    throw new StatusError("InternalError", `error dialing backend: ${message}`, { cause: error });
  }
}

function logAnswer({ body }: HttpResponse): RawAnswer {
  const headers = { "content-type": "text/plain" };
  return { kind: "raw", response: { status: 200, headers, body } };
}

async function refusalOf({ status, body }: HttpResponse, name: string): Promise<StatusError> {
  const tooLong = () => new Error("the answer of the node is too long");
  const bytes = await collect(body ?? new Uint8Array(), refusalBytesMax, tooLong);
  const text = new TextDecoder().decode(bytes).trim();
  if (status === 400) return badRequest(text);
  if (status === 404) return notFound({ group: "", name: "pods/log" }, text === "" ? name : text);
  return new StatusError("InternalError", text);
}

function checkCounts(query: URLSearchParams): void {
  const errors = counts.flatMap((name) => {
    const text = query.get(name);
    if (text === null) return [];
    const count = /^-?[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(count)) throw badRequest(`${name} is no number: ${JSON.stringify(text)}`);
    const least = name === "tailLines" ? 0 : 1;
    if (count >= least) return [];
    const why = `must be greater than ${least === 0 ? "or equal to 0" : "0"}`;
    const message = `Invalid value: ${count}: ${why}`;
    return [{ field: name, reason: "FieldValueInvalid", message } as const];
  });
  if (errors.length > 0) throw invalid({ group: "", name: "PodLogOptions" }, "", errors);
}
