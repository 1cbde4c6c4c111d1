/**
 * A mail server that takes every letter and prints it, to try on-call with.
 *
 *     node_modules/.bin/node examples/three-sigma/mailbox.ts --port=2525
 */
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { SMTPServer } from "smtp-server";

const { values } = parseArgs({ options: { port: { type: "string", default: "2525" } } });

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"],
  onData: (stream, session, done) => {
    void text(stream).then((letter) => {
      const to = session.envelope.rcptTo.map(({ address }) => address).join(", ");
      console.log(`letter to ${to}\n${readable(letter)}`);
      done();
    });
  },
});
server.listen(Number(values.port), "127.0.0.1", () => console.log(`mail at port ${values.port}`));

/** The subject, and the part that is no markup. */
function readable(letter: string): string {
  const [, subject = ""] = /^Subject: (.*)\r$/m.exec(letter) ?? [];
  const [, plain = ""] = /^Content-Type: text\/plain[^]*?\r\n\r\n([^]*?)\r\n--/m.exec(letter) ?? [];
  const decoded = plain
    .replaceAll("=\r\n", "")
    .replaceAll(/=([\dA-F]{2})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
  return `  ${subject}\n  ${decoded.replaceAll("\r\n", "\n  ")}\n`;
}
