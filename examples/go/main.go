package main

import (
	"github.com/acme/pulumi-lob-registry/sdk/go/lobregistry"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() { pulumi.Run(declare) }

func declare(ctx *pulumi.Context) error {
	fraud, err := lobregistry.NewLineOfBusiness(ctx, "fraud", &lobregistry.LineOfBusinessArgs{
		Description:      pulumi.String("Models that tell fraudulent payments from honest ones"),
		Owner:            pulumi.String("fraud-platform@example.com"),
		ProtectedAliases: pulumi.ToStringArray([]string{"prod"}),
		Tags:             pulumi.StringMap{"cost-center": pulumi.String("fraud")},
	})
	if err != nil {
		return err
	}

	// What a model repository's workflow needs: `lob` and `region`. The Action finds the rest in the catalog.
	ctx.Export("lob", fraud.Lob)
	ctx.Export("region", fraud.Region)

	// What people look for in the AWS console.
	ctx.Export("bucket", fraud.BucketName)
	ctx.Export("models", fraud.S3Uri)
	ctx.Export("catalogTable", fraud.CatalogTableName)
	ctx.Export("registryTable", fraud.RegistryTableName)
	return nil
}
