import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryDisk } from "#base/testing";
import { loadWebConfig, parseWebConfig, WebUsers } from "./index.ts";

/** Of the password `pw`. */
const hash = "$2y$04$9JVS41Pmn/JDULBiI8YY0ucnAoq1tLZeqipUUt1eO.wbt1HC8r9hm";

const refused: readonly (readonly [text: string, message: string])[] = [
  ["nope: 1", "yaml: unmarshal errors:\n  line 1: field nope not found in type web.Config"],
  ["tls_server_config: {cert_file: a}", "missing one of key or key_file"],
  ["tls_server_config: {key_file: a}", "missing one of cert or cert_file"],
  ["tls_server_config: {client_auth_type: NoClientCert}", "missing one of cert or cert_file"],
  ["tls_server_config: {client_auth_type: x}", "invalid ClientAuth: x"],
  [
    "tls_server_config: {cert_file: a, key_file: b, client_ca_file: c}",
    "client CA's have been configured without a Client Auth Policy",
  ],
  [
    "tls_server_config: {cert_file: a, key_file: b, client_allowed_sans: [c]}",
    "client_allowed_sans requires client_auth_type to be one of RequireAnyClientCert or RequireAndVerifyClientCert",
  ],
  ["tls_server_config: {min_version: SSL3}", "unknown TLS version: SSL3"],
  ["tls_server_config: {curve_preferences: [x]}", "unknown curve: x"],
  ["http_server_config: {headers: {X-Other: a}}", 'HTTP header "X-Other" can not be configured'],
  [
    "http_server_config: {headers: {X-Frame-Options: a}}",
    'invalid value for X-Frame-Options. Expected one of: ["deny" "sameorigin"], but got: "a"',
  ],
  [
    "basic_auth_users: {me: plain}",
    "crypto/bcrypt: hashedSecret too short to be a bcrypted password",
  ],
];

for (const [text, message] of refused) {
  test(`${text} is refused: ${message.replaceAll("\n", " ⏎ ")}`, () => {
    assert.throws(() => parseWebConfig(text, undefined), { message });
  });
}

test("paths start where the file is, and all else has defaults", async () => {
  const disk = new MemoryDisk();
  await disk.makeDirectory("/etc");
  await disk.writeFile("/etc/web.yml", "tls_server_config: {cert_file: a.pem, key_file: /b.pem}");
  const { tls, http, users } = await loadWebConfig(disk, "/etc/web.yml");
  assert.deepEqual(
    [tls.certificateFile, tls.keyFile, tls.minVersion, http.http2, users.size],
    ["/etc/a.pem", "/b.pem", "TLS12", true, 0],
  );
});

// What is sent, and whether it lets one in where `me` has the password `pw`.
const attempts: readonly (readonly [authorization: string | undefined, lets: boolean])[] = [
  [undefined, false],
  [`Basic ${btoa("me:pw")}`, true],
  [`basic ${btoa("me:pw")}`, true],
  [`Basic ${btoa("me:pwx")}`, false],
  [`Basic ${btoa("you:pw")}`, false],
  [`Basic ${btoa("me")}`, false],
  ["Basic ???", false],
  [`Bearer ${btoa("me:pw")}`, false],
];

test("only who knows the password of a user comes in, once and again", async () => {
  const users = new WebUsers(parseWebConfig(`basic_auth_users: {me: ${hash}}`, undefined).users);
  for (const round of ["first", "remembered"]) {
    for (const [authorization, lets] of attempts) {
      assert.equal(await users.mayEnter(authorization), lets, `${round}: ${authorization}`);
    }
  }
});

test("without users everybody comes in", async () => {
  assert.equal(await new WebUsers(new Map()).mayEnter(undefined), true);
});
