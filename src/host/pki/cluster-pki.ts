import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Clock, Disk } from "#base";
import {
  type Authority,
  createAuthority,
  type KeyedCertificate,
  openAuthority,
} from "./authority.ts";
import type { LeafContent, Validity } from "./certificate.ts";
import { isRenewalDue } from "./renewal.ts";
import { type Subject, subjectOf } from "./subject.ts";

const dayMs = 24 * 60 * 60 * 1000;
const authorityDays = 3_650;
/** Clocks of machines differ a little; a certificate made now must hold on all of them. */
const clockSkewMs = 5 * 60 * 1000;

/** What a certificate is to say, apart from when. */
export type LeafWanted = Omit<LeafContent, keyof Validity>;

/** A kept certificate, and when it holds. */
export interface KeptLeaf extends KeyedCertificate {
  readonly validity: Validity;
}

/** The certificates of one cluster, kept in files that only their owner reads. */
export interface ClusterPki {
  readonly authority: Authority;
  /**
   * The certificate kept under `name`, made anew when there is none, when it is due, or when it says
   * something else than what is wanted.
   */
  ensureLeaf(name: string, wanted: LeafWanted, lifetimeMs: number): Promise<KeptLeaf>;
}

/** Opens the certificates in `directory`; the first time makes the authority `ca.crt`, `ca.key`. */
export async function openClusterPki(
  deps: { readonly disk: Disk; readonly clock: Clock },
  directory: string,
): Promise<ClusterPki> {
  const { disk, clock } = deps;
  await disk.makeDirectory(directory, { mode: 0o700 });
  const known = await readPair(disk, `${directory}/ca`);
  const pair =
    known ?? (await createAuthority(authoritySubject, validityFrom(clock, authorityDays * dayMs)));
  if (known === undefined) await writePair(disk, `${directory}/ca`, pair);
  const authority = openAuthority(pair);
  return {
    authority,
    ensureLeaf: async (name, wanted, lifetimeMs) => {
      const path = `${directory}/${name}`;
      const kept = await readPair(disk, path);
      const nowMs = clock.nowMs();
      if (kept !== undefined && isGood(kept, { wanted, authority, nowMs })) return leafOf(kept);
      const made = await authority.issue({ ...wanted, ...validityFrom(clock, lifetimeMs) });
      await writePair(disk, path, made);
      return leafOf(made);
    },
  };
}

const authoritySubject: Subject = { commonName: "wherry-ca", organizations: [] };

function validityFrom(clock: Clock, lifetimeMs: number): Validity {
  const nowMs = clock.nowMs();
  return { notBeforeMs: nowMs - clockSkewMs, notAfterMs: nowMs + lifetimeMs };
}

async function readPair(disk: Disk, path: string): Promise<KeyedCertificate | undefined> {
  const [certificate, key] = await Promise.all([
    disk.findFile(`${path}.crt`),
    disk.findFile(`${path}.key`),
  ]);
  if (certificate === undefined || key === undefined) return undefined;
  return {
    certificate: new TextDecoder().decode(certificate),
    key: new TextDecoder().decode(key),
  };
}

async function writePair(disk: Disk, path: string, pair: KeyedCertificate): Promise<void> {
  // The key first: a crash between the two leaves a certificate that does not fit, which is noticed.
  await disk.replaceFile(`${path}.key`, pair.key);
  await disk.replaceFile(`${path}.crt`, pair.certificate);
}

function isGood(
  kept: KeyedCertificate,
  facts: { readonly wanted: LeafWanted; readonly authority: Authority; readonly nowMs: number },
): boolean {
  const certificate = new X509Certificate(kept.certificate);
  return (
    !isRenewalDue(validityOf(certificate), facts.nowMs) &&
    certificate.verify(new X509Certificate(facts.authority.certificate).publicKey) &&
    certificate.checkPrivateKey(createPrivateKey(kept.key)) &&
    isAsWanted(certificate, facts.wanted)
  );
}

function leafOf(pair: KeyedCertificate): KeptLeaf {
  return { ...pair, validity: validityOf(new X509Certificate(pair.certificate)) };
}

function validityOf({ validFromDate, validToDate }: X509Certificate): Validity {
  return { notBeforeMs: validFromDate.getTime(), notAfterMs: validToDate.getTime() };
}

/** Whether a certificate says at least what is wanted. */
function isAsWanted(certificate: X509Certificate, wanted: LeafWanted): boolean {
  const { commonName, organizations } = subjectOf(certificate);
  return (
    commonName === wanted.subject.commonName &&
    organizations.join("\n") === wanted.subject.organizations.join("\n") &&
    wanted.dnsNames.every((name) => certificate.checkHost(name, { subject: "never" }) === name) &&
    wanted.ipAddresses.every((address) => certificate.checkIP(address) !== undefined)
  );
}
