// Runs the example's program, or the one with wrong or changed arguments, as an inline program of the Automation API, in the folder of a project:
// OPERATION=preview|up|destroy PROGRAM=example|wrong|moved ./run
package main

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/acme/lob-registry/sdk/go/lobregistry"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestMain(*testing.M) {
	if err := run(os.Getenv("OPERATION")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(operation string) error {
	folder, err := os.Getwd()
	if err != nil {
		return err
	}
	program := declare
	switch os.Getenv("PROGRAM") {
	case "wrong":
		program = declareWrong
	case "moved":
		program = declareMoved
	}
	ctx := context.Background()
	stack, err := auto.UpsertStackInlineSource(ctx, "dev", "model-registry", program, auto.WorkDir(folder))
	if err != nil {
		return err
	}
	switch operation {
	case "preview":
		_, err = stack.Preview(ctx, optpreview.ProgressStreams(os.Stdout), optpreview.ErrorProgressStreams(os.Stdout))
	case "up":
		_, err = stack.Up(ctx, optup.ProgressStreams(os.Stdout), optup.ErrorProgressStreams(os.Stdout))
	case "destroy":
		_, err = stack.Destroy(ctx, optdestroy.ProgressStreams(os.Stdout), optdestroy.ErrorProgressStreams(os.Stdout))
	default:
		err = fmt.Errorf("no operation %q", operation)
	}
	return err
}

// The example's LOB at another place; ../programs/moved has the same.
func declareMoved(ctx *pulumi.Context) error {
	_, err := lobregistry.NewLineOfBusiness(ctx, "fraud", &lobregistry.LineOfBusinessArgs{
		Prefix: pulumi.String("models"),
		Suffix: pulumi.String(".tgz"),
	})
	return err
}

func declareWrong(ctx *pulumi.Context) error {
	_, err := lobregistry.NewLineOfBusiness(ctx, "fraud", &lobregistry.LineOfBusinessArgs{
		Lob:              pulumi.StringRef("Fraud!"),
		Prefix:           pulumi.String("/models/"),
		ProtectedAliases: pulumi.ToStringArray([]string{"pr od"}),
		StagingDays:      pulumi.Int(0),
		KmsKeyArn:        pulumi.String("alias/fraud"),
		Tags:             pulumi.StringMap{"aws:team": pulumi.String("risk")},
		Publishers: []lobregistry.PublisherInput{
			lobregistry.PublisherArgs{Name: "models"},
			lobregistry.PublisherArgs{
				Name:         "nightly",
				Repositories: []lobregistry.RepositoryInput{lobregistry.RepositoryArgs{Repository: pulumi.String("fraud-models")}},
			},
		},
	})
	return err
}
