// Compiles the firmware for boards, into build/: bytecode takes a tenth less of their memory than what they make of the sources themselves,
// and less while it is loaded. main.py, the tasks and the settings stay as they are. Prints the folder.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

delete globalThis.fetch; // the compiler takes whoever has it for a browser,
process.setMaxListeners(0); // and listens to this process anew for each file
const { compile } = createRequire(import.meta.url)('@pybricks/mpy-cross-v6');
const here = path.dirname(fileURLToPath(import.meta.url));
const source = path.join(here, '../src');
const target = path.join(here, '../build');

async function bytecode(name, text) {
  const { status, mpy, err } = await compile(name, text, ['-O3']);
  if (status === 0) return mpy;
  console.error(`broccoli: ${name} cannot be compiled: ${err.join('\n')}`);
  return process.exit(1);
}

for (const folder of ['', 'broccoli', 'ports']) {
  fs.mkdirSync(path.join(target, folder), { recursive: true });
  const made = new Map(fs.readdirSync(path.join(source, folder)).filter(name => name.endsWith('.py'))
    .map(name => [folder ? name.replace(/py$/, 'mpy') : name, path.join(source, folder, name)]));
  for (const [name, from] of made) {
    const to = path.join(target, folder, name);
    const changed = fs.statSync(from).mtime;
    if (fs.statSync(to, { throwIfNoEntry: false })?.mtime.getTime() === changed.getTime()) continue;
    const text = fs.readFileSync(from, 'utf8');
    const part = `${to}.${process.pid}`;
    fs.writeFileSync(part, folder ? await bytecode(path.basename(from), text) : text);
    fs.utimesSync(part, changed, changed);
    fs.renameSync(part, to); // whole, whoever else is at it
  }
  for (const old of fs.readdirSync(path.join(target, folder))) {
    if (/py$/.test(old) && !made.has(old)) fs.rmSync(path.join(target, folder, old));
  }
}
console.log(path.resolve(target));
