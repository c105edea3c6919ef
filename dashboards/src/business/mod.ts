import { dashboard } from "../dashboard.ts";
import { changes } from "./changes.ts";
import { inventory } from "./inventory.ts";

/** For whoever wants to know what the operator is good for. */
export const businessDashboard = dashboard({
  uid: "wasabi-s3-operator-business",
  title: "Wasabi S3 Operator: what it manages",
  description: "How many buckets, users and keys there are, and what was made, rotated and deleted.",
  from: "now-30d",
  rows: [inventory, changes],
});
