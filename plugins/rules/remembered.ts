import type { SourceHome } from "../../core/contracts/plugin.js";

/** Makes what options mean in a home once, however often it is asked for. */
export function remembered<Options extends object, T>(
  make: (options: Options, home: SourceHome) => T,
): (options: Options, home: SourceHome) => T {
  const known = new WeakMap<SourceHome, WeakMap<Options, T>>();
  return (options, home) => {
    const here = known.get(home) ?? new WeakMap<Options, T>();
    known.set(home, here);
    const made = here.get(options) ?? make(options, home);
    here.set(options, made);
    return made;
  };
}
