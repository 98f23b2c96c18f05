import type { Connector } from "../../contracts/connector.js";
import type { LoadedSource } from "../../contracts/source.js";
import { relocated } from "../../loader/source-loader.js";
import { systemClock } from "../../system/clock.js";
import { serverUrl } from "../execute/target.js";
import { exit, Failure, usage, type ExitCode } from "../failure.js";
import { databaseOf, readInstallation } from "../installation.js";
import { record } from "../output.js";
import { runningServer } from "../server-file.js";
import { didYouMean } from "../suggest.js";
import type { Context } from "../verb.js";
import { readFixture, type Fixture } from "./fixture.js";
import { knock, type Answer } from "./knock.js";

/** No client may use these. */
const FORBIDDEN = ["CONNECT", "TRACE", "TRACK"];

const HINTS: Readonly<Record<number, string>> = {
  400: "The body is not one that the connector reads: its topic may stand in a header of the fixture.",
  401: "The server has other secrets than this configuration, or was started before they were changed.",
  404: "The server does not know the source: was it started before the source was added?",
  405: "Leave --method out.",
  413: "A delivery is at most 2 MB.",
  503: "The source is stopped (`furrow sources resume`), or the store is away.",
};

type Call = Pick<Context, "config" | "shell" | "parts" | "output"> & {
  readonly operands: { readonly source: string; readonly fixture: string };
  readonly options: { readonly server?: string; readonly method?: string };
};

/** Posts a fixture as the platform would and prints the answer. Done when the answer is a success. */
export async function runTrigger(call: Call): Promise<ExitCode> {
  const { operands, options, shell, output } = call;
  const method = methodOf(options.method);
  const named = options.server === undefined ? undefined : serverUrl(options.server);
  const fixture = await readFixture(operands.fixture, shell);
  const { config, project } = await readInstallation(call);
  const server = (named ?? running(databaseOf(config))).replace(/\/+$/, "");
  const source = existing(operands.source, project.sources);
  // Some platforms sign their address too: without a public one the doors are where the server listens.
  const { connector } = config.http.publicUrl === null ? relocated(source, server) : source;
  const url = `${server}/webhooks/${source.name}`;
  const answer = await knock({ url, method, headers: signed(connector, fixture), body: fixture.body });
  output.result({ source: source.name, url, method, ...answer }, () => answerText(`${method} ${url}`, answer));
  if (answer.status >= 200 && answer.status < 300) return exit.done;
  throw new Failure(`The source answered ${answer.status}`, HINTS[answer.status] ?? "The server's log may say more.");
}

function methodOf(text = "POST"): string {
  const method = text.toUpperCase();
  if (/^[A-Z]{1,20}$/.test(method) && !FORBIDDEN.includes(method)) return method;
  throw usage(`--method cannot be "${text}"`, "Write it as POST, HEAD or OPTIONS.");
}

function running(database: string): string {
  const server = runningServer(database);
  if (server) return server.url;
  throw new Failure(
    `No server runs on ${database}`,
    "Start one with `furrow serve`, or name another with --server URL.",
  );
}

function existing(name: string, sources: readonly LoadedSource[]): LoadedSource {
  const source = sources.find((one) => one.name === name);
  if (source) return source;
  const names = sources.map((one) => one.name);
  const all = names.length > 0 ? `There is: ${names.join(", ")}.` : "The project has none: add sources/NAME.yaml.";
  throw new Failure(`There is no source "${name}"`, didYouMean(name, names, all));
}

/** A connector may say itself of which type a bare body is. */
function signed(connector: Connector, { headers, body, type }: Fixture): Record<string, string> {
  return { "content-type": type, ...headers, ...connector.sign(body, headers, systemClock.now()) };
}

function answerText(asked: string, { status, headers, body }: Answer): string {
  const text = body.replace(/[^\P{Cc}\n\t]+/gu, " ");
  return [`${asked} was answered ${status}.`, record(headers), ...(text === "" ? [] : [text])].join("\n\n");
}
