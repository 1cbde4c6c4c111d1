/** What another program sent and is no message of the protocol, or comes from another cluster. */
export class GossipError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "GossipError";
  }
}
