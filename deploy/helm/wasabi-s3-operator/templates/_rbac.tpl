{{/* "true" where Roles in the watched namespaces are enough, else empty. */}}
{{- define "wasabi-s3-operator.namespaced" -}}
{{- if and (eq .Values.rbac.preset "minimal") (eq .Values.operator.watchScope "namespaced") }}true{{ end }}
{{- end }}

{{/* The watched namespaces of scope namespaced, as a list in YAML. */}}
{{- define "wasabi-s3-operator.namespaces" -}}
{{- default (list .Release.Namespace) .Values.operator.watchNamespaces | toYaml }}
{{- end }}

{{- define "wasabi-s3-operator.subjects" -}}
- kind: ServiceAccount
  name: {{ include "wasabi-s3-operator.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}

{{/*
The least that the operator needs where it works: a test holds it against the audit log of a real API server
(docs/permissions.md). Secrets are read by name, never listed or watched.
*/}}
{{- define "wasabi-s3-operator.rules" -}}
- apiGroups: [s3.cloud37.dev]
  resources: [providers, buckets, bucketpolicies, users, iampolicies, accesskeys]
  verbs: [get, list, watch, patch]
# The children of a Bucket.
- apiGroups: [s3.cloud37.dev]
  resources: [bucketpolicies, users, accesskeys]
  verbs: [create, delete]
- apiGroups: [s3.cloud37.dev]
  resources:
    - providers/status
    - buckets/status
    - bucketpolicies/status
    - users/status
    - iampolicies/status
    - accesskeys/status
  verbs: [patch]
# Where owner references are enforced, a child that blocks its owner's deletion needs this.
- apiGroups: [s3.cloud37.dev]
  resources: [buckets/finalizers]
  verbs: [update]
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, create, patch, delete]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}
