/** Handwritten pickles. Those that scanners missed are from public advisories; a comment beside each says what it did. */
import { describe, expect, test } from "@jest/globals";
import { deflateSync, gzipSync } from "node:zlib";
import { found, MEMOIZE, pickled, proto, STACK_GLOBAL, text, TUPLE1, TUPLE2 } from "../inspect.test.helper.js";
import { inspectFile } from "../file.js";
import { bytesSource } from "../../bytes/source.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import { isHarmless } from "./harmless.js";

const codeIn = async (bytes: Buffer, name = "model.pkl") => (await found(name, bytes)).code;

/** Protocol 0: `c` names a global in two lines, `(` and `t` enclose arguments, `R` calls. */
const CALL = "cos\nsystem\n(S'echo'\ntR.";

describe("classes of scikit-learn", () => {
  const imported = (module: string, name: string): Buffer => pickled(proto(4), text(module), text(name), STACK_GLOBAL, ")", 0x81, "}b.");

  test.each([
    ["sklearn.linear_model._logistic", "LogisticRegression"],
    ["sklearn.pipeline", "Pipeline"],
    ["sklearn.preprocessing._data", "StandardScaler"],
    ["sklearn.ensemble._forest", "RandomForestClassifier"],
  ])("%s:%s is known", async (module, name) => {
    expect(await codeIn(imported(module, name))).toEqual({ kind: "pickle", imports: [`${module}:${name}`], unknown: [], whole: true });
  });

  test.each([
    ["sklearn.pipeline", "Pipeline.fit"],
    ["sklearn.pipeline", "Pipeline.__init__.__globals__"],
    ["sklearn.pipeline", "make_pipeline"],
    ["sklearn.pipeline", "joblib"],
    ["sklearn", "pipeline.Pipeline"],
    ["sklearn.pipeline.Pipeline", "os"],
    ["sklearn.linear_model", "LogisticRegression"],
    ["sklearn.tree._tree", "Tree"],
    ["sklearn.cluster._kmeans", "_kmeans_single_lloyd"],
    ["sklearn.gaussian_process.kernels", "RBF"],
    ["sklearn.isotonic", "IsotonicRegression"],
    ["sklearn.utils._joblib", "Parallel"],
    ["sklearn", "toString"],
  ])("%s:%s is not", async (module, name) => {
    expect((await codeIn(imported(module, name)))?.unknown).toEqual([`${module}:${name}`]);
  });

  test("the arguments of a known class are still reported", async () => {
    const transformer = pickled(proto(4), text("sklearn.preprocessing._function_transformer"), text("FunctionTransformer"), STACK_GLOBAL);
    const bytes = pickled(transformer, text("os"), text("system"), STACK_GLOBAL, TUPLE1, "R.");
    expect((await codeIn(bytes))?.unknown).toEqual(["os:system"]);
  });
});

describe("imports are found in every spelling", () => {
  test.each<[string, Buffer | string, string[]]>([
    ["GLOBAL", CALL, ["os:system"]],
    ["INST", "(S'echo'\nios\nsystem\n.", ["os:system"]],
    ["OBJ", pickled("(", "cos\nsystem\n", "S'echo'\n", "o."), ["os:system"]],
    ["STACK_GLOBAL", pickled(proto(4), text("os"), text("system"), STACK_GLOBAL, text("echo"), TUPLE1, "R."), ["os:system"]],
    ["NEWOBJ", pickled(proto(2), "cos\nsystem\n", ")", 0x81, "."), ["os:system"]],
    ["an extension code", pickled(proto(2), 0x82, 7, ")R."), ["copyreg:extension 7"]],
    ["a dotted name", "cbuiltins\nexec.__call__\n(S'1'\ntR.", ["builtins:exec.__call__"]],
    [
      "texts of protocol 0 and 2 in STACK_GLOBAL",
      pickled(proto(4), "S'os'\n", pickled("U", 6, "system"), STACK_GLOBAL, "."),
      ["os:system"],
    ],
    ["a unicode escape", pickled("V\\u006fs\n", "V\\u0073ystem\n", STACK_GLOBAL, "."), ["os:system"]],
    ["DUP", pickled(proto(4), text("platform"), "2", STACK_GLOBAL, "."), ["platform:platform"]],
  ])("%s", async (_, bytes, imports) => {
    expect(await codeIn(Buffer.from(bytes))).toEqual({ kind: "pickle", imports, unknown: imports, whole: true });
  });

  test("the memo: MEMOIZE counts what BINPUT put, so that another text is meant than a scanner thinks (picklescan issue 14)", async () => {
    const bytes = pickled(
      ...[proto(4), pickled("U", 2, "os"), "q", 0, pickled("U", 6, "system"), "q", 1],
      ...[pickled("U", 12, "torch._utils"), MEMOIZE, pickled("U", 18, "_rebuild_tensor_v2"), MEMOIZE],
      ...["h", 0, "h", 1, STACK_GLOBAL, text("echo"), TUPLE1, "R."],
    );
    expect((await codeIn(bytes))?.unknown).toEqual(["os:system"]);
  });

  test("the memo: one key put twice, and GET by a line of text", async () => {
    const bytes = pickled("S'safe'\np0\nS'os'\np0\nS'system'\np1\n", "g0\ng1\n", STACK_GLOBAL, "(tR.");
    expect((await codeIn(bytes))?.unknown).toEqual(["os:system"]);
  });

  test("an import by names that only the running program knows is unknown (modelscan issue 85)", async () => {
    // BUILD gives numpy.prod attributes; their names then stand where the module's name should.
    const bytes = pickled(
      ...["cnumpy\nprod\n", "N", "(", "Va\n", "Vos\n", "d", TUPLE2, "b", "0"],
      ...["cnumpy\nprod.a\n", "cnumpy\nprod.b\n", STACK_GLOBAL, "Vecho\n", TUPLE1, "R."],
    );
    const findings = await found("model.pkl", bytes);
    expect(findings.code).toMatchObject({ whole: false, unknown: expect.arrayContaining(["numpy:prod.a"]) });
    expect(findings.warnings).toEqual(
      expect.arrayContaining([
        "loading it changes what it imports",
        "loading it imports something whose name is computed",
        "loading it calls something that is not an import",
      ]),
    );
  });

  test("calls before the damage of a pickle are found (picklescan: broken pickles)", async () => {
    const findings = await found("model.pkl", Buffer.from(CALL.replace(".", "\xff")));
    expect(findings.code).toEqual({ kind: "pickle", imports: ["os:system"], unknown: ["os:system"], whole: false });
    expect(findings.warnings).toEqual([expect.stringContaining("cannot be followed to its end")]);
  });

  test("an import whose name is too long to be kept", async () => {
    const findings = await found("m.pkl", pickled(`c${"x".repeat(5_000)}\nsystem\n)R.`));
    expect(findings.code).toMatchObject({ imports: [], whole: false });
  });
});

/** Globals with which public advisories got past lists of what is dangerous. None may be taken for harmless. */
const BYPASSES = [
  "os:system posix:system nt:system subprocess:Popen builtins:eval builtins:exec builtins:compile builtins:__import__ builtins:getattr",
  "builtins:apply __builtin__:eval __builtin__:execfile builtins:open builtins:breakpoint io:open _io:FileIO operator:attrgetter",
  "operator:methodcaller operator:itemgetter _operator:attrgetter _operator:methodcaller functools:partial functools:reduce",
  "importlib:import_module importlib.util:find_spec pkgutil:resolve_name marshal:loads types:FunctionType types:CodeType",
  "pickle:loads _pickle:loads dill:loads cloudpickle:loads joblib:load torch:load torch.storage:_load_from_bytes numpy:load",
  "pip:main pip._internal:main ensurepip:_run_pip venv:create timeit:timeit timeit:main cProfile:run cProfile:runctx profile:run",
  "profile:Profile.run trace:Trace.run pdb:run bdb:Bdb.run doctest:debug_script code:InteractiveInterpreter.runcode codeop:compile_command",
  "asyncio.unix_events:_UnixSubprocessTransport._start idlelib.pyshell:ModifiedInterpreter.runcode idlelib.run:Executive.runcode",
  "idlelib.calltip:get_entity idlelib.debugobj:ObjectTreeItem.SetText lib2to3.pgen2.grammar:Grammar.loadf lib2to3.pgen2.pgen:ParserGenerator",
  "numpy.testing._private.utils:runstring numpy.f2py.crackfortran:getlincoef numpy.f2py.crackfortran:_eval_length",
  "torch.utils.bottleneck.__main__:run_cprofile torch.jit.unsupported_tensor_ops:execWrapper torch.hub:load torch.classes:load_library",
  "torch.utils._config_module:ConfigModule.load_config torch._dynamo.guards:GuardBuilder.get torch._inductor.codecache:compile_file",
  "torch.fx.experimental.symbolic_shapes:ShapeEnv.evaluate_guards_expression torch.utils.data.datapipes.utils.decoder:basichandlers",
  "runpy:run_path runpy:_run_code webbrowser:open shutil:rmtree socket:socket ssl:get_server_certificate urllib.request:urlopen",
  "distutils.file_util:write_file ctypes:CDLL cffi:FFI multiprocessing.util:spawnv_passfds pty:spawn commands:getoutput sys:modules",
  "copyreg:add_extension collections:namedtuple logging.config:listen smtplib:SMTP uuid:_get_command_stdout pydoc:pipepager",
  "builtins:type builtins:vars builtins:setattr builtins:map builtins:filter collections:OrderedDict.__reduce__ numpy:ndarray.tofile",
].join(" ").split(" "); // prettier-ignore

test("nothing that bypassed a scanner is known as harmless", () => {
  expect(BYPASSES.filter(isHarmless)).toEqual([]);
  expect(isHarmless("collections:OrderedDict")).toBe(true);
});

test("a pickle of known harmless names is whole; another name is unknown", async () => {
  const bytes = pickled(proto(2), "ccollections\nOrderedDict\n", ")R", "ccollections\nordereddict\n", "0.");
  expect(await codeIn(bytes)).toEqual({
    kind: "pickle",
    imports: ["collections:OrderedDict", "collections:ordereddict"],
    unknown: ["collections:ordereddict"],
    whole: true,
  });
});

describe("which files are pickles", () => {
  test.each(["model.bin", "picture.png", "README.md", "config.json", "weights"])("%s with a pickle's first bytes", async (name) => {
    expect((await codeIn(pickled(proto(4), "cos\nsystem\n)R."), name))?.unknown).toEqual(["os:system"]);
  });

  test("one of protocol 0, under any neutral name", async () => {
    const findings = await found("data.txt", CALL);
    expect(findings).toMatchObject({ format: "pickle", code: { unknown: ["os:system"], whole: true } });
    expect(findings.warnings).toEqual(["it is a pickle, although its name does not say so"]);
    expect((await found("data.txt", `${CALL.slice(0, -1)}\xff`)).code).toMatchObject({ unknown: ["os:system"], whole: false });
  });

  test("one of protocol 0 whose last import is not a name: its earlier calls are found", async () => {
    for (const end of ["c???\n!!!\n", "(i???\n!!!\n", "Vno name\nVx\n\x93"])
      expect((await found("data.txt", `${CALL.slice(0, -1)}${end}.`)).code?.unknown).toContain("os:system");
  });

  test("one that is compressed, under any name: joblib looks at the content", async () => {
    const bytes = pickled(proto(2), "cos\nsystem\n)R.");
    for (const packed of [gzipSync(bytes), deflateSync(bytes), gzipSync(CALL)])
      expect(await codeIn(packed, "weights.bin")).toMatchObject({ unknown: ["os:system"], whole: true });
    const more = Buffer.concat([gzipSync(bytes), Buffer.from("x")]);
    expect(await codeIn(more, "weights.bin")).toMatchObject({ unknown: ["os:system"] });
    expect(await codeIn(gzipSync(bytes).subarray(0, 12), "weights.bin")).toMatchObject({ whole: false });
    for (const honest of ["a,b\n1,2\n", '{"a": 1}', ""])
      expect(await inspectFile("data.gz", bytesSource(gzipSync(honest)))).toBeUndefined();
    expect(await inspectFile("notes.txt", bytesSource(Buffer.from("x^2 is a square\n")))).toBeUndefined();
  });

  test.each(["column,other\n1,2\n", "import this\nand that\n", "(intro) to something\nelse\n", ""])("not the text %j", async (content) => {
    expect(await inspectFile("notes.txt", bytesSource(Buffer.from(content)))).toBeUndefined();
  });

  test("a file named like a pickle with any content: nothing is claimed about it", async () => {
    for (const content of ["", "hello", "7z\xbc\xaf'\x1c", "BZh91AY", '{"a": 1}']) {
      expect(await codeIn(Buffer.from(content, "latin1"), "pytorch_model.pt")).toEqual({
        kind: "pickle",
        imports: [],
        unknown: [],
        whole: false,
      });
    }
  });

  test("compressed ones are unpacked", async () => {
    const bytes = pickled(proto(2), "cos\nsystem\n)R.");
    for (const packed of [gzipSync(bytes), deflateSync(bytes)]) {
      expect(await codeIn(packed, "model.pkl.gz")).toMatchObject({ unknown: ["os:system"], whole: true });
      expect(await codeIn(packed.subarray(0, -6), "model.joblib")).toMatchObject({ whole: false });
    }
  });

  test("bytes after the end are not overlooked", async () => {
    const second = await codeIn(pickled(proto(2), "N.", proto(2), "cos\nsystem\n)R."));
    expect(second).toMatchObject({ unknown: ["os:system"], whole: true });
    expect(await codeIn(pickled(proto(2), "N.", "anything"))).toMatchObject({ whole: false });
  });
});

describe("bounds", () => {
  test.each<[string, Buffer]>([
    ["a text of 2^62 bytes", pickled(proto(4), 0x8d, Buffer.from("0000000000000040", "hex"), "a.")],
    ["bytes of 2^63", pickled(proto(4), 0x8e, Buffer.from("ffffffffffffffff", "hex"), "a.")],
    ["a number of negative length", pickled(proto(2), 0x8b, Buffer.from("ffffffff", "hex"), ".")],
    ["an empty stack", pickled(proto(2), "R.")],
    ["a mark that was not set", pickled(proto(2), "t.")],
    ["a memo that was not filled", pickled(proto(2), "h", 9, ".")],
    ["protocol 9", pickled(Buffer.from([0x80, 9]), "N.")],
    ["marks without end", pickled(proto(2), "(".repeat(200_000))],
    ["an odd number of items of a dict", pickled(proto(2), "}(Nu.")],
    ["a line without end", pickled("c", "x".repeat(2 << 20))],
  ])("%s", async (_, bytes) => {
    expect(await codeIn(bytes)).toMatchObject({ whole: false });
  });

  test("endless instructions", async () => {
    const bytes = Buffer.alloc(INSPECT_LIMITS.instructions + 10, "N");
    bytes.set([0x80, 2]);
    const findings = await found("m.pkl", bytes);
    expect(findings.code?.whole).toBe(false);
    expect(findings.warnings![0]).toContain("more than 4000000 instructions");
  });

  test.each(["]", "}", "K\x01", "U\x01a", "]\x94"])("endless objects: %j", async (one) => {
    const findings = await found("m.pkl", pickled(proto(4), one.repeat(INSPECT_LIMITS.instructions), "."));
    expect(findings.code?.whole).toBe(false);
  });

  test("endless imports", async () => {
    const bytes = pickled(...Array.from({ length: INSPECT_LIMITS.imports + 5 }, (_, i) => `cm${i}\nf\n0`), "N.");
    const code = await codeIn(bytes);
    expect(code?.imports).toHaveLength(INSPECT_LIMITS.imports);
    expect(code?.whole).toBe(false);
  });

  test("a list that holds itself, and one that doubles at every step", async () => {
    expect(await codeIn(pickled(proto(2), "]q", 0, "h", 0, "a."))).toMatchObject({ whole: true });
    const doubling = pickled(proto(4), "]", ...Array.from({ length: 60 }, () => pickled("2", TUPLE2)), ".");
    expect(await codeIn(doubling)).toMatchObject({ whole: true });
  });
});
