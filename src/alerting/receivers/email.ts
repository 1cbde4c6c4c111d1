/** Email: a letter for each notification, by SMTP. */
import { type ClientTls, describeError, integerBelow } from "#base";
import { TlsSettings } from "#outbound";
import {
  bool,
  field,
  mapOf,
  optional,
  path,
  secret,
  shownField,
  struct,
  type StructType,
  text,
  tlsConfigType,
  type ValueOf,
} from "#promconfig";
import type { GlobalConfig } from "../config/global-config.ts";
import {
  hostPort,
  hostPortText,
  isSet,
  maybeBool,
  templateField,
} from "../config/receiver-options.ts";
import { SendError } from "../notify/integration.ts";
import { letterDate, letterOf, type LetterPart } from "./letter.ts";
import { parseAddresses } from "./mail-address.ts";
import type { Message } from "./message.ts";
import { readSecretOption, type ReceiverDeps, type ReceiverKind } from "./receiver-kind.ts";
import { SmtpClient, type SmtpCredentials, SmtpError } from "./smtp-client.ts";

const threadingType = struct("config.ThreadingConfig", {
  isEnabled: field("enabled", bool),
  threadByDate: field("thread_by_date", text),
});

const parts = {
  sendsResolved: shownField("send_resolved", bool, false),
  to: templateField("to"),
  from: templateField("from"),
  hello: field("hello", text),
  smarthost: field("smarthost", hostPort),
  username: field("auth_username", text),
  password: field("auth_password", secret),
  passwordFile: field("auth_password_file", path),
  secret: field("auth_secret", secret),
  secretFile: field("auth_secret_file", path),
  identity: field("auth_identity", text),
  headers: field("headers", mapOf(text)),
  html: templateField("html", '{{ template "email.default.html" . }}'),
  text: templateField("text"),
  requiresTls: field("require_tls", maybeBool),
  tls: field("tls_config", optional(tlsConfigType)),
  forcesImplicitTls: field("force_implicit_tls", maybeBool),
  threading: field("threading", threadingType, threadingType.initial),
} as const;

type EmailConfig = ValueOf<typeof parts>;
const type: StructType<EmailConfig> = struct("config.plain", parts, {
  check: emailProblem,
  fill: (config) => ({ ...config, headers: canonicalHeaders(config.headers) }),
});

const defaultSubject = '{{ template "email.default.subject" . }}';

export const emailKind: ReceiverKind<EmailConfig> = {
  name: "email",
  type,
  complete: completed,
  open: (config, deps) => {
    const tls = new TlsSettings(deps.disk, config.tls ?? tlsConfigType.initial);
    return async (message, signal) => {
      const letter = letterFor(message, config, deps);
      const credentials = await credentialsOf(config, deps);
      try {
        await deliver({ config, deps, tls: await tls.read(), credentials }, letter, signal);
      } catch (error) {
        if (error instanceof SendError) throw error;
        throw failedDelivery(error);
      }
    };
  },
};

function emailProblem(config: EmailConfig): string | undefined {
  const { to, headers, threading } = config;
  if (to === "") return "missing to address in email config";
  const names = [...headers.keys()].map(canonicalName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `duplicate header ${JSON.stringify(twice)} in email config`;
  if (!threading.isEnabled) return undefined;
  const own = ["References", "In-Reply-To"].find((name) => names.includes(name));
  if (own !== undefined) {
    return `conflicting configuration: threading.enabled conflicts with custom ${own} header`;
  }
  return ["none", "daily"].includes(threading.threadByDate)
    ? undefined
    : "threading.thread_by_date must be either 'none' or 'daily'";
}

function canonicalName(name: string): string {
  return name.toLowerCase().replace(/(?:^|-)[a-z]/g, (initial) => initial.toUpperCase());
}

function canonicalHeaders(headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...headers].map(([name, value]) => [canonicalName(name), value]));
}

function completed(config: EmailConfig, global: GlobalConfig): EmailConfig | string {
  const smarthost = config.smarthost.port === "" ? global.smtpSmarthost : config.smarthost;
  if (smarthost.port === "") return "no global SMTP smarthost set";
  const from = config.from === "" ? global.smtpFrom : config.from;
  if (from === "") return "no global SMTP from set";
  return {
    ...config,
    ...credentialsWith(config, global),
    smarthost,
    from,
    hello: config.hello === "" ? global.smtpHello : config.hello,
    requiresTls: config.requiresTls ?? global.smtpRequireTls,
    tls: config.tls ?? global.smtpTls,
    forcesImplicitTls: config.forcesImplicitTls ?? global.smtpForceImplicitTls,
  };
}

function credentialsWith(config: EmailConfig, global: GlobalConfig) {
  const hasPassword = isSet(config.password) || config.passwordFile !== "";
  const hasSecret = isSet(config.secret) || config.secretFile !== "";
  return {
    username: config.username === "" ? global.smtpAuthUsername : config.username,
    password: hasPassword ? config.password : global.smtpAuthPassword,
    passwordFile: hasPassword ? config.passwordFile : global.smtpAuthPasswordFile,
    secret: hasSecret ? config.secret : global.smtpAuthSecret,
    secretFile: hasSecret ? config.secretFile : global.smtpAuthSecretFile,
    identity: config.identity === "" ? global.smtpAuthIdentity : config.identity,
  };
}

interface Letter {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

function letterFor(message: Message, config: EmailConfig, deps: ReceiverDeps): Letter {
  const from = message.address(config.from, "'from' address");
  const to = message.address(config.to, "'to' address");
  const written = new Map([
    ["Subject", defaultSubject],
    ["To", config.to],
    ["From", config.from],
    ...config.headers,
  ]);
  const headers = [...written].map(([name, template]) => {
    const value = name === "Subject" ? message.prose(template) : message.detail(template);
    return [name, value.replace(/[\r\n]+/g, " ")] as const;
  });
  const random = () => integerBelow(deps.random, 2 ** 32).toString(16);
  const nowMs = deps.clock.nowMs();
  const own = [
    ...(written.has("Message-Id")
      ? []
      : [["Message-Id", `<${nowMs}.${random()}${random()}@${deps.hostname}>`] as const]),
    ...threadHeaders(message, config, nowMs),
    ["Date", letterDate(nowMs)] as const,
  ];
  return {
    from: oneAddress(from),
    to: addressesIn(to, "to"),
    text: letterOf([...headers, ...own], partsOf(message, config), `${random()}${random()}`),
  };
}

/** Letters of one group, or of one group on one day, refer to a letter that never was. */
function threadHeaders(message: Message, { threading }: EmailConfig, nowMs: number) {
  if (!threading.isEnabled) return [];
  const day = threading.threadByDate === "none" ? "" : new Date(nowMs).toISOString().slice(0, 10);
  const root = `<alert-${message.identity.slice(0, 16)}-${day}@alertmanager>`;
  return [
    ["References", root],
    ["In-Reply-To", root],
  ] as const;
}

function partsOf(message: Message, config: EmailConfig): readonly LetterPart[] {
  const plain = { contentType: "text/plain; charset=UTF-8", text: message.prose(config.text) };
  const html = { contentType: "text/html; charset=UTF-8", text: message.html(config.html) };
  return [...(config.text === "" ? [] : [plain]), ...(config.html === "" ? [] : [html])];
}

function oneAddress(written: string): string {
  const [only, ...others] = addressesIn(written, "from");
  if (only !== undefined && others.length === 0) return only;
  const problem = `must be exactly one 'from' address (got: ${others.length + 1})`;
  throw new SendError(problem, { isRetryable: false });
}

function addressesIn(written: string, what: string): readonly string[] {
  const addresses = parseAddresses(written);
  if (typeof addresses !== "string") return addresses;
  throw new SendError(`parse '${what}' addresses: ${addresses}`, { isRetryable: false });
}

async function credentialsOf(config: EmailConfig, { disk }: ReceiverDeps) {
  const { password, passwordFile, secret: key, secretFile } = config;
  const passwordOption = { text: password, file: passwordFile, name: "auth_password_file" };
  const secretOption = { text: key, file: secretFile, name: "auth_secret_file" };
  return {
    username: config.username,
    identity: config.identity,
    password: await readSecretOption(disk, passwordOption),
    secret: await readSecretOption(disk, secretOption),
  };
}

interface Delivery {
  readonly config: EmailConfig;
  readonly deps: ReceiverDeps;
  readonly tls: ClientTls;
  readonly credentials: SmtpCredentials;
}

async function deliver(delivery: Delivery, letter: Letter, signal: AbortSignal): Promise<void> {
  const { config, deps, tls, credentials } = delivery;
  const { host, port } = config.smarthost;
  const server = { host, port: Number(port), tls, hello: config.hello };
  const isImplicit = config.forcesImplicitTls ?? port === "465";
  const clear = isImplicit ? undefined : await deps.dialer.connectClear(host, server.port, signal);
  const connection = clear ?? (await deps.dialer.connectTls(server, tls, signal));
  const client = new SmtpClient(connection);
  // A server that says nothing is not waited for longer than the group has time.
  const abandon = () => void connection[Symbol.asyncDispose]();
  signal.addEventListener("abort", abandon, { once: true });
  try {
    await client.begin(config.hello);
    if (config.requiresTls === true && clear !== undefined) {
      if (client.extension("STARTTLS") === undefined) {
        throw new SmtpError(
          `'require_tls' is true (default) but "${hostPortText(config.smarthost)}" does not advertise the STARTTLS extension`,
        );
      }
      await client.startTls(clear, server, signal);
    }
    const authenticates = credentials.username !== "" && client.extension("AUTH") !== undefined;
    if (authenticates) await client.authenticate(credentials);
    await client.send(letter);
  } finally {
    signal.removeEventListener("abort", abandon);
    if (!signal.aborted) await client.quit();
  }
}

/** Another attempt may find the server in a better mood. */
function failedDelivery(error: unknown): SendError {
  const isRefusal = error instanceof SmtpError;
  const problem = isRefusal
    ? error.message
    : `establish connection to server: ${describeError(error)}`;
  return new SendError(problem, { isRetryable: true });
}
