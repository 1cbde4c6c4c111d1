import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { realClock } from "../clock.ts";
import { realDisk } from "../disk.ts";
import { openFolder } from "../testing.ts";
import { createAuthority, openAuthority } from "./authority.ts";
import type { LeafContent } from "./certificate.ts";
import { type LeafWanted, openClusterPki } from "./cluster-pki.ts";
import { formatIpOctets, ipOctets } from "./ip-octets.ts";
import { isRenewalDue } from "./renewal.ts";
import { parseSigningRequest } from "./signing-request.ts";
import { subjectOf } from "./subject.ts";

const hourMs = 3_600_000;
const nowMs = Date.now();
const validity = { notBeforeMs: nowMs - hourMs, notAfterMs: nowMs + hourMs };
const serverContent: LeafContent = {
  ...validity,
  subject: { commonName: "kube-apiserver", organizations: [] },
  usages: ["server"],
  dnsNames: ["localhost", "kubernetes.default.svc"],
  ipAddresses: ["127.0.0.1", "10.43.0.1", "fd00::1"],
};
const nodeContent: LeafContent = {
  ...validity,
  subject: { commonName: "system:node:müller", organizations: ["system:nodes", "a, b=c"] },
  usages: ["client"],
  dnsNames: [],
  ipAddresses: [],
};

const needsOpenssl = { skip: hasOpenssl() ? false : "openssl is not installed" };

test(
  "openssl accepts a server and a client certificate by its strict rules",
  needsOpenssl,
  async () => {
    await using folder = await openFolder();
    const authority = await authorityOf();
    const server = await authority.issue(serverContent);
    const client = await authority.issue(nodeContent);
    await realDisk.writeFile(`${folder.path}/ca`, authority.certificate);
    await realDisk.writeFile(`${folder.path}/server`, server.certificate);
    await realDisk.writeFile(`${folder.path}/client`, client.certificate);
    const verify = (purpose: string, name: string, ...more: readonly string[]) =>
      openssl(
        "verify",
        "-x509_strict",
        "-CAfile",
        `${folder.path}/ca`,
        "-purpose",
        purpose,
        ...more,
        `${folder.path}/${name}`,
      );
    assert.deepEqual(
      [
        verify("sslserver", "server", "-verify_hostname", "kubernetes.default.svc"),
        verify("sslserver", "server", "-verify_ip", "fd00::1"),
        verify("sslclient", "client"),
      ],
      [`${folder.path}/server: OK\n`, `${folder.path}/server: OK\n`, `${folder.path}/client: OK\n`],
    );
  },
);

test("a certificate says what was asked", async () => {
  const { certificate } = await (await authorityOf()).issue(nodeContent);
  const read = new X509Certificate(certificate);
  assert.deepEqual(
    [subjectOf(read), read.ca, read.keyUsage, read.validToDate.getTime()],
    [
      nodeContent.subject,
      false,
      ["1.3.6.1.5.5.7.3.2"],
      Math.floor(validity.notAfterMs / 1000) * 1000,
    ],
  );
});

test("an authority outlives the short form of years", async () => {
  const notAfterMs = Date.UTC(2061, 0, 2, 3, 4, 5);
  const pair = await createAuthority(
    { commonName: "far", organizations: [] },
    { notBeforeMs: Date.UTC(2049, 11, 31), notAfterMs },
  );
  const read = new X509Certificate(pair.certificate);
  assert.deepEqual(
    [read.validToDate.getTime(), read.ca, read.verify(read.publicKey)],
    [notAfterMs, true, true],
  );
});

for (const algorithm of ["ec", "rsa", "ed25519"] as const) {
  test(`a request signed by ${algorithm} is read and its key certified`, needsOpenssl, async () => {
    await using folder = await openFolder();
    const pem = await requestOf(folder.path, algorithm);
    const request = parseSigningRequest(pem);
    const authority = await authorityOf();
    const certificate = new X509Certificate(authority.sign(request, serverContent));
    assert.deepEqual(
      { ...request, publicKey: certificate.publicKey.equals(request.publicKey) },
      {
        subject: { commonName: "system:node:a", organizations: ["system:nodes"] },
        publicKey: true,
        dnsNames: ["a.example"],
        ipAddresses: ["10.0.0.1", "fd00::1"],
        emailAddresses: [],
        uris: ["spiffe://a"],
      },
    );
  });
}

test(
  "a request that was changed after it was signed is refused, and so is what is none",
  needsOpenssl,
  async () => {
    await using folder = await openFolder();
    const pem = await requestOf(folder.path, "ec");
    const der = Buffer.from(pem.replace(/-----[A-Z ]+-----/g, ""), "base64");
    der[der.indexOf("system:nodes")] = "S".charCodeAt(0);
    const changed = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64")}\n-----END `;
    assert.throws(() => parseSigningRequest(changed), /signature of the certificate request/);
    assert.throws(() => parseSigningRequest("nothing"), /must be CERTIFICATE REQUEST/);
    for (let length = 0; length < der.byteLength; length += 7) {
      const cut = der.subarray(0, length).toString("base64");
      assert.throws(() =>
        parseSigningRequest(`-----BEGIN CERTIFICATE REQUEST-----\n${cut}\n-----END `),
      );
    }
  },
);

test("addresses have their octets and come back in their short form", () => {
  const addresses = ["127.0.0.1", "::1", "::", "fd00::1:0:0:2", "2001:db8:1:2:3:4:5:6"];
  assert.deepEqual(
    addresses.map((address) => formatIpOctets(ipOctets(address))),
    addresses,
  );
  assert.deepEqual([...ipOctets("::ffff:1.2.3.4").subarray(10)], [255, 255, 1, 2, 3, 4]);
  assert.throws(() => ipOctets("example"), /"example" is not an IP address/);
});

test("a certificate is renewed in the last third of its life, or when the clock went back", () => {
  const life = { notBeforeMs: 1_000, notAfterMs: 4_000 };
  assert.deepEqual(
    [500, 1_000, 2_999, 3_000, 9_000].map((atMs) => isRenewalDue(life, atMs)),
    [true, false, false, true, true],
  );
});

test("kept certificates are used again until they are due or something else is wanted", async () => {
  await using folder = await openFolder();
  let elapsedMs = 0;
  const clock = { ...realClock, nowMs: () => nowMs + elapsedMs };
  const open = () => openClusterPki({ disk: realDisk, clock }, `${folder.path}/pki`);
  const wanted: LeafWanted = serverContent;
  const first = await (await open()).ensureLeaf("apiserver", wanted, 3 * hourMs);
  const again = await (await open()).ensureLeaf("apiserver", wanted, 3 * hourMs);
  const more = { ...wanted, ipAddresses: [...wanted.ipAddresses, "192.0.2.1"] };
  const changed = await (await open()).ensureLeaf("apiserver", more, 3 * hourMs);
  elapsedMs = 2.5 * hourMs;
  const renewed = await (await open()).ensureLeaf("apiserver", more, 3 * hourMs);
  assert.deepEqual(
    [
      again.certificate === first.certificate,
      changed.key === first.key,
      renewed.key === changed.key,
    ],
    [true, false, false],
  );
  const names = await realDisk.listDirectory(`${folder.path}/pki`);
  const modes = await Promise.all(
    names.map(async (name) => (await realDisk.findFacts(`${folder.path}/pki/${name}`))?.mode),
  );
  assert.deepEqual(names, ["apiserver.crt", "apiserver.key", "ca.crt", "ca.key"]);
  assert.deepEqual(modes, [0o600, 0o600, 0o600, 0o600]);
});

async function authorityOf() {
  const subject = { commonName: "wherry-ca", organizations: [] };
  return openAuthority(await createAuthority(subject, validity));
}

async function requestOf(folder: string, algorithm: "ec" | "rsa" | "ed25519"): Promise<string> {
  const key = {
    ec: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    rsa: ["-newkey", "rsa:2048"],
    ed25519: ["-newkey", "ed25519"],
  }[algorithm];
  const names = "subjectAltName=DNS:a.example,IP:10.0.0.1,IP:fd00::1,URI:spiffe://a";
  const subject = ["-subj", "/O=system:nodes/CN=system:node:a", "-addext", names];
  return openssl("req", "-new", "-nodes", ...key, "-keyout", `${folder}/key`, ...subject);
}

function hasOpenssl(): boolean {
  return spawnSync("openssl", ["version"]).status === 0;
}

function openssl(...args: readonly string[]): string {
  return execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
