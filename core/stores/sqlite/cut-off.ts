import { closeSync, openSync, readSync } from "node:fs";

const headerSize = 32;
const frameHeaderSize = 24;

/**
 * SQLite ends its reading of a write-ahead log at the first frame whose checksum is wrong, since a crash leaves such an end. This tells
 * damage from a crash: each commit is synced before the next one writes, so a commit behind that frame, with more behind it, was promised
 * to somebody. Answers what is wrong with the log of which SQLite reads `frames`, if anything is: https://sqlite.org/fileformat2.html#walformat
 */
export function cutOff(log: string, frames: number, pageSize: number): string | undefined {
  const file = openSync(log, "r");
  try {
    const header = bytesAt(file, 0, headerSize);
    const frame = (index: number): Buffer | undefined =>
      bytesAt(file, headerSize + index * (frameHeaderSize + pageSize), frameHeaderSize);
    // A header is synced before the first frame is written.
    if (!header || !frame(0)?.some(Boolean)) return undefined;
    if (!isSound(header)) return "the header of its -wal cannot be read";
    // Frames that a log before this one has left behind it carry other salts.
    const salts = header.subarray(16, 24);
    let committed = false;
    for (let index = frames, next = frame(index); next; next = frame(++index)) {
      if (!next.subarray(8, 16).equals(salts)) continue;
      if (committed) return `its -wal cannot be read beyond frame ${frames}, and goes on`;
      committed = next.readUInt32BE(4) > 0;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}

function bytesAt(file: number, position: number, length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  return readSync(file, bytes, 0, length, position) === length ? bytes : undefined;
}

/** Whether the last eight bytes are the checksum of those before. The lowest bit of the first word tells the order of its bytes. */
function isSound(header: Buffer): boolean {
  const isBig = header.readUInt8(3) % 2 === 1;
  const word = (at: number): number => (isBig ? header.readUInt32BE(at) : header.readUInt32LE(at));
  let [first, second] = [0, 0];
  for (let at = 0; at < headerSize - 8; at += 8) {
    first = (first + word(at) + second) >>> 0;
    second = (second + word(at + 4) + first) >>> 0;
  }
  return first === header.readUInt32BE(24) && second === header.readUInt32BE(28);
}
