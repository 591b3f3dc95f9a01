/** Compares the code that loading a file can run, as far as the findings show it. */
import { defined } from "../defined.js";
import type { Code } from "../findings/findings.js";
import type { FilePair } from "./files.js";
import type { CodeChange } from "./types.js";

/** Returns what loading one file could run before and after; undefined if that is unchanged. */
export function codeChange(path: string, pair: FilePair): CodeChange | undefined {
  const [before, after] = [pair.before?.findings?.code, pair.after?.findings?.code];
  if (before === undefined && after === undefined) return undefined;
  const known = new Set(before?.imports);
  const newImports = (after?.imports ?? []).filter((name) => !known.has(name));
  if (before && after && newImports.length === 0 && isSamePickle(before, after)) return undefined;
  return defined({ path, before, after, newImports });
}

/**
 * Tells whether a changed file still loads the same code. A pickle with the same imports does, unless one of its imports runs what the
 * content says. Any other program with changed content is different code.
 */
const isSamePickle = (before: Code, after: Code): boolean =>
  after.kind === "pickle" &&
  before.kind === after.kind &&
  before.imports.length === after.imports.length &&
  !mayBeOtherCode({ before, after });

/** Whether a changed pickle without new imports may run different code: it was not followed to its end, or its content is code. */
export function mayBeOtherCode({ before, after }: Pick<CodeChange, "before" | "after">): boolean {
  if (before?.kind !== "pickle" || after?.kind !== "pickle") return false;
  return !before.whole || !after.whole || after.unknown.some(carriesCode);
}

/**
 * Whether an imported name may run the arguments that a pickle passes to it, or turn them into code. Assumes so for every module of the
 * Python standard library, because callers pass only names that are not known to be harmless, and for a list of third-party names.
 *
 * @param name `module:name`
 */
export function carriesCode(name: string): boolean {
  const module = name.slice(0, name.indexOf(":"));
  const top = /^_*(.*)$/.exec(module.split(".")[0]!)![1]!;
  if (PYTHON.has(top)) return true;
  return OTHERS.some((other) => name === other || name.startsWith(`${other}.`) || name.startsWith(`${other}:`));
}

/** Modules of the standard library of any Python version, without leading underscores. */
const PYTHON: ReadonlySet<string> = new Set(
  [
    "abc aifc aix_support antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect blake2",
    "bootsubprocess builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codecs_cn codecs_hk codecs_iso2022 codecs_jp",
    "codecs_kr codecs_tw codeop collections collections_abc colorsys compat_pickle compileall compression concurrent configparser",
    "contextlib contextvars copy copyreg crypt csv ctypes curses curses_panel dataclasses datetime dbm decimal difflib dis distutils",
    "doctest elementtree email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions frozen_importlib",
    "frozen_importlib_external ftplib functools gc gdbm genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac",
    "html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lsprof",
    "lzma mailbox mailcap markupbase marshal math md5 mimetypes mmap modulefinder msi msilib msvcrt multibytecodec multiprocessing",
    "netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev osx_support overlapped pathlib pdb pickle",
    "pickletools pipes pkgutil platform plistlib poplib posix posixpath posixshmem posixsubprocess pprint profile pstats pty pwd py_abc",
    "py_compile pyclbr pydecimal pydoc pydoc_data pyexpat pyio queue quopri random re readline reprlib resource rlcompleter runpy sched",
    "scproxy secrets select selectors sha1 sha256 sha3 sha512 shelve shlex shutil signal site sitebuiltins smtpd smtplib sndhdr socket",
    "socketserver spwd sqlite3 sre sre_compile sre_constants sre_parse ssl stat statistics string stringprep strptime struct subprocess",
    "sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this thread threading threading_local",
    "time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest",
    "urllib uu uuid venv warnings wave weakref weakrefset webbrowser winapi winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile",
    "zipimport zlib zoneinfo",
    // Modules of older versions, and packages that are installed with Python.
    "builtin__ main__ asynchat asyncore binhex cgi cgitb commands copy_reg cPickle crypt distutils imp imputil lib2to3 nntplib pip",
    "pipes pkg_resources popen2 setuptools smtpd telnetlib thread urllib2 xdrlib",
  ]
    .join(" ")
    .split(" "),
);

/** Third-party modules and names that run or load code. */
const OTHERS: readonly string[] = [
  ...["cloudpickle", "dill", "joblib:load", "joblib.numpy_pickle:load", "cffi", "psutil", "sh", "pexpect", "fabric", "invoke", "IPython"],
  ...["numpy:load", "numpy:fromfile", "numpy:ndarray.tofile", "numpy.testing", "numpy.f2py", "numpy.distutils", "numpy.ctypeslib"],
  ...[
    "pandas:eval",
    "pandas:read_pickle",
    "pandas.io",
    "pandas.core.computation",
    "sympy",
    "numexpr",
    "jinja2",
    "mako",
    "keras",
    "tensorflow",
  ],
  ...[
    "torch:load",
    "torch.storage:_load_from_bytes",
    "torch.hub",
    "torch.jit",
    "torch.classes",
    "torch.utils",
    "torch.fx",
    "torch._dynamo",
  ],
  ...["torch._inductor", "torch.serialization", "torch.package", "torch.distributed", "torch.multiprocessing", "sklearn.externals"],
];
