export {
  alertmanagerConfig,
  alertmanagerConfigSpec,
  inhibitRule,
  matcher,
  route,
  timeInterval,
  type AlertmanagerConfig,
} from "./alertmanager-config.ts";
