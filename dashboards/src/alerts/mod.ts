import { accessKeyAlerts } from "./access_keys.ts";
import type { Alert } from "./alert.ts";
import { objectAlerts } from "./objects.ts";
import { operatorAlerts } from "./operator.ts";
import { serviceAlerts } from "./service.ts";

/** Every alert, by group. */
export const alertGroups: Readonly<Record<string, readonly Alert[]>> = {
  objects: objectAlerts,
  "access-keys": accessKeyAlerts,
  service: serviceAlerts,
  operator: operatorAlerts,
};
