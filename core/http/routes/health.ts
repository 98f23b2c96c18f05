import type { ServerRoute } from "@hapi/hapi";
import { StoreUnavailable } from "../../contracts/errors.js";
import type { Store } from "../../contracts/store.js";

export interface HealthParts {
  readonly store: Store;
  /** `false` while the process starts and stops. */
  ready(): boolean;
}

/** For load balancers: `live` while the process answers at all, `ready` while it can do its work. */
export function healthRoutes({ store, ready }: HealthParts): ServerRoute[] {
  const options: ServerRoute["options"] = { app: { access: "public" } };
  return [
    { method: "GET", path: "/health/live", options, handler: () => ({ data: { status: "live" } }) },
    {
      method: "GET",
      path: "/health/ready",
      options,
      async handler() {
        if (!ready()) throw new StoreUnavailable("The process is starting or stopping");
        await store.check();
        return { data: { status: "ready" } };
      },
    },
  ];
}
