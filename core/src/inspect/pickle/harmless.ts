/**
 * Globals that are harmless with any argument: they build containers, numbers, arrays and tensors. Names are exact; everything else is
 * unknown, which does not mean harmful. A name belongs here if calling it with any argument, setting any state of its result and adding
 * items to it neither runs code from the pickle nor touches anything outside it.
 */
import { SKLEARN } from "./sklearn.js";

const names = (module: string, ...all: readonly string[]): readonly string[] => all.map((name) => `${module}:${name}`);

const BUILTINS = [
  ...[
    "bool",
    "bytearray",
    "bytes",
    "complex",
    "dict",
    "float",
    "frozenset",
    "int",
    "list",
    "object",
    "range",
    "set",
    "slice",
    "str",
    "tuple",
  ],
  ...["Ellipsis", "NotImplemented"],
];
const NUMPY_CORE = ["_reconstruct", "scalar"];
const STORAGES = ["Double", "Float", "Half", "Long", "Int", "Short", "Char", "Byte", "Bool", "BFloat16", "ComplexDouble", "ComplexFloat"];
const QUANTIZED_STORAGES = ["QInt8", "QInt32", "QUInt8", "QUInt4x2", "QUInt2x4"];
const TORCH_TYPES = [
  ...["float16", "float32", "float64", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool"],
  ...[
    "complex32",
    "complex64",
    "complex128",
    "qint8",
    "quint8",
    "qint32",
    "float8_e4m3fn",
    "float8_e5m2",
    "float8_e4m3fnuz",
    "float8_e5m2fnuz",
  ],
];

const HARMLESS: ReadonlySet<string> = new Set([
  ...names("builtins", ...BUILTINS),
  ...names("__builtin__", ...BUILTINS, "unicode", "long", "xrange"),
  ...names("collections", "OrderedDict", "defaultdict", "deque", "Counter"),
  ...names("copyreg", "_reconstructor"),
  ...names("copy_reg", "_reconstructor"),
  ...names("_codecs", "encode"),
  ...names("datetime", "date", "datetime", "time", "timedelta", "timezone"),
  ...names("decimal", "Decimal"),
  ...names("fractions", "Fraction"),
  ...names("pathlib", "PurePosixPath", "PureWindowsPath"),
  ...names("uuid", "UUID"),
  ...names("numpy", "ndarray", "dtype"),
  ...names(
    "numpy",
    ...["bool_", "bool", "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"],
  ),
  ...names("numpy", "complex64", "complex128", "str_", "bytes_"),
  ...names("numpy.core.multiarray", ...NUMPY_CORE),
  ...names("numpy._core.multiarray", ...NUMPY_CORE),
  ...names("numpy.core.numeric", "_frombuffer"),
  ...names("numpy._core.numeric", "_frombuffer"),
  ...names(
    "torch._utils",
    "_rebuild_tensor",
    "_rebuild_tensor_v2",
    "_rebuild_tensor_v3",
    "_rebuild_parameter",
    "_rebuild_parameter_with_state",
  ),
  ...names("torch._utils", "_rebuild_sparse_tensor", "_rebuild_qtensor", "_rebuild_meta_tensor_no_storage"),
  ...names("torch.nn.parameter", "Parameter"),
  ...names("torch", "Size", "Tensor", "device", ...TORCH_TYPES),
  ...names("torch", ...[...STORAGES, ...QUANTIZED_STORAGES].map((type) => `${type}Storage`)),
  ...names("torch.storage", "TypedStorage", "UntypedStorage"),
  ...names("joblib.numpy_pickle", "NumpyArrayWrapper"),
  ...Object.entries(SKLEARN).flatMap(([module, all]) => names(module, ...all)),
]);

/** @param name `module:name` */
export const isHarmless = (name: string): boolean => HARMLESS.has(name);
