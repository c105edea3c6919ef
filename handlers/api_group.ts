/** The API group and version of all our kinds. */
export const API = { group: "s3.cloud37.dev", version: "v1alpha1" } as const;
export const API_VERSION = `${API.group}/${API.version}`;
