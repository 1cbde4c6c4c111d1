/**
 * What each kind of receiver is sent by the real Alertmanager 0.25 and by ours, of the same alerts: the
 * default templates and the forms of the wire. Kinds that 0.25 does not have are held to
 * `src/alerting/receivers/testdata/wire.txt` alone.
 */
import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { SMTPServer } from "smtp-server";
import { openFolder } from "../../src/host/testing.ts";
import { amtool, skip, startPair, type ToldRequest, until } from "./alertmanager-pair.ts";

const kindCount = 11;

function configOf(hook: string, mailPort: number): string {
  return `
global:
  opsgenie_api_url: ${hook}/opsgenie
  wechat_api_url: ${hook}/wechat
  victorops_api_url: ${hook}/victorops
  telegram_api_url: ${hook}/telegram
  webex_api_url: ${hook}/webex
  pagerduty_url: ${hook}/pagerduty
  slack_api_url: ${hook}/slack
  smtp_smarthost: 127.0.0.1:${mailPort}
  smtp_from: am@example.org
  smtp_require_tls: false
route:
  receiver: every.kind
  group_by: [alertname, cluster]
  group_wait: 1s
  group_interval: 2s
receivers:
- name: every.kind
  discord_configs: [{webhook_url: '${hook}/discord'}]
  email_configs:
  - to: ops@example.org
    send_resolved: true
    text: "{{ .CommonAnnotations.SortedPairs.Values | join \\" \\" }}\\n{{ range .Alerts }}{{ .Labels.Names | join \\",\\" }} {{ .StartsAt.IsZero | not }}\\n{{ end }}"
  opsgenie_configs: [{api_key: k, tags: 'a,b', priority: P2, update_alerts: true, details: {d: '{{ .Status | toUpper }}'}}]
  pagerduty_configs: [{routing_key: rk, severity: '{{ .CommonLabels.severity }}', class: '{{ .GroupLabels.cluster | title }}', details: {firing: '', resolved: '', num_firing: 'n {{ len .Alerts.Firing }}', num_resolved: ''}}]
  slack_configs:
  - channel: '#ops'
    send_resolved: true
    text: '{{ range .Alerts }}{{ .Annotations.summary | reReplaceAll "<(.*)>" "[$1]" }} {{ match "^hi" .Annotations.summary }}{{ end }}'
    fields: [{title: a, value: '{{ (.CommonLabels.Remove (stringSlice "job" "alertname")).Values | join " " }}', short: true}]
    actions: [{type: button, text: open, url: '{{ (index .Alerts 0).GeneratorURL }}'}]
  sns_configs: [{api_url: '${hook}/sns', topic_arn: 'arn:aws:sns:us-east-2:1:x', sigv4: {region: us-east-2, access_key: AK, secret_key: SK}, attributes: {severity: '{{ .CommonLabels.severity }}'}}]
  telegram_configs: [{bot_token: bt, chat_id: -12}]
  victorops_configs: [{api_key: k, routing_key: r, custom_fields: {x: '{{ .Receiver }}'}}]
  webex_configs: [{room_id: r, http_config: {authorization: {credentials: c}}}]
  webhook_configs: [{url: '${hook}/webhook'}]
  wechat_configs: [{api_secret: s, corp_id: c, to_user: u, send_resolved: true}]
`;
}

test("every kind of receiver is told the same", { skip, timeout: 120_000 }, async () => {
  await using folder = await openFolder();
  await using stack = new AsyncDisposableStack();
  const mail = { real: await openMailbox(stack), ours: await openMailbox(stack) };
  const pair = await startPair(
    {
      folder: folder.path,
      config: (hook, name) => configOf(hook, mail[name].port),
      answer: ({ target }) => answers.find(([path]) => target.startsWith(path))?.[1] ?? "ok",
    },
    stack,
  );
  const kindsTold = (told: readonly ToldRequest[]) => new Set(told.map(kindOf)).size;
  const add = (...args: readonly string[]) =>
    Promise.all(pair.map(({ url }) => amtool(url, ["alert", "add", ...args])));
  const alert = [
    "High",
    "cluster=eu",
    "job=api",
    "severity=critical",
    "instance=a&b",
    "--annotation=summary=high <load> & 'more'",
    "--annotation=runbook=http://r/?a=1&b=2",
    "--generator-url=http://prometheus.example/graph?g0.expr=up%7Ba%3D%22b%22%7D&g0.tab=1",
  ];
  await add(...alert);
  for (const { name, told } of pair) {
    await until(() => kindsTold(told) === kindCount - 1 && mail[name].letters.length === 1, name);
  }
  const counts = pair.map(({ told }) => told.length);
  await add(...alert, `--end=${new Date(Date.now() - 1_000).toISOString()}`);
  for (const [index, { name, told }] of pair.entries()) {
    const later = () => kindsTold(told.slice(counts[index]));
    await until(() => later() === kindCount - 1 && mail[name].letters.length === 2, `${name} over`);
  }
  const [left, right] = pair.map(({ told }) => told.map(shown).sort());
  assert.deepEqual(right, left);
  assert.deepEqual(mail.ours.letters, mail.real.letters);
});

const answers: readonly (readonly [path: string, body: string])[] = [
  ["/wechat/gettoken", '{"access_token":"tk"}'],
  ["/wechat", '{"errcode":0}'],
  ["/telegram", '{"ok":true,"result":{"message_id":1,"chat":{"id":1}}}'],
  [
    "/sns",
    "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>",
  ],
];

function kindOf({ target }: ToldRequest): string {
  return /^\/([a-z]+)/.exec(target)?.[1] ?? "";
}

/** What of a request both must agree on; newer forms are brought back to those of 0.25. */
function shown(request: ToldRequest): string {
  const { method, target, headers } = request;
  const kind = kindOf(request);
  const authorization = String(headers["authorization"] ?? "").replace(/Credential=.*/, "…");
  const place = kind === "wechat" ? target.replace(/\?.*/, "") : target;
  return `${method} ${place} ${authorization} ${bodyOf(kind, request)}`;
}

function bodyOf(kind: string, { body }: ToldRequest): string {
  if (kind === "sns") return decoded(body);
  if (!body.startsWith("{")) return body;
  const { notification_reason: _reason, routeLabels: _route, ...message } = JSON.parse(body);
  // The wire of later versions: an embed's own texts, and texts that are numbers.
  if (kind === "discord") delete message.content;
  if (kind === "pagerduty") {
    const { custom_details: details } = message.payload;
    message.payload.custom_details = Object.fromEntries(
      Object.entries(details).map(([name, value]) => [name, value ?? ""]),
    );
  }
  return ordered(message);
}

function ordered(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one !== "object" || one === null || Array.isArray(one)
      ? withoutFractions(one)
      : Object.fromEntries(
          Object.entries(one)
            .filter(([name]) => name !== "startsAt" && name !== "endsAt")
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        ),
  );
}

function withoutFractions(value: unknown): unknown {
  return typeof value === "string" ? value.replace(/(T\d\d:\d\d:\d\d)\.\d+Z/g, "$1Z") : value;
}

function decoded(form: string): string {
  return [...new URLSearchParams(form)]
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join("&");
}

async function openMailbox(stack: AsyncDisposableStack) {
  const letters: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onData: (stream, _session, done) => {
      void text(stream).then((letter) => {
        letters.push(readable(letter));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  stack.defer(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { letters, port: (server.server.address() as AddressInfo).port };
}

/** What a reader sees of a letter: headers that matter, texts, and where links of the page lead. */
function readable(letter: string): string {
  const plain = letter
    .replace(/=\r\n/g, "")
    .replace(/(?:=[0-9A-F]{2})+/g, (bytes) =>
      Buffer.from(bytes.replaceAll("=", ""), "hex").toString("utf8"),
    );
  const headers = plain.match(/^(?:Subject|To|From|MIME-Version): .*$/gm) ?? [];
  const [, text_ = "", html = ""] = plain.split(/^--[0-9a-f]+\r\n[^]*?\r\n\r\n/m);
  const page = html.replace(/<!--[^]*?-->|<style[^]*?<\/style>/g, "");
  const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, link]) => link);
  const said = page
    .replace(/<[^>]*>/g, " ")
    .replace(/--[0-9a-f]+--/, "")
    .replace(/\s+/g, " ");
  return [...headers.sort(), text_.trim(), said.trim(), ...links].join("\n");
}
