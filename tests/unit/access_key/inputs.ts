import type { KeyInput, RecordedKey } from "../../../handlers/access_key/state.ts";

export const NOW = Date.UTC(2026, 5, 1);
export const DAY = 86_400_000;

export function at(ms: number): string {
  return new Date(ms).toISOString();
}

export function key(id: string, more: Partial<RecordedKey> = {}): RecordedKey {
  return { id, userName: "app", createdAt: at(NOW - 10 * DAY), ...more };
}

export function listed(id: string, createdAt = NOW - 10 * DAY, active = true) {
  return { id, active, createdAt };
}

export const OLD = key("OLD", { retiredAt: at(NOW - DAY), secretName: "k-credentials-previous-20260531000000" });

/** A key at rest, rotation due in 20 days. */
export function input(more: Partial<KeyInput> = {}): KeyInput {
  return {
    now: NOW,
    name: "k",
    uid: "uid",
    userName: "app",
    rotate: { enabled: true, intervalDays: 30, previousKeysRetentionDays: 7 },
    status: {
      accessKeyId: "CUR",
      userName: "app",
      created: true,
      firstSeenTime: at(NOW - 10 * DAY),
      lastRotateTime: at(NOW - 10 * DAY),
      nextRotateTime: at(NOW + 20 * DAY),
      rotateIntervalDays: 30,
      provenKeyId: "CUR",
      rotation: { phase: "Settled", since: at(NOW - 10 * DAY), next: "Rotate", nextTime: at(NOW + 20 * DAY) },
    },
    main: { kind: "pair", id: "CUR", ledger: [key("CUR")] },
    next: { kind: "absent" },
    previous: {},
    iam: { app: [listed("CUR")] },
    recordedElsewhere: [],
    otherStarts: [],
    ...more,
  };
}

export function overlapping(more: Partial<KeyInput> = {}): KeyInput {
  const base = input();
  return input({
    status: { ...base.status, previousKeys: [OLD] },
    main: { kind: "pair", id: "CUR", ledger: [key("CUR"), OLD] },
    iam: { app: [listed("OLD"), listed("CUR")] },
    ...more,
  });
}
