// A heap that is in pieces: what a board does all day takes no large piece of it. Seeded: SEED in the environment repeats a run.
import assert from 'node:assert';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Broker } from './broker.mjs';
import { ask, board, until } from './support.mjs';

const SEED = Number(process.env.SEED ?? Date.now() % 1000000);
const CALLS = Number(process.env.CALLS ?? 400); // each must find its pieces
const python = process.env.BROCCOLI_MICROPYTHON;
const small = python && execFileSync(python, ['-c', 'import sys\nprint(sys.maxsize < 1 << 32)'], { encoding: 'utf8' }).trim() === 'True';
const build = path.join(path.dirname(fileURLToPath(import.meta.url)), '../build');

/** How many calls of 8 at a time did not end as they should: `{why: count}`. Echoes of texts of up to `most` characters, or failures. */
async function wrong(asker, fails, most, times) {
  await asker.eval(`
import asyncio, json
from broccoli import cluster
state = ${SEED} or 1
def below(n):
    global state
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return (state >> 8) % n
async def one():
    text = "x" * below(${most})
    try:
        if await cluster.call("${fails ? 'fail' : 'identity'}", text, on="node") == text:
            return ""
        return "another answer"
    except cluster.TaskError as error:
        return "" if ${fails ? 'error.type == "Exception" and "Traceback" in error.trace' : 'False'} else str(error)
async def some(seen):
    for i in range(${times} // 8):
        why = await one()
        if why:
            seen[why] = seen.get(why, 0) + 1
async def calls():
    seen = {}
    await asyncio.gather(*[some(seen) for i in range(8)])
    return seen
`);
  return ask(asker, 'await calls()', 100000);
}

/** Leaves nothing free but holes of so many bytes. The interpreter collects between two turns only: so there are many, and it takes turns. */
const holes = bytes => `
import asyncio, gc
from broccoli.compat import port
port.free = lambda least: 1 << 20
kept, used = [None] * 40000, 10000
def fits(size):
    global used
    try:
        kept[used] = bytearray(size)
        used += 1
        return True
    except MemoryError:
        return False
async def turn():
    gc.collect()
    await asyncio.sleep_ms(20)
async def fill():
    for j in range(4000):
        kept[2 * j] = bytearray(${bytes})
        kept[2 * j + 1] = bytearray(16)
    await turn()
    for i in range(3):
        size = 1 << 20
        while size > ${bytes} + 16:
            if not fits(size):
                size = max(size >> 1, ${bytes} + 16) if size > ${bytes} + 32 else 0
        await turn()
    for j in range(4000):
        kept[2 * j] = None
    await turn()
    while fits(${bytes} + 32):
        pass
    await turn()
    print("holes", fits(${bytes} - 16), fits(${bytes} + 32))
asyncio.create_task(fill())
`;

/** A broker, a board that asks, and one whose free heap is holes, once it has done everything before. */
async function inPieces(t, bytes) {
  t.diagnostic(`SEED=${SEED}`);
  const broker = await new Broker().start();
  const [asker, node] = [board('asker', broker.port, { modules: [] }), board('node', broker.port)];
  t.after(async () => {
    for (const each of [asker, node]) await each.close();
    await broker.stop();
  });
  for (const each of [asker, node]) await each.start();
  for (const fails of [false, true]) assert.deepEqual(await wrong(asker, fails, 40, 80), {});
  await node.eval('import gc\ngc.collect()');
  await node.eval(holes(bytes));
  await until(() => node.said.some(line => line.startsWith('holes')));
  assert.ok(node.said.includes('holes True False'), node.said.join('\n'));
  return [asker, node];
}

for (const [what, fails, most, bytes] of [
  ['echoes of short texts', false, 200, 512],
  ['echoes of texts as long as tasks may be', false, 1000, 1104],
  ['failures', true, 60, 512],
]) {
  test(`${CALLS} ${what} need no piece of the heap of more than ${bytes} bytes`, async t => {
    const [asker, node] = await inPieces(t, bytes);
    assert.deepEqual(await wrong(asker, fails, most, CALLS), {});
    assert.ok(!node.said.some(line => line.includes('MemoryError')), node.said.join('\n'));
  });
}

test('a board of 100 KB does 4000 echoes and 4000 failures', { skip: !small && 'BROCCOLI_MICROPYTHON names none of 32 bits' }, async t => {
  t.diagnostic(`SEED=${SEED}`);
  const broker = await new Broker().start();
  const asker = board('asker', broker.port, { modules: [] }, { heap: 8 << 20 });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'node-'));
  fs.cpSync(build, folder, { recursive: true });
  const settings = { name: 'node', cluster: 'c', broker: '127.0.0.1', port: broker.port, flash: folder + '/', watchdog: 0 };
  fs.writeFileSync(path.join(folder, 'config.py'), `import json\nCONFIG = json.loads(${JSON.stringify(JSON.stringify(settings))})\n`);
  const node = spawn(python, ['-X', 'heapsize=100k', 'main.py'], { cwd: folder });
  let said = '';
  for (const stream of [node.stdout, node.stderr]) stream.on('data', data => { said += data; });
  t.after(async () => {
    node.kill('SIGKILL');
    await asker.close();
    await broker.stop();
    fs.rmSync(folder, { recursive: true });
  });
  await asker.start();
  await until(() => said.includes('connected'));
  for (const [fails, most] of [[false, 900], [true, 60]]) assert.deepEqual(await wrong(asker, fails, most, 4000), {});
  assert.equal(said.trim(), 'connected');
});
