/** Milliseconds on a clock that all processes of this machine, and V8's profiles, share. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
