import t from "tap";
import type { Api } from "../../../../core/cli/api.js";
import type { Envelope } from "../../../../core/cli/output.js";
import { refusedOf } from "../../../../core/cli/events/refused.js";

/** An API with so many refused requests at each door, at times that count up. */
function apiWith(doors: Record<string, readonly number[]>): Api & { asked: string[] } {
  const asked: string[] = [];
  const rowsOf = (path: string): object[] => {
    const [, name] = /^\/sources\/(\w+)\/refused$/.exec(path) ?? [];
    if (name === undefined) return Object.keys(doors).map((one) => ({ name: one }));
    const times = [...(doors[name] ?? [])].sort((a, b) => b - a);
    return times.map((at) => ({ at: new Date(at).toISOString(), source: name }));
  };
  return {
    asked,
    list: (path, { page = "1", limit = "50" }) => {
      asked.push(path);
      const all = rowsOf(path);
      const [number, perPage] = [Number(page), Number(limit)];
      const data = all.slice((number - 1) * perPage, number * perPage);
      const meta = { page: number, perPage, total: all.length, totalPages: Math.ceil(all.length / perPage) };
      return Promise.resolve({ data, meta } as Envelope<never>);
    },
    one: () => Promise.reject(new Error("Nothing is changed here")),
  };
}

t.test("of one door the API is asked as it is", async (t) => {
  const api = apiWith({ leads: [1, 2, 3], shop: [4] });
  const { data, meta } = await refusedOf(api, { source: "leads", limit: "2" });
  t.match(data, [{ at: "1970-01-01T00:00:00.003Z" }, { at: "1970-01-01T00:00:00.002Z" }]);
  t.same(meta, { page: 1, perPage: 2, total: 3, totalPages: 2 });
  t.same(api.asked, ["/sources/leads/refused"]);
});

t.test("of all doors together, newest first, page by page", async (t) => {
  const doors = { leads: range(0, 150, 2), shop: range(1, 150, 2), quiet: [] };
  const seen: number[] = [];
  for (let page = 1; page <= 4; page++) {
    const { data, meta } = await refusedOf(apiWith(doors), { page: String(page), limit: "40" });
    t.same(meta, { page, perPage: 40, total: 150, totalPages: 4 });
    seen.push(...data.map(({ at }) => Date.parse(at)));
  }
  t.same(seen, range(0, 150, 1).reverse());
  t.same((await refusedOf(apiWith(doors), { page: "9" })).data, []);
});

t.test("more than a page of the API at one door is read to its end", async (t) => {
  const { data, meta } = await refusedOf(apiWith({ leads: range(0, 250, 1), shop: [900] }), {
    page: "3",
    limit: "100",
  });
  t.equal(meta.total, 251);
  t.equal(data.length, 51);
  t.equal(Date.parse(data.at(-1)?.at ?? ""), 0);
});

t.test("a project without sources has none", async (t) => {
  t.same(await refusedOf(apiWith({}), {}), { data: [], meta: { page: 1, perPage: 50, total: 0, totalPages: 0 } });
});

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, n) => from + n * step);
}
