// What the Pulumi CLI does by its language hosts, which are not to be had as Go modules, by the libraries that those hosts are made of:
//
//	cli install FOLDER                 installs a component's dependencies as for `pulumi package add`
//	cli sdk SCHEMA LANGUAGE URL OUT    generates the SDK of a component that was taken from URL, such as github.com/acme/lob-registry/provider
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	nodegen "github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	pygen "github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/nodejs/npm"
)

// noOther loads no package beside the component's own: its schema refers to none, so that it is bound to no release of the AWS provider.
type noOther struct{ schema.ReferenceLoader }

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "install":
		return install(args[1])
	case len(args) == 5 && args[0] == "sdk":
		return sdk(args[1], args[2], args[3], args[4])
	}
	return errors.New("usage: cli install FOLDER | cli sdk SCHEMA LANGUAGE URL OUT")
}

// install prints the folder in which it installed: that of the npm workspace, where the component is part of one.
func install(folder string) error {
	root, err := npm.FindWorkspaceRoot(folder)
	if errors.Is(err, npm.ErrNotInWorkspace) {
		root = folder
	} else if err != nil {
		return err
	}
	if _, err := npm.Install(context.Background(), npm.AutoPackageManager, root, false, os.Stderr, os.Stderr); err != nil {
		return err
	}
	fmt.Println(root)
	return nil
}

func sdk(schemaFile, language, url, out string) error {
	bytes, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(bytes, &spec); err != nil {
		return err
	}
	// What `pulumi package add` changes in the schema of a component that comes from git.
	spec.PluginDownloadURL = "git://" + url
	spec.Namespace = strings.Split(url, "/")[1]
	pkg, diagnostics, err := schema.BindSpec(spec, noOther{}, schema.ValidationOptions{AllowDanglingReferences: true})
	if err != nil {
		return err
	}
	if diagnostics.HasErrors() {
		return diagnostics
	}
	pkg.SupportPack = true
	var files map[string][]byte
	switch language {
	case "go":
		files, err = gogen.GeneratePackage("pulumi-language-go", pkg, nil)
	case "python":
		files, err = pygen.GeneratePackage("pulumi-language-python", pkg, nil, noOther{})
	case "nodejs":
		files, err = nodegen.GeneratePackage("pulumi-language-nodejs", pkg, nil, nil, true, noOther{})
	default:
		err = fmt.Errorf("no SDK for %s here", language)
	}
	if err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(out, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
