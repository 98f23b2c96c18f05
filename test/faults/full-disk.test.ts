import { test } from "tap";
import { canMount, fullDisk } from "./full-disk.js";

test(
  "a full disk puts calls off, loses nothing, and is over when there is space again",
  { skip: canMount() ? false : "a disk to fill takes the right to mount a tmpfs: run it as root" },
  async (t) => {
    const { violations, putOff } = await fullDisk({ size: 1, seed: 1 });
    t.same(violations, []);
    t.ok(putOff > 0);
  },
);
