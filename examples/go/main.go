package main

import (
	"github.com/acme/lob-registry/sdk/go/lobregistry"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() { pulumi.Run(declare) }

func declare(ctx *pulumi.Context) error {
	fraud, err := lobregistry.NewLineOfBusiness(ctx, "fraud", &lobregistry.LineOfBusinessArgs{
		Description:      pulumi.String("Models that tell fraudulent payments from honest ones"),
		Owner:            pulumi.String("fraud-platform@example.com"),
		ProtectedAliases: pulumi.ToStringArray([]string{"prod"}),
		Tags:             pulumi.StringMap{"cost-center": pulumi.String("fraud")},
		// Jobs of this repository in its environment `production` may publish, with a role of this publisher. AWS trusts GitHub through an OIDC provider.
		Publishers: []lobregistry.PublisherInput{
			lobregistry.PublisherArgs{
				Name: "models",
				Repositories: []lobregistry.RepositoryInput{
					lobregistry.RepositoryArgs{
						Repository:   pulumi.String("acme/fraud-models"),
						Environments: pulumi.ToStringArray([]string{"production"}),
					},
				},
			},
		},
		CreateGithubOidcProvider: pulumi.BoolRef(true), // only once per account
	})
	if err != nil {
		return err
	}

	// The workflow of a model repository needs these. The Action finds the rest in the catalog.
	ctx.Export("lob", fraud.Lob)
	ctx.Export("region", fraud.Region)
	ctx.Export("publisherRole", fraud.PublisherRoleArns.MapIndex(pulumi.String("models")))

	// For people who use the AWS console.
	ctx.Export("bucket", fraud.BucketName)
	ctx.Export("models", fraud.S3Uri)
	ctx.Export("catalogTable", fraud.CatalogTableName)
	ctx.Export("registryTable", fraud.RegistryTableName)
	return nil
}
