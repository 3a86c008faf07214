// Bundles the dashboard into dist/ (or, with --test, the tests into out/). No file of it asks anything of another host.
import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { build } from "esbuild";

const common = { bundle: true, logLevel: "warning", jsx: "automatic", jsxImportSource: "preact" };

async function bundleTests() {
  await rm("out", { recursive: true, force: true });
  const names = (await readdir("src")).filter((name) => name.endsWith("_test.ts"));
  await build({
    ...common,
    entryPoints: names.map((name) => `src/${name}`),
    outdir: "out",
    outExtension: { ".js": ".test.mjs" },
    platform: "node",
    format: "esm",
  });
}

async function bundlePage() {
  await rm("dist", { recursive: true, force: true });
  await mkdir("dist");
  await build({
    ...common,
    entryPoints: { app: "src/main.tsx" },
    outdir: "dist",
    format: "esm",
    target: ["es2020", "safari15"],
    minify: true,
    legalComments: "none",
  });
  for (const name of ["index.html", "icon.svg"]) await cp(`src/${name}`, `dist/${name}`);
}

await (process.argv.includes("--test") ? bundleTests() : bundlePage());
