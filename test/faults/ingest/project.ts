import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Workspace } from "../workspace.js";
import { leads } from "./leads.js";
import { shop } from "./orders.js";
import { salon } from "./bookings.js";

/** Puts the sources and what they start into the project of a workspace. `platform`: where Square's API is. */
export async function installSources({ config }: Workspace, platform: string): Promise<void> {
  const project = join(dirname(config), "project");
  await mkdir(join(project, "sources"));
  for (const [name, text] of Object.entries(sources(platform)))
    await writeFile(join(project, "sources", `${name}.yaml`), text);
  for (const [key, text] of Object.entries(sequences))
    await writeFile(join(project, "sequences", `${key}.yaml`), `name: ${key}\npurpose: transactional\nsteps:\n${text}`);
}

function sources(platform: string): Record<string, string> {
  return {
    [shop.name]: `use: orders
options:
  connector: shopify
  secrets: ["${shop.secret}"]
  on: [ { event: order.paid, execute: thanks, context: { number: "order.number" } } ]
`,
    [salon.name]: `use: bookings
options:
  connector: square
  secrets: ["${salon.secret}"]
  notificationUrl: ${salon.url}
  api: { baseUrl: "${platform}", accessToken: t }
  on:
    - { event: booking.created, execute: remind }
    - { event: booking.ended, execute: review }
`,
    [leads.name]: `use: rest
options:
  connector: plain
  secrets: ["${leads.secret}"]
  dedupe: "event.id"
  on:
    - event: "*"
      execute: welcome
      contact: { email: "event.person.email", firstName: "event.person.name" }
      entity: "'lead:' + event.person.email"
`,
  };
}

/** Of these a step that is in doubt is tried again; the others hold. */
export const retrying: ReadonlySet<string> = new Set(["thanks", "remind"]);

const sequences = {
  thanks: `  - { id: one, email: { subject: "Order {{ context.number }}", text: x, onUncertain: retry } }
  - { id: after-one, wait: 1s }
  - { id: two, email: { subject: two, text: x, onUncertain: retry } }
  - { id: after-two, wait: 1s }
  - { id: three, email: { subject: three, text: x, onUncertain: retry } }
  - { id: long, wait: 30d }
  - { id: four, email: { subject: four, text: x, onUncertain: retry } }
`,
  remind: `  - { id: booked, email: { subject: booked, text: x, onUncertain: retry } }
  - { id: before, wait: { until: entity.startsAt, offset: -1d, ifPast: exit } }
  - { id: tomorrow, email: { subject: tomorrow, text: x, onUncertain: retry } }
`,
  review: `  - { id: how, email: { subject: how, text: x, onUncertain: hold } }
`,
  welcome: `  - { id: hello, email: { subject: hello, text: x, onUncertain: hold } }
  - { id: after-hello, wait: 0s }
  - { id: tips, email: { subject: tips, text: x, onUncertain: hold } }
`,
};
