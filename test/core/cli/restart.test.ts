import { test } from "tap";
import { restartWithHeap } from "../../../core/cli/restart.js";

const server = {
  execPath: "/bin/node",
  execArgv: ["--enable-source-maps"],
  argv: ["/bin/node", "/furrow.js", "serve", "--json"],
  env: { HOME: "/home/anna" },
};

test("a server puts itself in its own place, with a smaller heap", (t) => {
  const calls: unknown[] = [];
  restartWithHeap({ ...server, execve: (...call) => calls.push(call) });
  t.strictSame(calls, [
    [
      "/bin/node",
      [
        "/bin/node",
        "--enable-source-maps",
        "--max-semi-space-size=8",
        "--heap-growing-percent=50",
        "/furrow.js",
        "serve",
        "--json",
      ],
      { HOME: "/home/anna" },
    ],
  ]);
  t.end();
});

const left = {
  "another command": { argv: ["/bin/node", "/furrow.js", "lint"] },
  "one that was restarted already": { execArgv: ["--max-semi-space-size=8", "--heap-growing-percent=50"] },
  "one whose heap somebody has sized": { env: { NODE_OPTIONS: "--max-old-space-size=4096" } },
  "one that cannot": { execve: undefined },
};
for (const [what, change] of Object.entries(left)) {
  test(`${what} is left as it is`, (t) => {
    const execve = (): unknown => t.fail("it was started again");
    t.doesNotThrow(() => restartWithHeap({ ...server, execve, ...change }));
    t.end();
  });
}
