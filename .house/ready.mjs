// Makes the clone ready to run: installs what package-lock.json says and compiles the sources, each only when something changed.
// With "installed" as argument it stops after the install. All output goes to stderr: stdout belongs to what runs afterwards.
import { build, isBuilt } from "./build.mjs";
import { install, isInstalled } from "./install.mjs";
import { alone } from "./lock.mjs";

const installOnly = process.argv[2] === "installed";
const isReady = () => isInstalled() && (installOnly || isBuilt());

try {
  if (!isReady()) {
    await alone("ready", async () => {
      if (!isInstalled()) await install();
      if (!installOnly && !isBuilt()) {
        console.error("furrow: building");
        await build();
      }
    });
  }
} catch (error) {
  console.error(`furrow: not ready: ${error.message}`);
  process.exitCode = 1;
}
