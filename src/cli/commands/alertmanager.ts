/** The alerting part alone, with the flags of the program it stands in for. */
import { alertmanagerClusterFlags } from "../alertmanager-cluster-flags.ts";
import { alertmanagerFlags } from "../alertmanager-flags.ts";
import { absolute } from "../cluster.ts";
import { defineCommand, refuseArgs } from "../command.ts";

export const alertmanagerCommand = defineCommand({
  usage: "alertmanager",
  summary: "Run the alerting part alone, as Alertmanager runs.",
  description:
    "Takes alerts in, groups and routes them, keeps quiet what is silenced or explained by another\n" +
    "alert, and tells receivers of all kinds, with Alertmanager's own configuration file, flags and\n" +
    "API (v2). amtool and Prometheus work with it as they are.",
  examples: [
    "alertmanager --config.file=alertmanager.yml",
    "alertmanager --oncall.config-file=oncall.yml",
    "alertmanager --web.listen-address=127.0.0.1:9093 --storage.path=/var/lib/alertmanager",
    "alertmanager --cluster.peer=alerts-1.example.org:9094 --cluster.peer=alerts-2.example.org:9094",
  ],
  flags: { ...alertmanagerFlags, ...alertmanagerClusterFlags },
  async run(args, flags, context, given) {
    refuseArgs("alertmanager", args);
    const webConfig = flags["web.config.file"];
    const isAsked = given.includes("config.file") || flags["oncall.config-file"] === "";
    await context.roles.alertmanager(
      {
        flags,
        cluster: flags["cluster.listen-address"] === "" ? undefined : flags,
        configFile: absolute(context, flags["config.file"]),
        configNeed: isAsked ? "required" : "page without",
        oncallConfigFile:
          flags["oncall.config-file"] === ""
            ? undefined
            : absolute(context, flags["oncall.config-file"]),
        storagePath: absolute(context, flags["storage.path"]),
        webConfigFile: webConfig === "" ? "" : absolute(context, webConfig),
      },
      context.signal,
    );
    return 0;
  },
});
