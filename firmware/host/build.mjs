// Compiles the firmware for boards, into build/: bytecode takes a seventh less of their memory than what they make of the sources themselves,
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

function fail(message) {
  console.error('broccoli: ' + message);
  process.exit(1);
}

/** The numbers of the wire format, and its letters, as text. */
const numbersFile = path.join(source, 'broccoli/wire.py');
const numbers = {};
for (const [, names, value] of fs.readFileSync(numbersFile, 'utf8').matchAll(/^([A-Z_, ]+) = ([^#\n]+)/gm)) {
  names.split(', ').forEach((name, i) => { numbers[name] = value.startsWith('range') ? i : `(${value.trim()})`; });
}

/** Puts numbers and letters where their names are, which would take a kilobyte or two: those of the wire format, and a module's own, that begin with _. */
function withoutNames(file, text) {
  return text
    .replace(/\bwire\.([A-Z_]+)/g, (_, name) => numbers[name] ?? fail(`${file}: wire.py has no ${name}`))
    .replace(/"\)\s+\+ \("/g, '')
    .replace(/^from broccoli import wire\n/m, '')
    .replace(/^(from broccoli import .*), wire$/m, '$1')
    .replace(/^(_[A-Z_]+) = ([-\d()<> ]+?)(?= *(?:#|$))/gm, '$1 = const($2)');
}

async function bytecode(file, text) {
  const known = path.basename(file, '.py'); // is in memory anyway, and says in a traceback where
  const { status, mpy, err } = await compile(file, withoutNames(file, text), ['-O3', '-s', known]);
  return status === 0 ? mpy : fail(`${file} cannot be compiled: ${err.join('\n')}`);
}

const since = Math.max(...[numbersFile, fileURLToPath(import.meta.url)].map(file => fs.statSync(file).mtimeMs)); // all depend on these

for (const folder of ['', 'broccoli', 'ports']) {
  fs.mkdirSync(path.join(target, folder), { recursive: true });
  const made = new Map(fs.readdirSync(path.join(source, folder)).filter(name => name.endsWith('.py'))
    .map(name => [folder ? name.replace(/py$/, 'mpy') : name, path.join(source, folder, name)]));
  for (const [name, from] of made) {
    const to = path.join(target, folder, name);
    const changed = new Date(Math.max(fs.statSync(from).mtimeMs, since));
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
