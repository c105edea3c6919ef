package main

import (
	"context"
	"errors"
	"os"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// fileConfig says where traces are written.
type fileConfig struct {
	Path string `mapstructure:"path"`
}

func (c *fileConfig) Validate() error {
	if c.Path == "" {
		return errors.New("path is missing")
	}
	return nil
}

// newFileFactory makes an exporter that writes each batch as one line of OTLP's JSON. The one of
// opentelemetry-collector-contrib needs a module that the proxy does not have.
func newFileFactory() exporter.Factory {
	return exporter.NewFactory(
		component.MustNewType("file"),
		func() component.Config { return &fileConfig{} },
		exporter.WithTraces(createFileExporter, component.StabilityLevelDevelopment),
	)
}

func createFileExporter(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Traces, error) {
	file, err := os.OpenFile(cfg.(*fileConfig).Path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	marshaler := &ptrace.JSONMarshaler{}
	push := func(_ context.Context, traces ptrace.Traces) error {
		line, err := marshaler.MarshalTraces(traces)
		if err != nil {
			return err
		}
		_, err = file.Write(append(line, '\n'))
		return err
	}
	shutdown := exporterhelper.WithShutdown(func(context.Context) error { return file.Close() })
	return exporterhelper.NewTraces(ctx, set, cfg, push, shutdown)
}
