import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";

const BLOCK = 512;

/** Writes the files of a package's tarball (ustar, as npm makes it) into a folder, without the folder that they all lie in. */
export function untar(tarball: Uint8Array, folder: string): void {
  const tar = gunzipSync(tarball);
  for (let at = 0; tar[at];) {
    const field = (start: number, length: number) =>
      tar.toString("utf8", at + start, at + start + length).replace(/\0[^]*$/, "");
    const [name, prefix, type] = [field(0, 100), field(345, 155), field(156, 1)];
    const [mode, size] = [field(100, 8), field(124, 12)].map((octal) => parseInt(octal, 8)) as [number, number];
    if (type !== "0" && type !== "5") throw new Error(`The tarball has an entry of the type "${type}": ${name}`);
    if (type === "0") {
      const path = join(folder, join(prefix, name).split("/").slice(1).join("/"));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, tar.subarray(at + BLOCK, at + BLOCK + size));
      chmodSync(path, mode);
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}
