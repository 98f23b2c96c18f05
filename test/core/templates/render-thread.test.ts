import { test, type Test } from "tap";
import { RenderThread, type Errand } from "../../../core/templates/render-thread.js";
import { endless, greedy, letter, patience, values } from "./letters.js";

let number = 0;

function threadOf(t: Test, ...of: ConstructorParameters<typeof RenderThread>): RenderThread {
  const thread = new RenderThread(...of);
  t.teardown(() => thread.close());
  return thread;
}
function errand(text: string, context: object = {}): Errand {
  return { letter: { ...letter(text), number: number++ }, values: JSON.stringify(values(context)) };
}
const good = { letter: { subject: "Hello", text: "Hi Ana" } };

test("one thread fills in one letter after another", async (t) => {
  const thread = threadOf(t, patience);
  const done = await Promise.all(Array.from({ length: 60 }, () => thread.fill(errand("Hi {{ contact.firstName }}"))));
  for (const one of done) t.match(one, good);
  t.equal(thread.started, 1);
});

test("a thread that is killed takes with it only what it was filling in", async (t) => {
  const thread = threadOf(t, { ...patience, fill: 1_000 });
  const order: string[] = [];
  const asked = ["Hi {{ contact.firstName }}", endless, "Hi {{ contact.firstName }}", endless, "Hi Ana"].map(
    async (text, at) => {
      const done = await thread.fill(errand(text));
      order.push(String(at));
      return done;
    },
  );
  const done = await Promise.all(asked);
  const late = { unfilled: "The template takes longer than it may" };
  for (const [at, one] of done.entries()) t.match(one, at % 2 === 0 ? good : late, String(at));
  t.same(order, ["0", "1", "2", "3", "4"]);
  t.equal(thread.started, 3);
});

test("a thread that runs out of memory is a refusal, and the next one goes on", async (t) => {
  const thread = threadOf(t, patience);
  t.match(await thread.fill(errand(greedy, { big: "x".repeat(5_000) })), {
    unfilled: /^The template uses more memory than it may/,
  });
  t.match(await thread.fill(errand("Hi Ana")), good);
  t.equal(thread.started, 2);
});

test("a thread without work ends, and a later letter starts another", async (t) => {
  const thread = threadOf(t, { ...patience, idle: 1 });
  t.match(await thread.fill(errand("Hi Ana")), good);
  while (thread.isRunning) await new Promise(setImmediate);
  t.match(await thread.fill(errand("Hi Ana")), good);
  t.equal(thread.started, 2);
});

test("closing ends the thread, and what waits is never answered", async (t) => {
  const thread = new RenderThread(patience);
  t.match(await thread.fill(errand("Hi Ana")), good);
  const answered: unknown[] = [];
  for (const text of [endless, "Hi Ana"]) void thread.fill(errand(text)).then((one) => answered.push(one));
  await thread.close();
  void thread.fill(errand("Hi Ana")).then((one) => answered.push(one));
  await new Promise(setImmediate);
  t.notOk(thread.isRunning);
  t.same(answered, []);
  t.equal(thread.started, 1);
  await thread.close();
});

test("a thread that breaks down or cannot start is a refusal that says so", async (t) => {
  const program = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  const broken = threadOf(t, patience, program("throw new Error('Ana')"));
  t.same(await broken.fill(errand("Hi")), { unfilled: "The thread that filled in the template broke down" });
  const silent = threadOf(t, { ...patience, read: 1 }, program("setInterval(() => 0, 1000)"));
  t.same(await silent.fill(errand("Hi")), { unfilled: "The template takes longer than it may" });
  const gone = threadOf(t, patience, program("process.exit(0)"));
  t.same(await gone.fill(errand("Hi")), { unfilled: "The thread that filled in the template broke down" });
  const none = threadOf(t, patience, new URL("https://nowhere.example/worker.js"));
  for (const expected of ["The thread that fills in templates cannot be started"]) {
    t.same(
      await Promise.all([none.fill(errand("Hi")), none.fill(errand("Hi"))]),
      Array(2).fill({ unfilled: expected }),
    );
  }
});
