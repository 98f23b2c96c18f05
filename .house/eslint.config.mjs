import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";
import { root } from "./root.mjs";

const injected = "Inject the Clock, the Ids or the Scheduler instead: tests and the simulator replay a run from a seed";
const fromTheWorld = (object, property) => ({
  selector: `MemberExpression[object.name='${object}'][property.name='${property}']`,
  message: injected,
});

export default defineConfig(
  globalIgnores(["dist/", "data/", ".tap/", "test/fixtures/"]),
  js.configs.recommended,
  {
    rules: {
      "max-lines": ["error", { max: 300 }],
      eqeqeq: "error",
      "object-shorthand": "error",
      "prefer-template": "error",
    },
  },
  {
    files: [".house/**", "config/plugin/**"],
    languageOptions: {
      globals: {
        Buffer: "readonly",
        URL: "readonly",
        console: "readonly",
        module: "writable",
        process: "readonly",
        require: "readonly",
      },
    },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // Contracts are asynchronous for the sake of other implementations; a synchronous one is no mistake.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      // Implementations are plain objects of closures, made to be taken apart.
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
    },
  },
  {
    files: ["core/pipeline/**/*.ts", "core/steps/**/*.ts", "core/schedule/**/*.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        ...["setTimeout", "setInterval", "setImmediate", "performance", "crypto"].map((name) => ({
          name,
          message: injected,
        })),
      ],
      "no-restricted-imports": [
        "error",
        ...["node:timers", "node:timers/promises", "timers", "timers/promises", "node:perf_hooks", "perf_hooks"].map(
          (name) => ({
            name,
            message: injected,
          }),
        ),
        ...["node:crypto", "crypto"].map((name) => ({
          name,
          importNames: [
            "default",
            "randomUUID",
            "randomBytes",
            "randomInt",
            "randomFillSync",
            "getRandomValues",
            "webcrypto",
          ],
          message: injected,
        })),
      ],
      "no-restricted-syntax": [
        "error",
        fromTheWorld("Date", "now"),
        fromTheWorld("Math", "random"),
        fromTheWorld("performance", "now"),
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: injected },
        { selector: "CallExpression[callee.name='Date']", message: injected },
        { selector: "CallExpression[callee.name=/^random(UUID|Bytes)$/]", message: injected },
        { selector: "MemberExpression[property.name=/^random(UUID|Bytes)$/]", message: injected },
        { selector: "MemberExpression[object.name='globalThis']", message: injected },
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // tap waits for its subtests by itself.
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafePromises: [{ from: "package", package: "@tapjs/core", name: "PromiseWithSubtest" }] },
      ],
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
    },
  },
);
