import type { Clock } from "#base";
import type { OncallConfig, Ways, WebPushCrypto } from "#oncall";
import { sendMailBy } from "./send-mail.ts";

/** The ways in which pages go out, as configured. */
export function waysOf({ file }: OncallConfig, crypto: WebPushCrypto, clock: Clock): Ways {
  const { smtp, slack, telegram, twilio, webPush, ntfyToken } = file;
  return {
    mail: smtp && sendMailBy(smtp, clock),
    slack: slack && { apiUrl: slack.apiUrl, botToken: slack.botToken.reveal() },
    telegram: telegram && { apiUrl: telegram.apiUrl, botToken: telegram.botToken.reveal() },
    twilio: twilio && { ...twilio, authToken: twilio.authToken.reveal() },
    webPush: webPush && { crypto, subject: webPush.subject },
    ntfyToken: ntfyToken.reveal(),
  };
}
