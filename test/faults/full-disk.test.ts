import { test } from "tap";
import { fullDisk, smallDisk } from "./full-disk.js";

const disk = smallDisk();

test(
  "a full disk puts calls off, loses nothing, and is over when there is space again",
  { skip: disk ? false : "a disk of its own takes the right to mount a tmpfs: run it as root" },
  async (t) => {
    t.teardown(() => disk?.remove());
    const { violations, putOff } = await fullDisk({ size: 1, seed: 1, place: disk?.place ?? "" });
    t.same(violations, []);
    t.ok(putOff > 0);
  },
);
