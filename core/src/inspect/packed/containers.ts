/** Containers and programs that are not inspected, although some program loads code from each of them. */
import { Header } from "tar/header";
import type { Findings } from "../../findings/findings.js";
import { unfollowed } from "../pickle/code.js";
import type { FormatReader } from "../reader.js";
import { unreadCompression } from "./compression.js";

const TAR_HEADER = 512;

/** Whether bytes are a tar header: files of NeMo, and of PyTorch before 0.1.10, are tars. */
export function isTar(head: Buffer): boolean {
  if (head.length < TAR_HEADER) return false;
  try {
    return new Header(head).cksumValid;
  } catch {
    return false;
  }
}

export const TAR_WARNING = "it is a tar, whose contents were not inspected";
export const TAR: Findings = { format: "tar", code: unfollowed("pickle") };

const HDF5 = Buffer.from("\x89HDF\r\n\x1a\n", "latin1");

export const container: FormatReader = {
  failed: { format: "container", code: unfollowed("pickle") },
  matches: ({ name, head }) => isTar(head) || isHdf5(head) || unreadCompression(head) !== undefined || name === "saved_model.pb",
  read(_, { name, head }, warnings) {
    if (isTar(head)) {
      warnings.add(TAR_WARNING);
      return Promise.resolve(TAR);
    }
    // Keras reads layers with code from it, and PyTables objects; a file of weights holds only numbers.
    if (isHdf5(head)) return Promise.resolve({ format: "hdf5", ...(!name.endsWith(".weights.h5") && { code: unfollowed("hdf5") }) });
    const compression = unreadCompression(head);
    if (compression === undefined) return Promise.resolve({ format: "tensorflow", code: unfollowed("tensorflow") });
    warnings.add(`it is compressed with ${compression}, which is not read`);
    return Promise.resolve({ format: compression, code: unfollowed("pickle") });
  },
};

const isHdf5 = (head: Buffer): boolean => head.subarray(0, HDF5.length).equals(HDF5);
