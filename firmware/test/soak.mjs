// A node in a real heap of 100 KB, for as long as asked: echoes and failures over TLS, while its broker is restarted each minute. For a
// MicroPython for Unix whose words have 32 bits, with mosquitto and openssl on the PATH. Says each minute how it is; exits with 1 if a call ended as
// it should not, or if no answer came within a minute of a fault. SEED in the environment repeats its numbers.
//
//     make -C micropython/ports/unix MICROPY_FORCE_32BIT=1 MICROPY_PY_FFI=0 MICROPY_PY_BTREE=0
//     BROCCOLI_MICROPYTHON=micropython/ports/unix/build-standard/micropython node test/soak.mjs 60     # minutes
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Certificates } from './certificates.mjs';
import { board, until, wait } from './support.mjs';

const MINUTES = Number(process.argv[2] ?? 60);
const SEED = Number(process.env.SEED ?? Date.now() % 1000000);
const HEAP = process.env.HEAP ?? '100k';
const BACK = 60000; // ms from a fault until there must be an answer again
const python = process.env.BROCCOLI_MICROPYTHON ?? 'micropython';
const build = path.join(path.dirname(fileURLToPath(import.meta.url)), '../build');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'soak-'));
const began = Date.now();
const say = (...what) => console.log(((Date.now() - began) / 1000).toFixed(1).padStart(7), ...what);

let state = SEED || 1;
const below = n => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >> 8) % n;
};

const certificates = new Certificates().authority('ca').issue('broker', 'ca', 'DNS:garden.example').issue('member', 'ca', 'DNS:member');
const file = name => certificates.file(name);
const free = net.createServer();
await new Promise(resolve => free.listen(0, '127.0.0.1', resolve));
const { port } = free.address();
await new Promise(resolve => free.close(resolve));
const settings = path.join(folder, 'mosquitto.conf');
fs.writeFileSync(settings, `user ${os.userInfo().username}\nallow_anonymous true\nset_tcp_nodelay true\nlistener ${port} 127.0.0.1\ncafile ${file('ca.pem')}\n` +
  `certfile ${file('broker.pem')}\nkeyfile ${file('broker.key')}\nrequire_certificate true\n`);
let broker;
const startBroker = () => { broker = spawn('mosquitto', ['-c', settings], { stdio: 'ignore' }); };
startBroker();
await wait(500);

const tls = { ca: file('ca.pem'), cert: file('member.pem'), key: file('member.key'), name: 'garden.example' };
const asker = board('asker', port, { modules: [], tls }, { heap: 8 << 20, main: 'import broccoli.node\nbroccoli.node.LONGEST_PAUSE = 500\nimport main' });

fs.cpSync(build, folder, { recursive: true });
const config = JSON.stringify({ name: 'node', cluster: 'c', broker: '127.0.0.1', port, tls, flash: folder + '/', watchdog: 0 });
fs.writeFileSync(path.join(folder, 'config.py'), `import json\nCONFIG = json.loads(${JSON.stringify(config)})\n`);
const node = spawn(python, ['-X', 'heapsize=' + HEAP, 'main.py'], { cwd: folder });
let [said, connections, lost, memoryErrors, ended] = ['', 0, 0, 0, false];
const listen = data => {
  for (const line of (said + data).split('\n').slice(0, -1)) {
    if (line === 'connected') connections++;
    else if (line.startsWith('no connection:')) lost++;
    else say('node:', line);
    if (line.includes('MemoryError')) memoryErrors++;
  }
  said = (said + data).split('\n').at(-1);
};
for (const stream of [node.stdout, node.stderr]) stream.setEncoding('utf8').on('data', listen);
node.on('exit', code => {
  ended = true;
  say('the node ended:', code);
});

await asker.start();
await until(() => connections);
await asker.eval(`
import asyncio, json
from broccoli import cluster
state = ${SEED} or 1
counts = {"echoes": 0, "failures": 0, "wrong": {}}
def below(n):
    global state
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return (state >> 8) % n
async def one(fails):
    text = "x" * below(60 if fails else 900)
    try:
        result = await cluster.call("fail" if fails else "identity", text, on="node")
        return "failures returned" if fails else "" if result == text else "another answer"
    except cluster.TaskError as error:
        return "" if fails and error.type == "Exception" and "Traceback" in error.trace else str(error)
async def calls():
    while True:
        fails = below(2)
        why = await one(fails)
        if why:
            counts["wrong"][why] = counts["wrong"].get(why, 0) + 1
        else:
            counts["failures" if fails else "echoes"] += 1
        await asyncio.sleep_ms(below(400))
for i in range(8):
    asyncio.create_task(calls())
`);
const counts = async () => JSON.parse(await asker.eval('answer = json.dumps(counts)'));
const total = each => each.echoes + each.failures;
const heapOf = pid => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

let longest = 0;
let faults = 0;
say(`SEED=${SEED}, a heap of ${HEAP}, ${MINUTES} minutes`);
for (let minute = 0; minute < MINUTES && !ended; minute++) {
  await wait(60000 - ((Date.now() - began) % 60000));
  const before = await counts();
  const down = below(10) ? 500 + below(5000) : 20000; // ms
  broker.kill(below(2) ? 'SIGKILL' : 'SIGTERM');
  faults++;
  await wait(down);
  startBroker();
  const back = Date.now();
  let answered = total(await counts());
  const base = answered;
  while ((answered = total(await counts())) === base && Date.now() - back < 2 * BACK && !ended) await wait(50);
  const took = Date.now() - back;
  longest = Math.max(longest, took);
  say(`fault ${faults}: broker away for ${down} ms, answers again ${took} ms later;`, JSON.stringify(before), `connections ${connections}, no connection ${lost}, ` +
    `MemoryErrors ${memoryErrors}` + (ended ? '' : `, resident ${heapOf(node.pid)} KB`));
  if (took > BACK) process.exitCode = 1;
}
await wait(5000);
const last = await counts();
if (ended || Object.keys(last.wrong).length) process.exitCode = 1;
say(`at the end: ${JSON.stringify(last)}; ${faults} faults, back after at most ${longest} ms, ${connections} connections, ${memoryErrors} MemoryErrors printed`);
node.kill('SIGKILL');
broker.kill('SIGKILL');
await asker.close();
fs.rmSync(folder, { recursive: true, force: true });
certificates.remove();
process.exit();
