import type { Connection } from "./transport.ts";

/** One end of a connection or datagram. `address` is an IP address in text form, without a zone. */
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** A socket that accepts connections until it is disposed; open connections then go on. */
export interface Listener extends AsyncDisposable {
  /** Where it really listens: the port is chosen by the system when 0 was asked for. */
  readonly local: SocketAddress;
}

/** A bound UDP socket. */
export interface DatagramSocket extends AsyncDisposable {
  readonly local: SocketAddress;
  /** Hands one datagram to the kernel. Like the network itself it promises nothing and never throws. */
  send(bytes: Uint8Array, to: SocketAddress): void;
}

/** Takes one accepted connection, which it owns: it must dispose of it. */
export type ConnectionTaker = (connection: Connection, peer: SocketAddress) => void;

/** Takes one datagram. `bytes` are its own from then on. */
export type DatagramTaker = (
  bytes: Uint8Array,
  from: SocketAddress,
  socket: DatagramSocket,
) => void;

/** Opens sockets that others connect to. Errors carry `code`: `EADDRINUSE`, `EACCES`, … */
export interface SocketOpener {
  listenTcp(local: SocketAddress, take: ConnectionTaker): Promise<Listener>;
  bindUdp(local: SocketAddress, take: DatagramTaker): Promise<DatagramSocket>;
}
