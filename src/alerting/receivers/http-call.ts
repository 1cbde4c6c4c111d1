/** Calls of the HTTP APIs of receivers: what is sent, and what the answer says about trying again. */
import type { Headers } from "#base";
import { type HttpClient, readBody } from "#outbound";
import { type FailureReason, SendError } from "../notify/integration.ts";

export interface HttpCall {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  /** Besides those that all calls have. */
  readonly headers?: Headers;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, where the body is no JSON. */
  readonly text?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Which answers are no success, and which of them another attempt may mend. */
export interface RetryRule {
  /** Statuses besides 5xx after which to try again. */
  readonly retryStatuses: readonly number[];
  /** What an answer says of its reason. */
  readonly details: (answer: HttpAnswer) => string;
}

export const retryRule: RetryRule = { retryStatuses: [], details: ({ text }) => text };
/** The same where too many calls are answered by 429. */
export const limitedRetryRule: RetryRule = { ...retryRule, retryStatuses: [429] };

const userAgent = "Alertmanager/0.34.0";
const answerBytesMax = 1024 * 1024;
const detailsLengthMax = 1024;

/** Any status is an answer. Rejects with a `SendError` when there is none. */
export async function call(
  client: HttpClient,
  { method, url, headers = {}, body, text }: HttpCall,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const isJson = body !== undefined;
  const sent = isJson ? JSON.stringify(body) : text;
  const request = {
    method,
    url: checkedUrl(url),
    headers: {
      "user-agent": userAgent,
      ...(isJson ? { "content-type": "application/json" } : {}),
      ...headers,
    },
    body: sent === undefined ? undefined : new TextEncoder().encode(sent),
    unixPath: undefined,
  };
  try {
    const response = await client.send(request, signal);
    const bytes = await readBody(response, { bytesMax: answerBytesMax });
    return {
      status: response.status,
      headers: response.headers,
      text: new TextDecoder().decode(bytes),
    };
  } catch (error) {
    throw unanswered(method, error, signal);
  }
}

/** Calls, and throws a `SendError` for an answer that is no success. */
export async function callSuccessfully(
  client: HttpClient,
  request: HttpCall,
  rule: RetryRule,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const answer = await call(client, request, signal);
  const failure = failureOf(answer, rule);
  if (failure !== undefined) throw failure;
  return answer;
}

/** What an answer that is no success comes to; undefined for a success. */
export function failureOf(answer: HttpAnswer, rule: RetryRule): SendError | undefined {
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  const details = rule.details(answer).slice(0, detailsLengthMax);
  const message = `unexpected status code ${status}`;
  return new SendError(details === "" ? message : `${message}: ${details}`, {
    isRetryable: (status >= 500 && status < 600) || rule.retryStatuses.includes(status),
    reason: reasonOfStatus(status),
  });
}

export function reasonOfStatus(status: number): FailureReason {
  if (status === 401 || status === 403) return "authError";
  if (status === 429) return "rateLimited";
  if (status >= 400 && status < 500) return "clientError";
  return status >= 500 && status < 600 ? "serverError" : "other";
}

function checkedUrl(url: string): string {
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return url;
  throw new SendError(`unsupported protocol scheme or invalid URL`, {
    isRetryable: false,
    reason: "clientError",
  });
}

/** Addresses are secrets often enough; they are in no message. */
function unanswered(method: string, error: unknown, signal: AbortSignal): SendError {
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  const told = error instanceof Error ? error.message : String(error);
  const problem = told.replace(/^\w+ "(?:[^"\\]|\\.)*": /, "");
  return new SendError(`${verb} "<redacted>": ${problem}`, {
    isRetryable: true,
    reason: signal.aborted ? "contextDeadlineExceeded" : "other",
  });
}
