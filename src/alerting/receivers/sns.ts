/** Amazon SNS: to a topic, a telephone or an endpoint, signed as AWS asks. */
import { escapeUrlQuery } from "#gotemplate";
import {
  bool,
  field,
  mapOf,
  struct,
  secret,
  type StructType,
  text,
  type ValueOf,
} from "#promconfig";
import { isSet, templateField, withSlash } from "../config/receiver-options.ts";
import { SendError } from "../notify/integration.ts";
import { callSuccessfully, type HttpAnswer, type RetryRule } from "./http-call.ts";
import { openHttp } from "./http-receiver.ts";
import type { Message } from "./message.ts";
import {
  httpReceiverParts,
  type ReceiverDeps,
  type ReceiverKind,
  withGlobalHttp,
} from "./receiver-kind.ts";
import { type AwsCredentials, signedHeaders } from "./sigv4.ts";
import { truncateBytes } from "./truncate.ts";

const sigv4Type = struct("sigv4.SigV4Config", {
  region: field("region", text),
  accessKey: field("access_key", text),
  secretKey: field("secret_key", secret),
  profile: field("profile", text),
  roleArn: field("role_arn", text),
  externalId: field("external_id", text),
});

const parts = {
  ...httpReceiverParts(true),
  apiUrl: templateField("api_url"),
  sigv4: field("sigv4", sigv4Type, sigv4Type.initial),
  topicArn: templateField("topic_arn"),
  phoneNumber: templateField("phone_number"),
  targetArn: templateField("target_arn"),
  subject: templateField("subject", '{{ template "sns.default.subject" . }}'),
  message: templateField("message", '{{ template "sns.default.message" . }}'),
  attributes: field("attributes", mapOf(text)),
  usesAwsClient: field("use_aws_http_client", bool),
} as const;

type SnsConfig = ValueOf<typeof parts>;
const type: StructType<SnsConfig> = struct("sns.plain", parts, {
  check: ({ topicArn, phoneNumber, targetArn, sigv4 }) => {
    const given = [topicArn, phoneNumber, targetArn].filter((one) => one !== "").length;
    if (given !== 1 && given !== 3) {
      return "must provide either a Target ARN, Topic ARN, or Phone Number for SNS config";
    }
    if (sigv4.roleArn !== "") return "sigv4.role_arn is not supported; give an access_key";
    if (sigv4.profile !== "") return "sigv4.profile is not supported; give an access_key";
    return isSet(sigv4.accessKey) === isSet(sigv4.secretKey)
      ? undefined
      : "must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SNS config";
  },
});

const messageBytesMax = 256 * 1024;
/** Of a short message to a telephone. */
const shortMessageBytesMax = 1_600;

const rule: RetryRule = { retryStatuses: [], details: detailsOf };

export const snsKind: ReceiverKind<SnsConfig> = {
  name: "sns",
  type,
  complete: withGlobalHttp,
  open: (config, deps) =>
    openHttp(config, deps, async (message, client, signal) => {
      const credentials = credentialsOf(config, deps);
      const template = config.apiUrl;
      const url =
        template === ""
          ? `https://sns.${credentials.region}.amazonaws.com/`
          : withSlash(message.address(template, "api_url"));
      const body = Object.entries(parametersOf(message, config))
        .map(([name, value]) => `${escapeUrlQuery(name)}=${escapeUrlQuery(value)}`)
        .join("&");
      const headers = signedHeaders({ url, body, nowMs: deps.clock.nowMs() }, credentials);
      await callSuccessfully(client, { method: "POST", url, headers, text: body }, rule, signal);
    }),
};

/** Those of the file, or those of the environment. */
function credentialsOf({ sigv4 }: SnsConfig, { env }: ReceiverDeps): AwsCredentials {
  const isOwn = isSet(sigv4.accessKey);
  const region = sigv4.region === "" ? (env("AWS_REGION") ?? "") : sigv4.region;
  const credentials = {
    region,
    service: "sns",
    accessKey: isOwn ? sigv4.accessKey : (env("AWS_ACCESS_KEY_ID") ?? ""),
    secretKey: isOwn ? sigv4.secretKey.reveal() : (env("AWS_SECRET_ACCESS_KEY") ?? ""),
    sessionToken: isOwn ? "" : (env("AWS_SESSION_TOKEN") ?? ""),
  };
  if (region === "") throw refused("region not configured in sns.sigv4.region");
  if (credentials.accessKey === "") throw refused("no credentials for AWS: sns.sigv4.access_key");
  return credentials;
}

function refused(problem: string): SendError {
  return new SendError(problem, { isRetryable: true, reason: "authError" });
}

function parametersOf(message: Message, config: SnsConfig): Readonly<Record<string, string>> {
  const whole = message.prose(config.message);
  const bytesMax = config.phoneNumber === "" ? messageBytesMax : shortMessageBytesMax;
  const sent = truncateBytes(whole, bytesMax);
  const own = [...config.attributes].map(
    ([name, value]) => [message.detail(name), message.detail(value)] as const,
  );
  const attributes = new Map(sent === whole ? own : [...own, ["truncated", "true"] as const]);
  const subject = message.prose(config.subject);
  return {
    Action: "Publish",
    Version: "2010-03-31",
    ...targetOf(message, config),
    ...(subject === "" ? {} : { Subject: subject }),
    Message: sent,
    ...attributeParameters(attributes),
  };
}

function targetOf(message: Message, config: SnsConfig): Readonly<Record<string, string>> {
  const topic = message.address(config.topicArn, "topic_arn");
  const phone = message.address(config.phoneNumber, "phone_number");
  const target = message.address(config.targetArn, "target_arn");
  const { identity } = message;
  return {
    ...(topic === "" ? {} : { TopicArn: topic }),
    ...(phone === "" ? {} : { PhoneNumber: phone }),
    ...(target === "" ? {} : { TargetArn: target }),
    // A topic that keeps the order asks of what.
    ...(topic.endsWith(".fifo")
      ? { MessageDeduplicationId: identity, MessageGroupId: identity }
      : {}),
  };
}

function attributeParameters(
  attributes: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const parameters: Record<string, string> = {};
  for (const [index, [name, value]] of [...attributes].entries()) {
    const entry = `MessageAttributes.entry.${index + 1}`;
    parameters[`${entry}.Name`] = name;
    parameters[`${entry}.Value.DataType`] = "String";
    parameters[`${entry}.Value.StringValue`] = value;
  }
  return parameters;
}

/** Their answers are XML; what people want of them is the message. */
function detailsOf({ text: answer }: HttpAnswer): string {
  return /<Message>([^<]*)<\/Message>/.exec(answer)?.[1] ?? answer;
}
