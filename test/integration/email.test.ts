/** Letters to a real mail server, by each way to protect the conversation and to say who we are. */
import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { ReceiverBench } from "../../src/alerting/receivers/testing.ts";
import { realSecureDialer } from "../../src/host/dialer.ts";

interface Received {
  /** `PLAIN ops as STARTTLS`, `nobody in the clear`. */
  readonly how: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly letter: string;
}

class Mailbox implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly #server: SMTPServer;

  constructor(options: SMTPServerOptions) {
    this.#server = new SMTPServer({
      authOptional: true,
      authMethods: ["PLAIN", "LOGIN", "CRAM-MD5"],
      ...options,
      onAuth: (auth, _session, done) => {
        const isRight =
          auth.method === "CRAM-MD5" ? auth.validatePassword("pw") : auth.password === "pw";
        if (isRight) done(null, { user: `${auth.method} ${auth.username}` });
        else done(new Error("Invalid username or password"));
      },
      onData: (stream, session, done) => {
        void text(stream).then((letter) => {
          const { mailFrom, rcptTo } = session.envelope;
          this.received.push({
            how: `${session.user ? String(session.user) : "nobody"} ${session.secure ? "protected" : "in the clear"}`,
            from: mailFrom === false ? "" : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            letter,
          });
          done();
        });
      },
    });
  }

  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", () => resolve()));
    return (this.#server.server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

const trusting = "tls_config: {insecure_skip_verify: true}";
const ops = "auth_username: ops, auth_password: pw, auth_secret: pw";

// The server's options, those of the receiver, and how the letter came; or what kept it.
const ways: readonly (readonly [server: SMTPServerOptions, receiver: string, outcome: string])[] = [
  [{}, trusting, "nobody protected"],
  [{}, `${trusting}, ${ops}`, "PLAIN ops protected"],
  [{ authMethods: ["LOGIN"] }, `${trusting}, ${ops}`, "LOGIN ops protected"],
  [{ authMethods: ["CRAM-MD5"] }, `${trusting}, ${ops}`, "CRAM-MD5 ops protected"],
  [{ secure: true }, `force_implicit_tls: true, ${trusting}`, "nobody protected"],
  [{ disabledCommands: ["STARTTLS"] }, "require_tls: false", "nobody in the clear"],
  [{ hideSTARTTLS: true }, trusting, "retry 'require_tls' is true (default) but"],
  [{}, "hello: me", "retry establish connection to server: "],
  [{}, `${trusting}, auth_username: ops, auth_password: no`, "retry plain auth: 535 "],
  [
    { onRcptTo: (_address, _session, done) => done(new Error("nobody of that name")) },
    trusting,
    "retry send RCPT command: 550 nobody of that name",
  ],
  [{}, `${trusting}, from: '{{ .Nope }}'`, "give up failed to template 'from' address: "],
];

for (const [server, receiver, want] of ways) {
  test(`${JSON.stringify(server)} and {${receiver}}: ${want}`, async () => {
    await using mailbox = new Mailbox(server);
    const port = await mailbox.open();
    const from = receiver.includes("from:") ? "" : ", from: 'Alerts <am@example.org>'";
    const config = `email_configs: [{to: 'a@example.org, B <b@example.org>', smarthost: '127.0.0.1:${port}', ${receiver}${from}}]`;
    const bench = new ReceiverBench(config, { dialer: realSecureDialer });
    let outcome = "";
    try {
      await bench.tell("+High{job=api}");
    } catch (error) {
      const isRetryable = error instanceof Object && "isRetryable" in error && error.isRetryable;
      outcome = `${isRetryable === true ? "retry" : "give up"} ${(error as Error).message}`;
    }
    const [letter] = mailbox.received;
    outcome += letter?.how ?? "";
    assert.equal(outcome.slice(0, want.length), want, outcome);
    if (letter === undefined) return;
    assert.deepEqual(
      [letter.from, letter.to],
      ["am@example.org", ["a@example.org", "b@example.org"]],
    );
  });
}

test("a letter has headers, a text and a page that nothing in an alert can break", async () => {
  await using mailbox = new Mailbox({});
  const port = await mailbox.open();
  const bench = new ReceiverBench(
    `
email_configs:
- to: a@example.org
  from: am@example.org
  smarthost: 127.0.0.1:${port}
  tls_config: {insecure_skip_verify: true}
  text: "{{ .Status }}\\n.\\nüber {{ .CommonAnnotations.summary }} ={{ len .Alerts }}"
  html: '<p title="{{ .CommonAnnotations.summary }}">{{ .CommonAnnotations.summary }}</p>'
  headers: {subject: 'Störung {{ .GroupLabels.alertname }}', X-Team: ops}
  threading: {enabled: true, thread_by_date: daily}
`,
    { dialer: realSecureDialer },
  );
  await bench.tell("+High");
  const letter = mailbox.received[0]?.letter ?? "";
  const boundary = /boundary=([0-9a-f]+)/.exec(letter)?.[1] ?? "";
  const told = letter
    .replaceAll(boundary, "<boundary>")
    .replace(/<\d+\.[0-9a-f]+@/, "<id@")
    .replace(/alert-[0-9a-f]{16}/g, "alert-<group>");
  assert.equal(
    told,
    [
      "Subject: =?utf-8?q?St=C3=B6rung_High?=",
      "To: a@example.org",
      "From: am@example.org",
      "X-Team: ops",
      "Message-Id: <id@am-0>",
      "References: <alert-<group>-2026-03-01@alertmanager>",
      "In-Reply-To: <alert-<group>-2026-03-01@alertmanager>",
      "Date: Sun, 01 Mar 2026 12:00:00 +0000",
      "Content-Type: multipart/alternative;  boundary=<boundary>",
      "MIME-Version: 1.0",
      "",
      "--<boundary>",
      "Content-Transfer-Encoding: quoted-printable",
      "Content-Type: text/plain; charset=UTF-8",
      "",
      "firing",
      ".",
      "=C3=BCber High & <all> =3D1",
      "--<boundary>",
      "Content-Transfer-Encoding: quoted-printable",
      "Content-Type: text/html; charset=UTF-8",
      "",
      '<p title=3D"High &amp; &lt;all&gt;">High &amp; &lt;all&gt;</p>',
      "--<boundary>--",
      "",
    ].join("\r\n"),
  );
});
