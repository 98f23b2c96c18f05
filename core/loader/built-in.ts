/** The plugins that ship with Furrow, by the name that `use:` knows them by; each is imported when a source first uses it. */
export const builtInPlugins: Readonly<Record<string, () => Promise<unknown>>> = {
  orders: () => import("../../plugins/orders/index.js"),
  bookings: () => import("../../plugins/bookings/index.js"),
  rest: () => import("../../plugins/rest/index.js"),
};
