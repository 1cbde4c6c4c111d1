import { type Disk, type Random, uuid } from "#base";
import { within } from "#cli";

/**
 * The name under which this server holds leases, `<machine>_<uuid>`: made at the first start and kept.
 *
 * Upstream takes another name at each start, so that a process which was killed has to wait until the
 * lease of its former life runs out. Ours takes it up again at once. That is safe because at most one
 * process acts under the name: it lies beside the store, which one process can have open at a time,
 * and who opens it after a crash knows that the former one, controllers and all, is gone.
 */
export async function ensureServerIdentity(
  ports: { readonly disk: Disk; readonly random: Random },
  directory: string,
  hostname: string,
): Promise<string> {
  const path = within.identity(directory);
  const kept = await ports.disk.findFile(path);
  const text = kept === undefined ? "" : new TextDecoder().decode(kept).trim();
  if (text !== "") return text;
  const made = `${hostname}_${uuid(ports.random)}`;
  await ports.disk.replaceFile(path, `${made}\n`);
  return made;
}
