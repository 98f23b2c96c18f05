import { segment, type Api } from "../api.js";
import type { Refused } from "../event-text.js";
import type { Envelope } from "../output.js";

const MOST = 100;

interface Asked {
  source?: string;
  page?: string;
  limit?: string;
}

/** A page of the requests that were refused at one door, or at all of them together, newest first. */
export async function refusedOf(api: Api, { source, ...page }: Asked): Promise<Envelope<Refused>> {
  if (source !== undefined) return api.list<Refused>(pathOf(source), page);
  // The API knows what the page and the limit mean, and that they mean something.
  const { page: number, perPage } = (await api.list("/sources", page)).meta;
  const doors = await all<{ name: string }>(api, "/sources", Infinity);
  const parts: Part[] = [];
  for (const { name } of doors.rows) parts.push(await all<Refused>(api, pathOf(name), number * perPage));
  const rows = parts.flatMap((part) => part.rows).sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const total = parts.reduce((sum, part) => sum + part.total, 0);
  const data = rows.slice((number - 1) * perPage, number * perPage);
  return { data, meta: { page: number, perPage, total, totalPages: Math.ceil(total / perPage) } };
}

type Part = Rows<Refused>;
interface Rows<Row> {
  rows: Row[];
  total: number;
}

/** The first rows of a list, at least `wanted` of them if there are so many. */
async function all<Row>(api: Api, path: string, wanted: number): Promise<Rows<Row>> {
  const rows: Row[] = [];
  for (let page = 1; ; page++) {
    const { data, meta } = await api.list<Row>(path, { page: String(page), limit: String(MOST) });
    rows.push(...data);
    if (rows.length >= wanted || page >= meta.totalPages) return { rows, total: meta.total };
  }
}

function pathOf(source: string): string {
  return `/sources/${segment(source)}/refused`;
}
