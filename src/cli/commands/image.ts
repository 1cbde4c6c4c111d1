import { absolute, clusterFlags, placeOf } from "../cluster.ts";
import { defineCommand, refuseArgs } from "../command.ts";
import { outputFlag } from "../output-flag.ts";
import { formatTable } from "../table.ts";
import { UsageError } from "../usage-error.ts";

const mebibyte = 1024 * 1024;

export const imageLoadCommand = defineCommand({
  usage: "image load FILE",
  summary: "Load images from a tar archive into every node.",
  description: "FILE is what `docker save` writes, or an OCI image layout in a tar archive.",
  examples: ["image load hello.tar"],
  flags: clusterFlags,
  async run(args, flags, context) {
    const [file, ...rest] = args;
    if (file === undefined || rest.length > 0) throw new UsageError("image load takes one FILE");
    const path = absolute(context, file);
    const facts = await context.disk.findFacts(path);
    if (facts === undefined) throw new Error(`no such file: ${path}`);
    const place = placeOf(context, flags);
    const images = await context.roles.loadImages(place.directory, path, context.signal);
    for (const image of images) context.terminal.print(`loaded ${image}`);
  },
});

export const imageListCommand = defineCommand({
  usage: "image ls",
  summary: "List the images of every node.",
  examples: ["image ls", "image ls --output json"],
  flags: { ...clusterFlags, ...outputFlag },
  async run(args, flags, context) {
    refuseArgs("image ls", args);
    const place = placeOf(context, flags);
    const images = await context.roles.listImages(place.directory, context.signal);
    if (flags.output === "json") {
      context.terminal.print(JSON.stringify(images));
      return;
    }
    const rows = images.map((image) => [
      image.node,
      image.names[0] ?? "<none>",
      image.id.replace("sha256:", "").slice(0, 12),
      `${(image.bytes / mebibyte).toFixed(1)}MiB`,
    ]);
    for (const line of formatTable(["NODE", "IMAGE", "ID", "SIZE"], rows)) {
      context.terminal.print(line);
    }
  },
});
