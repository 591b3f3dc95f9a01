"""Unit tests of the program, without AWS and without the engine: python -m unittest"""

import runpy
import unittest

import pulumi

RESOURCES = []


class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        RESOURCES.append(args)
        # Outputs that the program uses and the component would compute.
        return [f"{args.name}-id", {**args.inputs, "publisherRoleArns": {"models": "arn:aws:iam::123456789012:role/mock"}}]

    def call(self, args):
        return args.args


pulumi.runtime.set_mocks(Mocks())

# The program registers its resources while it is loaded, so the mocks come first.
runpy.run_path("__main__.py")


class FraudLob(unittest.TestCase):
    @pulumi.runtime.test
    def test_only_jobs_in_production_may_publish(self):
        """In Python the whole LOB is one resource: its arguments are what can be checked."""
        lobs = [resource for resource in RESOURCES if resource.typ == "lob-registry:index:LineOfBusiness"]
        self.assertEqual([lob.name for lob in lobs], ["fraud"])
        self.assertEqual(
            lobs[0].inputs["publishers"],
            [{"name": "models", "repositories": [{"repository": "acme/fraud-models", "environments": ["production"]}]}],
        )

    @pulumi.runtime.test
    def test_prod_is_protected(self):
        self.assertEqual(RESOURCES[0].inputs["protectedAliases"], ["prod"])


if __name__ == "__main__":
    unittest.main()
