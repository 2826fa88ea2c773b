// The least heap with which a node does its work, on a MicroPython for Unix whose words have 32 bits: unlike that of WebAssembly it collects
// whenever it must, as a board does. A real heap is in pieces, and needs room to compile, so this is more than what is taken when all is quiet.
//
//     make -C micropython/ports/unix MICROPY_FORCE_32BIT=1 MICROPY_PY_FFI=0 MICROPY_PY_SSL=0 MICROPY_PY_BTREE=0
//     BROCCOLI_MICROPYTHON=micropython/ports/unix/build-standard/micropython node test/heap.mjs
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Broker } from './broker.mjs';
import { deployer, KEY, large } from './modules.mjs';
import { ask, board, wait } from './support.mjs';

const python = process.env.BROCCOLI_MICROPYTHON ?? 'micropython';
const build = path.join(path.dirname(fileURLToPath(import.meta.url)), '../build');
const bits = execFileSync(python, ['-c', 'import sys\nprint(32 if sys.maxsize < 1 << 32 else 64)'], { encoding: 'utf8' }).trim();
const broker = await new Broker().start();
const asker = board('asker', broker.port, { modules: [] });
await asker.start();
let nodes = 0;

/** Whether a node with so many KB starts, and then does `work(its name)`. */
async function enough(kb, config, work) {
  const name = 'node-' + ++nodes;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'node-'));
  fs.cpSync(build, folder, { recursive: true });
  const settings = { name, cluster: 'c', broker: '127.0.0.1', port: broker.port, flash: folder + '/', watchdog: 0, ...config };
  fs.writeFileSync(path.join(folder, 'config.py'), `import json\nCONFIG = json.loads(${JSON.stringify(JSON.stringify(settings))})\n`);
  const node = spawn(python, ['-X', `heapsize=${kb}k`, 'main.py'], { cwd: folder });
  let said = '';
  for (const stream of [node.stdout, node.stderr]) stream.on('data', data => { said += data; });
  let ended = false;
  const over = new Promise(resolve => node.on('exit', resolve)).then(() => { ended = true; });
  try {
    for (let i = 0; i < 200 && !ended && !/connected\n|Error/.test(said); i++) await wait(25);
    return !/Error/.test(said) && said.includes('connected') && (await Promise.race([work(name), wait(15000)])) === true;
  } catch {
    return false; // it said why
  } finally {
    node.kill('SIGKILL');
    await over;
    fs.rmSync(folder, { recursive: true });
  }
}

async function least(what, config, work) {
  let [few, many] = [24, 256];
  while (many - few > 1) {
    const kb = (few + many) >> 1;
    if (await enough(kb, config, work)) many = kb;
    else few = kb;
  }
  console.log(`${many} KB  ${what}`);
}

const call = (name, task, args = []) => ask(asker, `await cluster.call("${task}"${args.map(each => ', ' + each).join('')}, on="${name}")`, 10000);
async function deploy(name) {
  await deployer(asker, name, { ms: 10000 }).deploy('garden', '1', large());
  return (await call(name, 'grow_1', [3])).sum === 3;
}

console.log(`words of ${bits} bits`);
await least('starts, without tasks', { modules: [] }, async () => true);
await least('starts, with twelve tasks and a key', { deploy_key: KEY }, async () => true);
await least('works, with twelve tasks and a key', { deploy_key: KEY }, async name => (await call(name, 'add', [1, 2])) === 3);
await least('takes a module of 8 KB', { deploy_key: KEY }, deploy);
process.exit(0);
