import acme_lob_registry as lob_registry
import pulumi

fraud = lob_registry.LineOfBusiness(
    "fraud",
    description="Models that tell fraudulent payments from honest ones",
    owner="fraud-platform@example.com",
    protected_aliases=["prod"],
    tags={"cost-center": "fraud"},
    # Which workflows publish: jobs of this repository in its environment `production`. A role is made for them, and this tells AWS to trust GitHub.
    publishers=[
        lob_registry.PublisherArgs(
            name="models",
            repositories=[lob_registry.RepositoryArgs(repository="acme/fraud-models", environments=["production"])],
        )
    ],
    create_github_oidc_provider=True,  # once in an account
)

# What a model repository's workflow needs. The Action finds the rest in the catalog.
pulumi.export("lob", fraud.lob)
pulumi.export("region", fraud.region)
pulumi.export("publisherRole", fraud.publisher_role_arns["models"])

# What people look for in the AWS console.
pulumi.export("bucket", fraud.bucket_name)
pulumi.export("models", fraud.s3_uri)
pulumi.export("catalogTable", fraud.catalog_table_name)
pulumi.export("registryTable", fraud.registry_table_name)
