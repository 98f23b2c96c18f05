/** Loaded before the program (`node --import`): its wall clock is wrong by SKEW milliseconds. Its timers are as they were. */
const skew = Number(process.env["SKEW"] ?? 0);
const RightDate = Date;

class SkewedDate extends RightDate {
  constructor(...args: unknown[]) {
    if (args.length === 0) super(SkewedDate.now());
    else super(...(args as [number]));
  }

  static override now(): number {
    return RightDate.now() + skew;
  }
}

globalThis.Date = SkewedDate as DateConstructor;

// A module, so that its names are its own.
export {};
