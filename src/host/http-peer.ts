import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { HttpPeer, PeerCertificate, SocketAddress } from "#base";
import { subjectOf } from "./pki/subject.ts";

/** What we know of the other end of an accepted socket. */
export function peerOf(socket: Socket): HttpPeer {
  return {
    address: addressOf(socket),
    certificate: socket instanceof TLSSocket ? certificateOf(socket) : undefined,
  };
}

function addressOf(socket: Socket): SocketAddress | undefined {
  const { remoteAddress, remotePort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  // A socket that serves both families names IPv4 peers like this.
  return { address: remoteAddress.replace(/^::ffff:/, ""), port: remotePort };
}

function certificateOf(socket: TLSSocket): PeerCertificate | undefined {
  // `authorized` alone says nothing: a resumed TLS 1.3 session without a certificate has it, too.
  if (!socket.authorized) return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  return {
    ...subjectOf(certificate),
    notAfterMs: certificate.validToDate.getTime(),
    fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
  };
}
