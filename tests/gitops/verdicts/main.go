// What tools of GitOps make of objects: kstatus, a health check of Argo CD and health check expressions of Flux.
//
// Reads {"lua": {kind: script}, "flux": {...}, "objects": [...]} from standard input, and writes a verdict for each
// object.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/runtime/cel"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type request struct {
	// Lua has a health check of Argo CD for each kind.
	Lua map[string]string `json:"lua"`
	// Flux has the expressions of a Kustomization's spec.healthCheckExprs.
	Flux    kustomize.HealthCheckExpressions `json:"flux"`
	Objects []json.RawMessage                `json:"objects"`
}

type verdict struct {
	Kstatus string `json:"kstatus"`
	// Message is kstatus's.
	Message string `json:"message"`
	Argo    health `json:"argo"`
	Flux    string `json:"flux"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return err
	}
	expressions, err := cel.NewStatusEvaluator(&asked.Flux)
	if err != nil {
		return err
	}
	verdicts := make([]verdict, 0, len(asked.Objects))
	for i, text := range asked.Objects {
		each, err := judge(text, asked.Lua, expressions)
		if err != nil {
			return fmt.Errorf("object %d: %w", i, err)
		}
		verdicts = append(verdicts, each)
	}
	return json.NewEncoder(os.Stdout).Encode(verdicts)
}

func judge(text []byte, scripts map[string]string, expressions *cel.StatusEvaluator) (verdict, error) {
	// Numbers become int64, as in a client's object; kstatus knows no others.
	object := &unstructured.Unstructured{}
	if err := object.UnmarshalJSON(text); err != nil {
		return verdict{}, err
	}
	computed, err := status.Compute(object)
	if err != nil {
		return verdict{}, fmt.Errorf("kstatus: %w", err)
	}
	evaluated, err := expressions.Evaluate(context.Background(), object)
	if err != nil {
		return verdict{}, fmt.Errorf("healthCheckExprs: %w", err)
	}
	argo, err := checkHealth(object, scripts[object.GetKind()])
	if err != nil {
		return verdict{}, fmt.Errorf("health check: %w", err)
	}
	return verdict{
		Kstatus: string(computed.Status),
		Message: computed.Message,
		Argo:    argo,
		Flux:    string(evaluated.Status),
	}, nil
}
