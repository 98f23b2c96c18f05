import { Failure } from "../failure.js";

/** Longer than any answer of a healthy server takes, in milliseconds. */
const TIMEOUT = 60_000;

export interface Knock {
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/** What a source answered. Header names are in lower case. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Asks once, as a platform does, and follows no redirect. Throws a `Failure` when nothing comes back. */
export async function knock({ url, method, headers, body }: Knock): Promise<Answer> {
  const bodiless = method === "GET" || method === "HEAD";
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(bodiless ? {} : { body: new Uint8Array(body) }),
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  } catch (error) {
    const { cause, name } = error as Error & { cause?: { code?: string } };
    throw new Failure(
      `The server at ${url} does not answer (${cause?.code ?? name})`,
      "Check that it runs, and that the address and the headers of the fixture are right.",
      1,
      { cause: error },
    );
  }
}
