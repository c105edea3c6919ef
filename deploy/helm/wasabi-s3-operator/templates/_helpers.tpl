{{- define "wasabi-s3-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "wasabi-s3-operator.fullname" -}}
{{- $name := include "wasabi-s3-operator.name" . }}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) }}
{{- default $full .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The selector of a Deployment cannot be changed: these are 0.2.x's. */}}
{{- define "wasabi-s3-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "wasabi-s3-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "wasabi-s3-operator.labels" -}}
{{ include "wasabi-s3-operator.podLabels" . }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "wasabi-s3-operator.podLabels" -}}
{{ include "wasabi-s3-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "wasabi-s3-operator.serviceAccountName" -}}
{{- $default := .Values.serviceAccount.create | ternary (include "wasabi-s3-operator.fullname" .) "default" }}
{{- default $default .Values.serviceAccount.name }}
{{- end }}

{{- define "wasabi-s3-operator.image" -}}
{{- with .Values.image.digest }}
{{- printf "%s@%s" $.Values.image.repository . }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/* The Deployment of a release of 0.2.x that an upgrade takes over, else empty. */}}
{{- define "wasabi-s3-operator.former" -}}
{{- $live := lookup "apps/v1" "Deployment" .Release.Namespace (include "wasabi-s3-operator.fullname" .) }}
{{- if dig "metadata" "labels" "helm.sh/chart" "" $live | hasPrefix (printf "%s-0." .Chart.Name) }}
{{- toYaml $live }}
{{- end }}
{{- end }}

{{/*
"true" where the live Deployment rolls by fields that are not Helm's alone, else empty: the API server refuses Recreate
beside them, and only a value of ours makes them ours, so that the next upgrade can leave them out.
*/}}
{{- define "wasabi-s3-operator.rollsForOthers" -}}
{{- $live := lookup "apps/v1" "Deployment" .Release.Namespace (include "wasabi-s3-operator.fullname" .) }}
{{- if dig "spec" "strategy" "rollingUpdate" nil $live }}
{{- $owners := list }}
{{- range $live.metadata.managedFields }}
{{- if dig "fieldsV1" "f:spec" "f:strategy" "f:rollingUpdate" nil . }}{{ $owners = append $owners .manager }}{{ end }}
{{- end }}
{{- if ne (join "," $owners) "helm" }}true{{ end }}
{{- end }}
{{- end }}

{{/*
"true" where no lease keeps a new pod from working beside one that runs, else empty: there is none, or the pods that run
were told to do without, or have that of another label selector.
*/}}
{{- define "wasabi-s3-operator.needsGap" -}}
{{- $selector := .Values.operator.watchLabelSelector }}
{{- $live := lookup "apps/v1" "Deployment" .Release.Namespace (include "wasabi-s3-operator.fullname" .) }}
{{- $gap := not .Values.operator.leaderElect }}
{{- range dig "spec" "template" "spec" "containers" list $live }}
{{- if eq .name "operator" }}
{{- $told := dict }}
{{- range .env }}{{ $_ := set $told .name .value }}{{ end }}
{{- $gap = or $gap (eq (get $told "LEADER_ELECT") "false") (ne (get $told "WATCH_LABEL_SELECTOR") $selector) }}
{{- end }}
{{- end }}
{{- if $gap }}true{{ end }}
{{- end }}

{{/* The settings of the operator, docs/configuration.md. */}}
{{- define "wasabi-s3-operator.env" -}}
{{- with .Values.operator -}}
- name: WATCH_SCOPE
  value: {{ .watchScope | quote }}
{{- with .watchNamespaces }}
- name: WATCH_NAMESPACES
  value: {{ join "," . | quote }}
{{- end }}
{{- with .watchLabelSelector }}
- name: WATCH_LABEL_SELECTOR
  value: {{ . | quote }}
{{- end }}
- name: LOG_LEVEL
  value: {{ .logLevel | quote }}
- name: METRICS_PORT
  value: {{ .metricsPort | quote }}
- name: DRIFT_CHECK_INTERVAL_SECONDS
  value: {{ .driftCheckIntervalSeconds | int | quote }}
- name: REFERENCES
  value: {{ .references | quote }}
- name: ADOPTION
  value: {{ .adoption | quote }}
- name: LEADER_ELECT
  value: {{ .leaderElect | quote }}
- name: CONCURRENCY
  value: {{ .concurrency | quote }}
{{- end }}
{{- with .Values.tracing }}
- name: OTEL_TRACES_ENABLED
  value: {{ .enabled | quote }}
{{- if .sdkDisabled }}
- name: OTEL_SDK_DISABLED
  value: "true"
{{- end }}
{{- include "wasabi-s3-operator.otlpEnv" (dict "prefix" "OTEL_EXPORTER_OTLP" "values" . "volume" "otlp-certificate") }}
{{- include "wasabi-s3-operator.otlpEnv" (dict "prefix" "OTEL_EXPORTER_OTLP_TRACES" "values" .traces "volume" "otlp-traces-certificate") }}
- name: OTEL_SERVICE_NAME
  value: {{ .serviceName | quote }}
{{- with .serviceVersion }}
- name: OTEL_SERVICE_VERSION
  value: {{ . | quote }}
{{- end }}
{{- with .resourceAttributes }}
{{- $pairs := list }}
{{- range $name, $value := . }}
{{- $pairs = append $pairs (printf "%s=%s" $name (urlquery $value | replace "+" "%20")) }}
{{- end }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: {{ join "," $pairs | quote }}
{{- end }}
- name: OTEL_TRACES_SAMPLER
  value: {{ .sampler | quote }}
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ .samplerRatio | quote }}
{{- with .batch }}
{{- range $name, $value := dict
  "SCHEDULE_DELAY" .scheduleDelay
  "EXPORT_TIMEOUT" .exportTimeout
  "MAX_QUEUE_SIZE" .maxQueueSize
  "MAX_EXPORT_BATCH_SIZE" .maxExportBatchSize
}}
{{- if not (kindIs "invalid" $value) }}
- name: OTEL_BSP_{{ $name }}
  value: {{ $value | int | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Settings of OTLP: those of every signal, or those of traces alone. */}}
{{- define "wasabi-s3-operator.otlpEnv" -}}
{{- $prefix := .prefix }}
{{- $volume := .volume }}
{{- with .values }}
{{- with .endpoint }}
- name: {{ $prefix }}_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- with .protocol }}
- name: {{ $prefix }}_PROTOCOL
  value: {{ . | quote }}
{{- end }}
{{- with .headersSecretRef }}
- name: {{ $prefix }}_HEADERS
  valueFrom:
    secretKeyRef:
      {{- toYaml . | nindent 6 }}
{{- end }}
{{- with .timeout }}
- name: {{ $prefix }}_TIMEOUT
  value: {{ . | int | quote }}
{{- end }}
{{- with .certificate }}
- name: {{ $prefix }}_CERTIFICATE
  value: {{ . | quote }}
{{- end }}
{{- if or .certificateSecretRef .certificateConfigMapRef }}
- name: {{ $prefix }}_CERTIFICATE
  value: /etc/wasabi-s3-operator/{{ $volume }}/ca.crt
{{- end }}
{{- end }}
{{- end }}

{{/* Volumes of the certificates that come from a Secret or a ConfigMap, as a list in YAML. */}}
{{- define "wasabi-s3-operator.certificateVolumes" -}}
{{- range $volume, $values := dict "otlp-certificate" .Values.tracing "otlp-traces-certificate" .Values.tracing.traces }}
{{- with $values }}
{{- with .certificateSecretRef }}
- name: {{ $volume }}
  secret:
    secretName: {{ .name | quote }}
    items: [{ key: {{ .key | quote }}, path: ca.crt }]
{{- end }}
{{- with .certificateConfigMapRef }}
- name: {{ $volume }}
  configMap:
    name: {{ .name | quote }}
    items: [{ key: {{ .key | quote }}, path: ca.crt }]
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* The Lease of what the operator works on, as the program names it too. */}}
{{- define "wasabi-s3-operator.leaseName" -}}
wasabi-s3-operator
{{- with .Values.operator.watchLabelSelector }}-{{ sha256sum . | trunc 8 }}{{ end }}
{{- end }}

{{/* Where traces go, as far as values say it. */}}
{{- define "wasabi-s3-operator.tracesEndpoint" -}}
{{- with .Values.tracing }}
{{- default .endpoint (dig "traces" "endpoint" "" .) }}
{{- end }}
{{- end }}
