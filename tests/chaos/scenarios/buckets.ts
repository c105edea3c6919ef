import type { ChaosScenario } from "../scenario.ts";
import { NAMESPACE } from "../world.ts";
import { create, createAndRemove, remove, update } from "./edits.ts";
import {
  accessKey,
  allSettings,
  autoBucket,
  bucketPolicy,
  plainBucket,
  retainedBucket,
  secondUser,
  settings,
  user,
} from "./objects.ts";

const { tagging, ...others } = settings;

/** Buckets, with and without what is made for them. */
export const bucketScenarios: readonly ChaosScenario[] = [
  create("Bucket with all settings", [plainBucket(allSettings)]),
  create("Bucket, auto-managed", [autoBucket()]),
  createAndRemove("Bucket, auto-managed", [autoBucket()]),
  createAndRemove("Bucket", [plainBucket(allSettings)]),
  ...Object.entries({ ...others, tagging: tagging! }).map(([name, [before, after]]) =>
    update(`Bucket: ${name} changes`, {
      given: [plainBucket({ [name]: before })],
      of: plainBucket(),
      spec: { [name]: after },
    })
  ),
  update("Bucket: encryption is switched off", {
    given: [plainBucket({ encryption: { enabled: true } })],
    of: plainBucket(),
    spec: { encryption: { enabled: false } },
  }),
  update("Bucket: what is done when it is deleted, and who may refer to it, changes", {
    given: [plainBucket()],
    of: plainBucket(),
    spec: { deletionPolicy: "Retain", forceDelete: true, allowedNamespaces: ["another"] },
  }),
  update("Bucket: region changes", {
    given: [plainBucket()],
    of: plainBucket(),
    spec: { region: "us-east-1" },
  }),
  update("Bucket: userRef changes", {
    given: [user(), secondUser, autoBucket({ userRef: { name: "app" } })],
    of: autoBucket(),
    spec: { userRef: { name: "second", namespace: NAMESPACE } },
  }),
  update("Bucket: all settings are taken out of the spec", {
    given: [plainBucket(allSettings)],
    of: plainBucket(),
    spec: Object.fromEntries(Object.keys(settings).map((name) => [name, null])),
  }),
  update("Bucket, auto-managed: accessLevel changes", {
    given: [autoBucket()],
    of: autoBucket(),
    spec: { autoManage: { accessLevel: "readonly" } },
  }),
  update("Bucket, auto-managed: rotation changes", {
    given: [autoBucket()],
    of: autoBucket(),
    spec: { autoManage: { rotation: { intervalDays: 30, previousKeysRetentionDays: 0, keepWhileUsedDays: 2 } } },
  }),
  update("Bucket, auto-managed: rotation is switched off", {
    given: [autoBucket()],
    of: autoBucket(),
    spec: { autoManage: { rotation: { enabled: false } } },
  }),
  update("Bucket, auto-managed: autoManage is switched off", {
    given: [autoBucket()],
    of: autoBucket(),
    spec: { autoManage: { enabled: false } },
  }),
  update("Bucket: autoManage is switched on", {
    given: [plainBucket()],
    of: plainBucket(),
    spec: { autoManage: { enabled: true } },
  }),
  {
    name: "Bucket, auto-managed: a BucketPolicy of a person's comes",
    given: [autoBucket()],
    act: (world) => world.apply(bucketPolicy("s3:GetObject", "auto")),
  },
  create("BucketPolicy", [bucketPolicy()], [plainBucket()]),
  createAndRemove("BucketPolicy", [bucketPolicy()], [plainBucket()]),
  update("BucketPolicy: policy changes", {
    given: [plainBucket(), bucketPolicy()],
    of: bucketPolicy(),
    spec: { policy: { ...bucketPolicy("s3:PutObject").spec.policy, version: "2008-10-17" } },
  }),
  remove("BucketPolicy", [bucketPolicy()], [plainBucket(), bucketPolicy()]),
  remove("BucketPolicy after its Bucket", [plainBucket(), bucketPolicy()], [plainBucket(), bucketPolicy()]),
  remove("Bucket with all settings", [plainBucket()], [plainBucket(allSettings)]),
  remove("Bucket, auto-managed", [autoBucket()], [autoBucket()]),
  remove("Bucket that is retained", [retainedBucket], [retainedBucket]),
  {
    name: "Bucket, full of versions: delete with forceDelete",
    given: [plainBucket({ forceDelete: true, versioning: { enabled: true } })],
    async act({ admin, aws: { seed } }) {
      for (const body of ["one", "two", "three"]) await seed.object("plain-bucket", "a", body);
      await seed.upload("plain-bucket", "b");
      await admin.remove(plainBucket());
    },
  },
  create("AccessKey and its User and Bucket", [accessKey(), user(), plainBucket()]),
];
