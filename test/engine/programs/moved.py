"""The example's LOB at another place; moved/Pulumi.yaml has the same."""

import acme_lob_registry as lob_registry

lob_registry.LineOfBusiness("fraud", prefix="models", suffix=".tgz")
