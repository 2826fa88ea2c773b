// What the tests share.
import assert from 'node:assert';
import { Device } from '../host/device.mjs';

export const wait = ms => new Promise(resolve => setTimeout(resolve, ms));

/** Waits for something to become true; the machine may be slow, so long. */
export async function until(condition, ms = 30000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) assert.fail('it does not come true: ' + condition);
    await wait(25);
  }
}

/** A board in cluster `c`; what it says is kept in its `said`. */
export function board(name, port, config = {}, options = {}) {
  const made = new Device({ name, cluster: 'c', broker: '127.0.0.1', port, ...config }, options);
  made.said = [];
  made.causes = [];
  made.on('out', line => made.said.push(line));
  made.on('reset', cause => made.causes.push(cause));
  return made;
}

let questions = 0;

/** Runs an expression that awaits, on a board, and gives its result; several at a time may be under way. */
export async function ask(device, expression, ms = 30000) {
  const id = ++questions;
  await device.eval(`
import asyncio, json
from broccoli import cluster, node
if "done" not in globals():
    done = {}
async def _ask():
    try:
        done[${id}] = [True, ${expression}]
    except Exception as error:
        done[${id}] = [False, repr(error)]
asyncio.create_task(_ask())
`);
  const done = await until(async () => JSON.parse(await device.eval(`answer = json.dumps(done.pop(${id}, None))`)), ms);
  if (!done[0]) throw new Error(done[1]);
  return done[1];
}

/** Groups of tasks, one after another, for as long as something happens, however long that takes: each result comes once, in its place. */
export async function beside(asker, happen) {
  let over = false;
  const happening = happen().finally(() => { over = true; });
  happening.catch(() => {}); // it is thrown below
  do {
    const results = await ask(asker, 'await cluster.group([("sleep_then", i, 10) for i in range(200)])', 120000);
    assert.deepEqual(results, Array.from({ length: 200 }, (_, i) => i));
  } while (!over);
  await happening;
}
