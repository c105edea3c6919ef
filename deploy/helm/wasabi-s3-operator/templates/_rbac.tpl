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

{{/* The least that the operator needs where it works. Secrets are read by name, never listed or watched. */}}
{{- define "wasabi-s3-operator.rules" -}}
- apiGroups: [s3.cloud37.dev]
  resources: [providers, buckets, bucketpolicies, users, iampolicies, accesskeys]
  verbs: [get, list, watch, create, update, patch, delete]
- apiGroups: [s3.cloud37.dev]
  resources:
    - providers/status
    - buckets/status
    - bucketpolicies/status
    - users/status
    - iampolicies/status
    - accesskeys/status
  verbs: [get, update, patch]
# Where owner references are enforced, a child that blocks its owner's deletion needs this.
- apiGroups: [s3.cloud37.dev]
  resources:
    - providers/finalizers
    - buckets/finalizers
    - bucketpolicies/finalizers
    - users/finalizers
    - iampolicies/finalizers
    - accesskeys/finalizers
  verbs: [update]
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, create, update, patch, delete]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}
