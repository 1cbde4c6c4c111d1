import assert from "node:assert/strict";
import { createECDH, createPublicKey, verify } from "node:crypto";
import { test } from "node:test";
import { VirtualClock } from "#base/testing";
import { generateWebPushKey, openWebPushKeys } from "#host";
import { DeliveryError, type Page } from "../engine/page.ts";
import type { ContactKind } from "../roster.ts";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { createCourier, type Ways } from "./courier.ts";
import type { Mail } from "./mail.ts";
import type { Outbound } from "./post.ts";
import { SignedLinks } from "./signed-links.ts";
import { isSignedByTwilio } from "./twilio.ts";
import { encryptMessage, type WebPushCrypto } from "./web-push.ts";

const links = new SignedLinks(new Uint8Array(32).fill(7), "https://ops.example.com");
const clock = new VirtualClock();

test("an e-mail has the same id in every attempt, and a link that acknowledges", async () => {
  const { mails } = await deliver("email", "alice@example.com");
  const [mail] = mails;
  assert.equal(mail?.to, "alice@example.com");
  assert.equal(mail?.subject, "[web] <Web> is down (#12)");
  assert.equal(mail?.messageId, `<${page.id}@oncall.wherry>`);
  const [, token = ""] = /\/oncall\/acknowledge\/(\S+)/.exec(mail?.text ?? "") ?? [];
  assert.equal(links.open(token, clock.nowMs())?.user, "alice");
  assert.match(mail?.html ?? "", /<p>&lt;Web&gt; is down<\/p>/);
});

test("Slack gets a message with a button, by the token of the bot", async () => {
  const { request, body } = await deliver("slack", "U123", '{"ok":true,"ts":"1.2"}');
  assert.equal(request.url, "https://slack.test/api/chat.postMessage");
  assert.equal(request.headers["authorization"], "Bearer xoxb-1");
  const sent = JSON.parse(body);
  assert.equal(sent.channel, "U123");
  assert.match(sent.blocks[0].text.text, /^\[web\] &lt;Web&gt; is down/);
  assert.match(
    sent.blocks[1].elements[0].url,
    /^https:\/\/ops\.example\.com\/oncall\/acknowledge\//,
  );
});

test("Telegram gets a message with a button", async () => {
  const { request, body } = await deliver("telegram", "-100200", '{"ok":true}');
  assert.equal(request.url, "https://telegram.test/bot42:secret/sendMessage");
  const sent = JSON.parse(body);
  assert.equal(sent.chat_id, "-100200");
  assert.equal(sent.reply_markup.inline_keyboard[0][0].text, "Acknowledge");
});

test("ntfy gets JSON at the root of its server, with the topic inside", async () => {
  const { request, body } = await deliver("ntfy", "https://ntfy.test/on-call-alice");
  assert.equal(request.url, "https://ntfy.test/");
  const sent = JSON.parse(body);
  assert.deepEqual(
    [sent.topic, sent.priority, sent.title],
    ["on-call-alice", 5, "[web] <Web> is down (#12)"],
  );
});

test("a webhook gets everything, and the id by which a second attempt is known", async () => {
  const { request, body } = await deliver("webhook", "https://hook.test/page");
  assert.equal(request.headers["idempotency-key"], page.id);
  const sent = JSON.parse(body);
  assert.deepEqual(
    [sent.user, sent.service, sent.reason],
    ["alice", "web", "on call in web-primary"],
  );
});

test("a text message is a form with basic authentication", async () => {
  const { request, body } = await deliver("sms", "+4930123", '{"sid":"SM1"}');
  assert.equal(request.url, "https://twilio.test/2010-04-01/Accounts/AC1/Messages.json");
  assert.equal(request.headers["authorization"], `Basic ${btoa("AC1:token")}`);
  assert.equal(request.headers["content-type"], "application/x-www-form-urlencoded");
  const form = new URLSearchParams(body);
  assert.deepEqual([form.get("To"), form.get("From")], ["+4930123", "+15550001"]);
  assert.match(form.get("Body") ?? "", /^#12 web: <Web> is down\nAcknowledge: https:/);
  assert.match(form.get("StatusCallback") ?? "", /\/oncall\/status\//);
});

test("a call reads the page out and asks for a key", async () => {
  const { request, body } = await deliver("voice", "+4930123", '{"sid":"CA1"}');
  assert.equal(request.url, "https://twilio.test/2010-04-01/Accounts/AC1/Calls.json");
  const twiml = new URLSearchParams(body).get("Twiml") ?? "";
  assert.match(
    twiml,
    /<Gather numDigits="1" timeout="10" method="POST" action="https:[^"]*\/oncall\/voice\//,
  );
  assert.match(
    twiml,
    /<Say>#12 web: &lt;Web&gt; is down\. Press 4 to acknowledge, 6 to escalate\.<\/Say>/,
  );
});

test("Twilio's signature is that of its documentation", () => {
  const form = new URLSearchParams({
    CallSid: "CA1234567890ABCDE",
    Caller: "+12349013030",
    Digits: "1234",
    From: "+12349013030",
    To: "+18005551212",
  });
  const signed = {
    url: "https://mycompany.com/myapp.php?foo=1&bar=2",
    form,
    signature: "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
  };
  assert.ok(isSignedByTwilio({ authToken: "12345" }, signed));
  assert.ok(!isSignedByTwilio({ authToken: "12346" }, signed));
});

// The example of RFC 8291, section 5.
const example = {
  plain: "When I grow up, I want to be a watermelon",
  ours: "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
  theirs: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
  auth: "BTBZMqHH6r4Tts7J_aSIgg",
  salt: "DGv6ra1nlYgDCS1FRnbzlw",
  body: "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
};

test("a message to a browser is encrypted as in the example of RFC 8291", () => {
  const crypto: WebPushCrypto = {
    ...openWebPushKeys(generateWebPushKey()),
    randomBytes: () => bytesOf(example.salt),
    agree: (theirs) => {
      const pair = createECDH("prime256v1");
      pair.setPrivateKey(bytesOf(example.ours));
      return { publicKey: new Uint8Array(pair.getPublicKey()), secret: pair.computeSecret(theirs) };
    },
  };
  const subscription = { publicKey: bytesOf(example.theirs), authSecret: bytesOf(example.auth) };
  const body = encryptMessage(crypto, subscription, new TextEncoder().encode(example.plain));
  assert.equal(encodeBase64url(body), example.body);
});

test("a message to a browser names its sender to the push service (RFC 8292)", async () => {
  const keys = { p256dh: example.theirs, auth: example.auth };
  const address = JSON.stringify({ endpoint: "https://push.test/send/1", keys });
  const { request, ways } = await deliver("web-push", address);
  assert.equal(request.headers["content-encoding"], "aes128gcm");
  const found = /^vapid t=([^.]+)\.([^.]+)\.([^,]+), k=(.+)$/.exec(
    request.headers["authorization"] ?? "",
  );
  const [, header = "", claims = "", signature = "", key = ""] = found ?? [];
  assert.deepEqual(JSON.parse(atob(header)), { typ: "JWT", alg: "ES256" });
  const { aud, sub } = JSON.parse(atob(claims));
  assert.deepEqual([aud, sub], ["https://push.test", "mailto:ops@example.com"]);
  const point = ways.webPush?.crypto.publicKey ?? new Uint8Array();
  assert.equal(key, encodeBase64url(point));
  const coordinate = (from: number) => encodeBase64url(point.slice(from, from + 32));
  const jwk = { kty: "EC", crv: "P-256", x: coordinate(1), y: coordinate(33) };
  const publicKey = createPublicKey({ key: jwk, format: "jwk" });
  const signed = new TextEncoder().encode(`${header}.${claims}`);
  const how = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
  assert.ok(verify("sha256", signed, how, bytesOf(signature)));
});

// What an answer means: `again` is tried again, `never` is not, `?` may have arrived all the same.
const refusals: readonly (readonly [
  kind: ContactKind,
  status: number,
  answer: string,
  want: string,
])[] = [
  ["webhook", 500, "oops", "again"],
  ["webhook", 429, "", "again"],
  ["webhook", 504, "", "again ?"],
  ["webhook", 404, "<html>", "never"],
  ["slack", 200, '{"ok":false,"error":"ratelimited"}', "again"],
  ["slack", 200, '{"ok":false,"error":"channel_not_found"}', "never"],
  ["slack", 200, "<html>what?</html>", "never"],
  ["sms", 400, '{"code":21211}', "never"],
];

for (const [kind, status, answer, want] of refusals) {
  test(`${kind}: ${status} ${answer} is tried ${want}`, async () => {
    await assert.rejects(deliver(kind, addressOf(kind), answer, status), (error) => {
      assert.ok(error instanceof DeliveryError);
      assert.equal(
        `${error.isRetryable ? "again" : "never"}${error.isAmbiguous ? " ?" : ""}`,
        want,
      );
      return true;
    });
  });
}

test("a way that is not configured is refused", async () => {
  const ways: Ways = { ...waysOf([]), twilio: undefined };
  const courier = createCourier({
    clock,
    links,
    outbound: standIn("", 200).outbound,
    ways: () => ways,
  });
  const contact = { id: "c", kind: "sms", address: "+49", isVerified: true } as const;
  await assert.rejects(
    courier.send({ ...page, contact }, new AbortController().signal),
    new DeliveryError("twilio is not configured", { isRetryable: false }),
  );
});

test("a link grants what it says until it expires, and nothing when a letter of it is changed", () => {
  const grant = { incident: "i", user: "alice", message: "m", expiresAtMs: 1000 };
  const token = links.tokenOf(grant);
  assert.deepEqual(links.open(token, 999), grant);
  assert.equal(links.open(token, 1000), undefined);
  const other = new SignedLinks(new Uint8Array(32).fill(8), "");
  assert.equal(other.open(token, 0), undefined);
  for (let at = 0; at < token.length; at++) {
    const letter = token[at] === "A" ? "B" : "A";
    const changed = token.slice(0, at) + letter + token.slice(at + 1);
    // The last letter has bits that stand for nothing.
    if (at < token.length - 1) assert.equal(links.open(changed, 0), undefined);
  }
  assert.equal(links.open("", 0), undefined);
});

const page: Page = {
  id: "0123456789abcdef0123456789abcdef",
  purpose: "page",
  incident: "11111111-1111-4111-8111-111111111111",
  number: 12,
  service: "web",
  alert: {
    title: "<Web> is down",
    details: "5xx",
    severity: "critical",
    source: "api",
    links: [],
    heldBack: "",
  },
  user: "alice",
  fullName: "Alice",
  contact: { id: "c", kind: "email", address: "", isVerified: true },
  reason: "on call in web-primary",
  openedAtMs: clock.nowMs(),
};

async function deliver(kind: ContactKind, address: string, answer = "{}", status = 200) {
  const mails: Mail[] = [];
  const ways = waysOf(mails);
  const { outbound, requests } = standIn(answer, status);
  const courier = createCourier({ clock, links, outbound, ways: () => ways });
  const contact = { id: "c", kind, address, isVerified: true };
  await courier.send({ ...page, contact }, new AbortController().signal);
  const request = requests[0] ?? { url: "", headers: {}, body: "" };
  return { mails, ways, request, body: request.body };
}

function waysOf(mails: Mail[]): Ways {
  return {
    mail: async (mail) => {
      mails.push(mail);
    },
    slack: { apiUrl: "https://slack.test/api", botToken: "xoxb-1" },
    telegram: { apiUrl: "https://telegram.test", botToken: "42:secret" },
    twilio: {
      apiUrl: "https://twilio.test",
      accountSid: "AC1",
      authToken: "token",
      from: "+15550001",
    },
    webPush: { crypto: openWebPushKeys(generateWebPushKey()), subject: "mailto:ops@example.com" },
    ntfyToken: "",
  };
}

/** A server that notes what it is asked and always answers the same. */
function standIn(answer: string, status: number) {
  const requests: { url: string; headers: Record<string, string>; body: string }[] = [];
  const outbound: Outbound = {
    send: async ({ url, headers, body }) => {
      const text = new TextDecoder().decode(body);
      requests.push({ url, headers: headers as Record<string, string>, body: text });
      return { status, headers: {}, body: new TextEncoder().encode(answer) };
    },
  };
  return { outbound, requests };
}

function addressOf(kind: ContactKind): string {
  return kind === "webhook" ? "https://hook.test/" : "U1";
}

function bytesOf(text: string): Uint8Array {
  const bytes = decodeBase64url(text);
  assert.ok(bytes !== undefined);
  return bytes;
}
