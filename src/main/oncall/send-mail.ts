import type { Clock } from "#base";
import { letterDate, letterOf, SmtpClient, SmtpError } from "#alerting";
import { realDisk, realMachine, realSecureDialer, systemRandom } from "#host";
import { TlsSettings } from "#outbound";
import { tlsConfigType } from "#promconfig";
import { DeliveryError, type Mail, type SendMail, type SmtpConfig } from "#oncall";

interface DatedMail extends Mail {
  readonly nowMs: number;
}

const submissionsPort = 465;

/** Sends letters by the mail server that is configured, each in a conversation of its own. */
export function sendMailBy(smtp: SmtpConfig, clock: Clock): SendMail {
  return async (mail, signal) => {
    try {
      await deliver(smtp, { ...mail, nowMs: clock.nowMs() }, signal);
    } catch (error) {
      if (!(error instanceof SmtpError)) throw error;
      // What begins with 5 is refused for good, but for a server that refuses everybody for now.
      const isRetryable = !/\b5[05]\d /.test(error.message);
      throw new DeliveryError(error.message, { isRetryable, cause: error });
    }
  };
}

async function deliver(smtp: SmtpConfig, mail: DatedMail, signal: AbortSignal): Promise<void> {
  const { hostname } = await realMachine.describe();
  const colon = smtp.smarthost.lastIndexOf(":");
  const [host, port] = [smtp.smarthost.slice(0, colon), Number(smtp.smarthost.slice(colon + 1))];
  const tls = await new TlsSettings(realDisk, tlsConfigType.initial).read();
  const clear =
    port === submissionsPort ? undefined : await realSecureDialer.connectClear(host, port, signal);
  const connection = clear ?? (await realSecureDialer.connectTls({ host, port }, tls, signal));
  const abandon = () => void connection[Symbol.asyncDispose]();
  signal.addEventListener("abort", abandon, { once: true });
  const client = new SmtpClient(connection);
  try {
    await client.begin(hostname);
    if (smtp.requireTls && clear !== undefined) {
      await client.startTls(clear, { host, tls, hello: hostname }, signal);
    }
    if (smtp.username !== "") {
      const password = smtp.password.reveal();
      await client.authenticate({ username: smtp.username, password, identity: "", secret: "" });
    }
    await client.send({ from: addressOf(smtp.from), to: [mail.to], text: letterText(smtp, mail) });
  } finally {
    signal.removeEventListener("abort", abandon);
    if (!signal.aborted) await client.quit();
  }
}

function letterText({ from }: SmtpConfig, mail: DatedMail): string {
  const boundary = Array.from(systemRandom.bytes(12), (byte) => byte.toString(16)).join("");
  return letterOf(
    [
      ["From", from],
      ["To", mail.to],
      ["Subject", mail.subject],
      ["Message-Id", mail.messageId],
      ["Date", letterDate(mail.nowMs)],
      // Nobody who is away is to answer a page by machine.
      ["Auto-Submitted", "auto-generated"],
      ["X-Priority", "1"],
    ],
    [
      { contentType: "text/plain; charset=UTF-8", text: mail.text },
      { contentType: "text/html; charset=UTF-8", text: mail.html },
    ],
    boundary,
  );
}

/** `Wherry <oncall@example.com>` is sent by `oncall@example.com`. */
function addressOf(from: string): string {
  return /<([^>]+)>\s*$/.exec(from)?.[1] ?? from;
}
