/** Protocols that ports can have. */
export const protocols: readonly string[] = ["SCTP", "TCP", "UDP"];
