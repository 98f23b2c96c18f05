import type { Sources } from "../../../core/contracts/source.js";

/** Of a project without sources. */
export const noSources: Sources = {
  organization: "default",
  all: [],
  get: () => undefined,
  exitsOn: () => [],
  http: () => {
    throw new Error("There is no source");
  },
};
