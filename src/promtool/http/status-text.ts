/** What the codes of refused requests mean, in the words of the standard. */
const texts: ReadonlyMap<number, string> = new Map([
  [400, "Bad Request"],
  [401, "Unauthorized"],
  [403, "Forbidden"],
  [404, "Not Found"],
  [405, "Method Not Allowed"],
  [408, "Request Timeout"],
  [413, "Request Entity Too Large"],
  [415, "Unsupported Media Type"],
  [422, "Unprocessable Entity"],
  [429, "Too Many Requests"],
  [500, "Internal Server Error"],
  [501, "Not Implemented"],
  [502, "Bad Gateway"],
  [503, "Service Unavailable"],
  [504, "Gateway Timeout"],
]);

/** `404 Not Found`; of a code that is rare, the number alone. */
export function formatStatus(status: number): string {
  const text = texts.get(status);
  return text === undefined ? String(status) : `${status} ${text}`;
}
