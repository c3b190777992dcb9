// node precompile.mjs FOLDER: run bytecode.py in the Pyodide of the folder, on its archives.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const lock = JSON.parse(readFileSync(`${folder}/pyodide-lock.json`, "utf8"));
const pyodide = await loadPyodide({
    indexURL: `${folder}/`,
    packageCacheDir: folder,
    packages: Object.keys(lock.packages),
    stdout() {},
});
pyodide.mountNodeFS("/distribution", folder);
await pyodide.runPythonAsync(`
from pathlib import Path
from rnnlib.site import bytecode
bytecode.main(Path("/distribution"))
`);
